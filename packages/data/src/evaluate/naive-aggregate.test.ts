import { WeftError } from '@weft/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ColumnReader } from '../column/reader.ts';
import { testSchema } from '../kernel/pages.fixture.ts';
import type { AggregatePlan, AggregateTerm } from '../plan/plan.ts';
import { Decimal } from '../value/decimal.ts';
import { AggregatePartial } from './aggregate-partial.ts';
import { aggregateShape } from './aggregate-shape.ts';
import { finishAggregate } from './finish-aggregate.ts';
import { NaiveAggregate } from './naive-aggregate.ts';
import type { AggregateRow } from './row-order.ts';

const schema = testSchema(
  {
    n: { name: 'int32' },
    big: { name: 'int64' },
    x: { name: 'float64' },
    price: { name: 'decimal', precision: 18, scale: 2 },
    at: { name: 'timestamp', as: 'date' },
    side: { name: 'enum', members: ['sell', 'buy'] },
    symbol: { name: 'string' },
    doc: { name: 'json' },
  },
  ['n', 'big', 'x', 'price', 'at', 'side', 'symbol', 'doc'],
);

type Row = Readonly<Record<string, unknown>>;

function partialOf(rows: readonly Row[], plan: AggregatePlan, max?: number): AggregatePartial {
  const readers = schema.columns.map((column): ColumnReader => {
    const get = (row: number): unknown => rows[row][column.name];
    return { schema: column, get, isNull: (row) => get(row) === undefined };
  });
  const partial = new AggregatePartial(aggregateShape(schema, plan), max);
  const naive = new NaiveAggregate(schema, plan, readers, partial);
  rows.forEach((_, row) => naive.add(row));
  return partial;
}

function aggregate(rows: readonly Row[], plan: Partial<AggregatePlan>): AggregateRow[] {
  const whole = { by: [], select: [], ...plan };
  return finishAggregate(whole, partialOf(rows, whole));
}

const of = (fn: AggregateTerm['fn'], column?: string): AggregateTerm => ({
  name: column === undefined ? fn : `${fn}_${column}`,
  fn,
  ...(column === undefined ? {} : { column }),
});

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return WeftError.is(error) ? error.code : 'no WeftError';
  }
}

test('no rows make one row of zero counts and absent values, and no groups', () => {
  const select = [
    of('count'),
    of('count', 'n'),
    of('sum', 'n'),
    of('avg', 'x'),
    of('min', 'at'),
    of('countDistinct', 'n'),
    of('distinct', 'n'),
  ];
  expect(aggregate([], { select })).toEqual([
    {
      count: 0,
      count_n: 0,
      sum_n: undefined,
      avg_x: undefined,
      min_at: undefined,
      countDistinct_n: 0,
      distinct_n: undefined,
    },
  ]);
  expect(aggregate([], { by: ['symbol'], select })).toEqual([]);
});

test('absent values are passed over by all but the count of rows', () => {
  const rows = [{ n: 4, x: 1 }, {}, { n: 8, x: 2 }];
  const select = [of('count'), of('count', 'n'), of('sum', 'n'), of('avg', 'n'), of('min', 'n'), of('max', 'x')];
  expect(aggregate(rows, { select })).toEqual([{ count: 3, count_n: 2, sum_n: 12n, avg_n: 6, min_n: 4, max_x: 2 }]);
});

test('integer sums are exact beyond the safe integers, and refused beyond int64 with the column named', () => {
  const rows = [{ big: 2n ** 53n }, { big: 1n }, { big: 2n ** 62n }];
  expect(aggregate(rows, { select: [of('sum', 'big')] })).toEqual([{ sum_big: 2n ** 53n + 1n + 2n ** 62n }]);
  const over = [...rows, { big: 2n ** 62n }];
  expect(codeOf(() => aggregate(over, { select: [of('sum', 'big')] }))).toBe('NUMERIC_OVERFLOW');
  expect(() => aggregate(over, { select: [of('sum', 'big')] })).toThrow(/Sample\.big: sum/);
  expect(aggregate(over, { select: [of('avg', 'big')] })).toEqual([{ avg_big: 2 ** 61 + 2 ** 51 }]);
});

test('only the total of a sum can overflow, not the way to it', () => {
  const max = 2n ** 63n - 1n;
  const rows = [{ big: max }, { big: max }, { big: -max }, { big: -max }, { big: 5n }];
  expect(aggregate(rows, { select: [of('sum', 'big')] })).toEqual([{ sum_big: 5n }]);
});

test('many int32 values add up exactly past 2^53', () => {
  const plan = { by: [], select: [of('sum', 'n')] };
  const partial = partialOf([{ n: 2 ** 31 - 1 }], plan);
  const state = partial.groups.at(0)!.states[0] as { near: number };
  state.near = 2 ** 52 - 1;
  const other = partialOf(
    Array.from({ length: 10 }, () => ({ n: 2 ** 31 - 1 })),
    plan,
  );
  other.merge(partial);
  expect(finishAggregate(plan, other)).toEqual([{ sum_n: 2n ** 52n - 1n + 10n * (2n ** 31n - 1n) }]);
});

test('decimals are summed exactly in their scale, and overflow on their unscaled value', () => {
  const price = (text: string): Row => ({ price: Decimal.from(text, 2) });
  const rows = [price('0.10'), price('0.20'), price('-5.00')];
  const [row] = aggregate(rows, { select: [of('sum', 'price'), of('avg', 'price'), of('max', 'price')] });
  expect(String(row['sum_price'])).toBe('-4.70');
  expect(row['avg_price']).toBe(-4.7 / 3);
  expect(String(row['max_price'])).toBe('0.20');
  const huge = Array.from({ length: 100 }, () => price('9999999999999999.99'));
  expect(codeOf(() => aggregate(huge, { select: [of('sum', 'price')] }))).toBe('NUMERIC_OVERFLOW');
});

test('a float sum beyond the doubles is an overflow, not infinity', () => {
  const rows = [{ x: 1e308 }, {}, {}, {}, { x: 1e308 }];
  expect(codeOf(() => aggregate(rows, { select: [of('sum', 'x')] }))).toBe('NUMERIC_OVERFLOW');
});

test('least and greatest follow the order of the kind: enums by declaration, strings by code point', () => {
  const rows = [
    { side: 'buy', symbol: '\u{1F600}', at: new Date(5) },
    { side: 'sell', symbol: '\uFFFD', at: new Date(3) },
  ];
  const select = [of('min', 'side'), of('max', 'symbol'), of('min', 'at')];
  expect(aggregate(rows, { select })).toEqual([{ min_side: 'sell', max_symbol: '\u{1F600}', min_at: new Date(3) }]);
});

test('distinct values are told apart by value and come in order', () => {
  const rows = [
    { at: new Date(2), doc: { a: 1, b: 2 } },
    { at: new Date(1), doc: { b: 2, a: 1 } },
    { at: new Date(2), doc: [] },
  ];
  const select = [of('distinct', 'at'), of('countDistinct', 'doc')];
  expect(aggregate(rows, { select })).toEqual([{ distinct_at: [new Date(1), new Date(2)], countDistinct_doc: 2 }]);
});

test('groups are made of all their columns, an absent value being one of its own', () => {
  const rows = [
    { symbol: 'A', side: 'buy', n: 1 },
    { symbol: 'A', side: 'sell', n: 2 },
    { symbol: 'A', n: 3 },
    { symbol: 'A', side: 'buy', n: 4 },
    { side: 'buy', n: 5 },
  ];
  expect(aggregate(rows, { by: ['symbol', 'side'], select: [of('sum', 'n')] })).toEqual([
    { symbol: 'A', side: 'buy', sum_n: 5n },
    { symbol: 'A', side: 'sell', sum_n: 2n },
    { symbol: 'A', side: undefined, sum_n: 3n },
    { symbol: undefined, side: 'buy', sum_n: 5n },
  ]);
});

test('having, order and limit apply to the finished groups; absent values come last ascending', () => {
  const rows = [{ symbol: 'A', n: 1 }, { symbol: 'B', n: 5 }, { symbol: 'C' }, { symbol: 'D', n: 5 }, { symbol: 'B' }];
  const plan = { by: ['symbol'], select: [of('sum', 'n'), of('count')] };
  const symbols = (more: Partial<AggregatePlan>): unknown[] =>
    aggregate(rows, { ...plan, ...more }).map((row) => row['symbol']);
  expect(
    symbols({
      orderBy: [
        { column: 'sum_n', direction: 'asc' },
        { column: 'symbol', direction: 'desc' },
      ],
    }),
  ).toEqual(['A', 'D', 'B', 'C']);
  expect(
    symbols({
      orderBy: [
        { column: 'sum_n', direction: 'desc' },
        { column: 'symbol', direction: 'asc' },
      ],
      limit: 2,
    }),
  ).toEqual(['C', 'B']);
  expect(symbols({ having: { op: 'gt', column: 'sum_n', value: 1n } })).toEqual(['B', 'D']);
  expect(symbols({ having: { op: 'eq', column: 'count', value: 2 } })).toEqual(['B']);
  expect(symbols({ limit: 0 })).toEqual([]);
});

test('groups and distinct values past their bound are refused', () => {
  const rows = Array.from({ length: 11 }, (_, n) => ({ n }));
  const grouped = { by: ['n'], select: [of('count')] };
  const distinct = { by: [], select: [of('countDistinct', 'n')] };
  for (const plan of [grouped, distinct]) {
    expect(codeOf(() => partialOf(rows, plan, 11))).toBeUndefined();
    expect(codeOf(() => partialOf(rows, plan, 10))).toBe('GROUP_LIMIT');
    const merged = partialOf(rows.slice(0, 6), plan, 10);
    expect(codeOf(() => merged.merge(partialOf(rows.slice(6), plan, 10)))).toBe('GROUP_LIMIT');
  }
});

test('partials of any division of the rows merge into the same answer', () => {
  const row = fc.record(
    {
      n: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      big: fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }),
      at: fc.date({ noInvalidDate: true }),
      symbol: fc.constantFrom('A', 'B', 'C'),
    },
    { requiredKeys: [] },
  );
  const part = fc.array(row, { maxLength: 10 });
  const select = [
    of('count'),
    of('sum', 'n'),
    of('avg', 'big'),
    of('min', 'at'),
    of('max', 'n'),
    of('distinct', 'symbol'),
  ];
  fc.assert(
    fc.property(fc.array(part, { maxLength: 4 }), fc.constantFrom([], ['symbol']), (parts, by) => {
      const plan = { by, select, orderBy: by.map((column) => ({ column, direction: 'asc' as const })) };
      const merged = partialOf([], plan);
      for (const rows of parts) merged.merge(partialOf(rows, plan));
      expect(finishAggregate(plan, merged)).toEqual(aggregate(parts.flat(), plan));
    }),
  );
});
