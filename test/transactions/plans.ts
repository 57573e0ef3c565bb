/** Random transactions: what each does, where it pauses, how it ends. */
import fc from 'fast-check';

export const KEYS = ['a', 'b', 'c', 'd'] as const;

export interface Step {
  readonly verb:
    | 'get'
    | 'read'
    | 'find'
    | 'count'
    | 'aggregate'
    | 'write'
    | 'insert'
    | 'update'
    | 'change'
    | 'delete'
    | 'deleteMany';
  readonly key: string;
  /** Of the row that is written, and the bound of a condition. */
  readonly n: number;
  /** Turns of the event loop before it. */
  readonly pauses: number;
}

export interface Plan {
  /** `atomic`: its writes as one batch, without what it reads. `single`: its first write, as a plain verb. */
  readonly kind: 'transaction' | 'atomic' | 'single';
  readonly steps: readonly Step[];
  /** Whether its callback throws in the end. */
  readonly isGivenUp: boolean;
  readonly pauses: number;
}

const verbs: readonly Step['verb'][] = [
  'get',
  'read',
  'find',
  'count',
  'aggregate',
  'write',
  'insert',
  'update',
  'change',
  'delete',
  'deleteMany',
];

const step: fc.Arbitrary<Step> = fc.record({
  verb: fc.constantFrom(...verbs),
  key: fc.constantFrom(...KEYS),
  n: fc.integer({ min: 0, max: 5 }),
  pauses: fc.nat(2),
});

export const plans: fc.Arbitrary<Plan[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Plan['kind'][]>(
      'transaction',
      'transaction',
      'transaction',
      'transaction',
      'atomic',
      'single',
    ),
    steps: fc.array(step, { minLength: 1, maxLength: 5 }),
    isGivenUp: fc.integer({ min: 0, max: 9 }).map((die) => die === 0),
    pauses: fc.nat(3),
  }),
  { minLength: 2, maxLength: 12 },
);
