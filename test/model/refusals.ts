import type { Refusal } from './ops.ts';

type Verbs = Record<string, (...args: unknown[]) => unknown>;
type Call = (verbs: Verbs) => unknown;

/** Calls that are wrong for every type, by name, with their codes. */
const calls: Readonly<Record<string, readonly [Refusal['code'], Call]>> = {
  'a row with an unknown column': ['COLUMN_UNKNOWN', (verbs) => verbs['find']!({ nowhere: 1 })],
  'a row that is no object': ['VALUE_INVALID', (verbs) => verbs['write']!(null)],
  'rows that are none': ['VALUE_INVALID', (verbs) => verbs['writeMany']!([1])],
  'an unknown conflict': ['OPTION_INVALID', (verbs) => verbs['write']!({}, { onConflict: 'merge' })],
  'an unknown option': ['OPTION_INVALID', (verbs) => verbs['find']!({}, { sortBy: 'a' })],
  'a negative limit': ['OPTION_INVALID', (verbs) => verbs['find']!({}, { limit: -1 })],
  'an order by nothing known': ['COLUMN_UNKNOWN', (verbs) => verbs['find']!({}, { orderBy: { nowhere: 'asc' } })],
  'a condition that is a boolean': ['PREDICATE_INVALID', (verbs) => verbs['count']!(() => true)],
  'a deletion by a variable that was not set': [
    'PREDICATE_INVALID',
    (verbs) => verbs['deleteMany']!({ [String(firstColumn(verbs))]: undefined }),
  ],
  'a deletion that says not which rows': ['PREDICATE_INVALID', (verbs) => verbs['deleteMany']!()],
  'a change that says not of which rows': [
    'PREDICATE_INVALID',
    (verbs) => verbs['change']!(undefined, (c: unknown) => c),
  ],
  'a change that is none': ['PREDICATE_INVALID', (verbs) => verbs['change']!({}, () => 1)],
  'a change of an unknown column': [
    'COLUMN_UNKNOWN',
    (verbs) => verbs['change']!({}, (c: unknown) => (c as { unset(name: string): unknown }).unset('nowhere')),
  ],
  'an aggregate of nothing': ['PREDICATE_INVALID', (verbs) => verbs['aggregate']!({ select: {} })],
  'an aggregate of an unknown column': [
    'COLUMN_UNKNOWN',
    (verbs) => verbs['aggregate']!({ select: { n: { fn: 'count', column: 'nowhere' } } }),
  ],
  'a group by an unknown column': [
    'COLUMN_UNKNOWN',
    (verbs) => verbs['aggregate']!({ by: ['nowhere'], select: { n: { fn: 'count' } } }),
  ],
};

export const refusals: readonly Refusal[] = Object.entries(calls).map(([name, [code]]) => ({ name, code }));

export function refuse(name: string, verbs: Verbs): unknown {
  return calls[name]![1](verbs);
}

function firstColumn(verbs: Verbs): string {
  const { schema } = verbs['type'] as unknown as { schema: { columns: readonly { name: string; role: string }[] } };
  return schema.columns.find(({ role }) => role === 'data')!.name;
}
