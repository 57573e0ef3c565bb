/** Test help: a type of many kinds with indexes, random rows and random predicates over it. */
import { compileMatcher, Decimal, defineType, t, type Predicate } from '@weft/data';
import fc from 'fast-check';
import type { TableView } from '../snapshot/table-snapshot.ts';

const members = ['new', 'filled', 'cancelled'] as const;

export const Order = defineType(
  'Order',
  {
    id: t.int32(),
    symbol: t.string().index('hash'),
    status: t.enum(members),
    qty: t.int32().optional().index('ordered'),
    big: t.int64(),
    price: t.decimal(18, 2).optional(),
    at: t.timestamp(),
    note: t.string().optional(),
    flag: t.bool().optional(),
  },
  {
    key: 'id',
    indexes: [
      { on: ['symbol', 'qty'], kind: 'ordered' },
      { on: ['at', 'note'], kind: 'ordered' },
    ],
  },
);

const valuesBy = {
  symbol: fc.constantFrom('', 'A', 'AC', 'ACME', 'ACMEX', 'aaaaa', 'aaaaa😀', 'ü', '語語語'),
  status: fc.constantFrom(...members),
  qty: fc.integer({ min: -5, max: 5 }),
  big: fc.constantFrom(-(2n ** 60n), -1n, 0n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 62n),
  price: fc.integer({ min: -500, max: 500 }).map((cents) => new Decimal(BigInt(cents), 2)),
  at: fc.integer({ min: 0, max: 20 }).map((n) => new Date(1_700_000_000_000 + n * 1000)),
  note: fc.constantFrom('', 'n', 'note', 'x'.repeat(300)),
  flag: fc.boolean(),
};
type Name = keyof typeof valuesBy;
const optional: readonly Name[] = ['qty', 'price', 'note', 'flag'];
const names = Object.keys(valuesBy) as Name[];

/** Rows without their id. */
export const orderRow: fc.Arbitrary<object> = fc.record(
  Object.fromEntries(
    names.map((name) => [
      name,
      optional.includes(name)
        ? fc.option(valuesBy[name] as fc.Arbitrary<unknown>, { nil: undefined })
        : (valuesBy[name] as fc.Arbitrary<unknown>),
    ]),
  ),
);

const leaf: fc.Arbitrary<Predicate> = fc.constantFrom(...names).chain((column) => {
  const value = valuesBy[column] as fc.Arbitrary<unknown>;
  const text = fc.constantFrom('A', 'AC', 'aaaaa', 'ü', 'x', '');
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        op: fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge'),
        column: fc.constant(column),
        value,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        op: fc.constant('in'),
        column: fc.constant(column),
        values: fc.array(value, { maxLength: 3 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('isNull'), column: fc.constant(column) }) },
    ...(column === 'symbol' || column === 'note'
      ? [
          {
            weight: 2,
            arbitrary: fc.record({
              op: fc.constantFrom('startsWith', 'endsWith', 'contains'),
              column: fc.constant(column),
              value: text,
            }),
          },
        ]
      : []),
  ) as fc.Arbitrary<Predicate>;
});

export const orderPredicate: fc.Arbitrary<Predicate> = fc.letrec<{ node: Predicate }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 3, arbitrary: leaf },
    {
      weight: 2,
      arbitrary: fc.record({
        op: fc.constantFrom('and' as const, 'or' as const),
        args: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('not' as const), arg: tie('node') }) },
  ),
})).node;

/** Rows that match, by looking at each. */
export function matchesOf(view: TableView, where: Predicate | undefined): number[] {
  const matches = where === undefined ? () => true : compileMatcher(view.schema, where, view.columns);
  const rows: number[] = [];
  for (let row = 0; row < view.live.rowCount; row++) if (view.live.has(row) && matches(row)) rows.push(row);
  return rows;
}

/** A row whose values follow from its id, for tables of many pages. */
export function orderOf(id: number): object {
  return {
    id,
    symbol: `S${id % 11}`,
    status: members[id % 3],
    qty: id % 13 === 0 ? undefined : id % 100,
    big: BigInt(id) ** 3n,
    price: id % 7 === 0 ? undefined : new Decimal(BigInt(id), 2),
    at: new Date(1_700_000_000_000 + id),
    note: id % 5 === 0 ? undefined : `note ${id}`,
    flag: id % 2 === 0,
  };
}
