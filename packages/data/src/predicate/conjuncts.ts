import type { TypeSchema } from '../type/schema.ts';
import type { Comparison, Predicate } from './predicate.ts';

/** What a predicate says of single columns, each of which must hold: its top-level conjunction, by ordinal. */
export interface Conjuncts {
  readonly equal: ReadonlyMap<number, unknown>;
  readonly oneOf: ReadonlyMap<number, readonly unknown[]>;
  readonly above: ReadonlyMap<number, Limit>;
  readonly below: ReadonlyMap<number, Limit>;
}

export interface Limit {
  readonly value: unknown;
  readonly inclusive: boolean;
}

export function conjunctsOf(schema: TypeSchema, where: Predicate | undefined): Conjuncts {
  const equal = new Map<number, unknown>();
  const oneOf = new Map<number, readonly unknown[]>();
  const above = new Map<number, Limit>();
  const below = new Map<number, Limit>();
  const ordinalOf = new Map(schema.columns.map(({ name, ordinal }) => [name, ordinal]));
  const visit = (predicate: Predicate): void => {
    if (predicate.op === 'and') predicate.args.forEach(visit);
    else if (predicate.op === 'in' && predicate.path === undefined)
      oneOf.set(ordinalOf.get(predicate.column)!, predicate.values);
    else if (isPlainComparison(predicate)) note(predicate, ordinalOf.get(predicate.column)!);
  };
  // Of two limits on one side the first is used: the predicate is checked for every row anyway.
  const note = ({ op, value }: Comparison, ordinal: number): void => {
    if (op === 'eq') equal.set(ordinal, value);
    else if (op === 'gt' || op === 'ge') above.set(ordinal, { value, inclusive: op === 'ge' });
    else if (op === 'lt' || op === 'le') below.set(ordinal, { value, inclusive: op === 'le' });
  };
  if (where !== undefined) visit(where);
  return { equal, oneOf, above, below };
}

function isPlainComparison(predicate: Predicate): predicate is Comparison {
  return (
    'value' in predicate && /^(?:eq|lt|le|gt|ge)$/.test(predicate.op) && (predicate as Comparison).path === undefined
  );
}
