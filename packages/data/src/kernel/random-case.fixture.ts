import fc from 'fast-check';
import { Decimal } from '../value/decimal.ts';
import type { AggregatePlan, AggregateTerm } from '../plan/plan.ts';
import type { Comparison, Predicate } from '../predicate/predicate.ts';
import type { ColumnSchema, Kind } from '../type/schema.ts';
import { type FixturePage, testSchema } from './pages.fixture.ts';

/* For tests: random rows, predicates and aggregates over a type with every kind that kernels know, and one they do not. */

const members = Array.from({ length: 300 }, (_, member) => `m${member}`);

export const sampleSchema = testSchema(
  {
    flag: { name: 'bool' },
    small: { name: 'int16' },
    n: { name: 'int32' },
    m: { name: 'int32' },
    big: { name: 'int64' },
    total: { name: 'int64' },
    f: { name: 'float32' },
    x: { name: 'float64' },
    y: { name: 'float64' },
    price: { name: 'decimal', precision: 18, scale: 4 },
    day: { name: 'date' },
    at: { name: 'timestamp', as: 'date' },
    tick: { name: 'timestamp', as: 'micros' },
    local: { name: 'localTimestamp' },
    side: { name: 'enum', members: ['sell', 'buy', 'hold'] },
    mid: { name: 'enum', members: members.slice(0, 200) },
    wide: { name: 'enum', members },
    symbol: { name: 'string' },
    venue: { name: 'string' },
    code: { name: 'uuid' },
  },
  ['flag', 'n', 'big', 'f', 'y', 'price', 'tick', 'side', 'symbol'],
);

/** Values of a kind: first the few that rows often share, last those at the ends of its range. */
const pools: Readonly<Record<string, readonly unknown[]>> = {
  bool: [true, false],
  int16: [-1, 0, 1, 2, 7, 32_767, -32_768],
  int32: [-1, 0, 1, 2, 7, 1000, 2_147_483_647, -2_147_483_648],
  int64: [-1n, 0n, 1n, 2n, 7n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n), 0xffff_ffffn, 2n ** 63n - 1n, -(2n ** 63n)],
  float32: [-1, 0, 1, 0.5, 2, Math.fround(0.1), Math.fround(3.4e38), Math.fround(-3.4e38), Math.fround(1e-45)],
  float64: [-1, 0, 1, 0.5, 0.1, 0.2, 2 ** 53, -(2 ** 53), 1e308, -1e308, Number.MIN_VALUE],
  decimal: ['0', '1', '-1', '12.5', '0.0001', '99999999999999.9999', '-99999999999999.9999'].map((text) =>
    Decimal.from(text, 4),
  ),
  date: ['1970-01-01', '1969-12-31', '2024-02-29', '2001-09-09', '0001-01-01', '9999-12-31'],
  date_: [0, 1, -1, 86_400_000, -62_135_596_800_000, 253_402_300_799_999].map((millis) => new Date(millis)),
  micros: [0n, 1n, -1n, 999n, 1000n, -62_135_596_800_000_000n, 253_402_300_799_999_999n],
  localTimestamp: ['1970-01-01T00:00:00', '1970-01-01T00:00:00.5', '1969-12-31T23:59:59.999999', '9999-12-31T23:59:59'],
  string: ['', 'a', 'ab', 'abc', 'b', 'ß', '\u{1F600}', '\uFFFD', 'zebra'],
  uuid: ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-4fff-8fff-ffffffffffff'],
};

function poolOf(kind: Kind): readonly unknown[] {
  if (kind.name === 'enum') return kind.members;
  if (kind.name === 'timestamp') return kind.as === 'date' ? pools['date_'] : pools['micros'];
  return pools[kind.name];
}

/** A small generator of our own: rows are many, and only their number and seed need to shrink. Marsaglia's xorshift32. */
function numbers(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

export interface PageSpec {
  readonly rows: number;
  readonly seed: number;
  /** Of ten rows so many are dead, of ten optional values so many absent. */
  readonly dead: number;
  readonly absent: number;
  /** Takes values from the front of the pools only, so that sums stay in range. */
  readonly tame: boolean;
}

const TAME_VALUES = 5;

export function pageOf({ rows, seed, dead, absent, tame }: PageSpec): FixturePage {
  const random = numbers(seed);
  const value = ({ kind, optional }: ColumnSchema): unknown => {
    if (optional && random(10) < absent) return undefined;
    const pool = poolOf(kind);
    return pool[random(tame ? Math.min(TAME_VALUES, pool.length) : pool.length)];
  };
  const made = Array.from({ length: rows }, () => ({ row: sampleSchema.columns.map(value), live: random(10) >= dead }));
  return { rows: made.map(({ row }) => row), live: made.map(({ live }) => live) };
}

export const pageSpec: fc.Arbitrary<PageSpec> = fc.record({
  rows: fc.oneof(fc.nat(3), fc.nat(200), fc.constantFrom(63, 64, 65, 128)),
  seed: fc.integer(),
  dead: fc.constantFrom(0, 0, 1, 9, 10),
  absent: fc.constantFrom(0, 2, 10),
  tame: fc.boolean(),
});

const columnArb = fc.constantFrom(...sampleSchema.columns);

function constantOf({ kind }: ColumnSchema): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...poolOf(kind)) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

const comparison: fc.Arbitrary<Predicate> = columnArb.chain((column) =>
  fc.record({
    op: fc.constantFrom<Comparison['op']>('eq', 'ne', 'lt', 'le', 'gt', 'ge'),
    column: fc.constant(column.name),
    value: constantOf(column),
  }),
);

const list: fc.Arbitrary<Predicate> = columnArb.chain((column) =>
  fc.record({
    op: fc.constant('in' as const),
    column: fc.constant(column.name),
    values: fc.array(constantOf(column), { maxLength: 4 }),
  }),
);

const isNull: fc.Arbitrary<Predicate> = columnArb.map(({ name }) => ({ op: 'isNull', column: name }));

const text: fc.Arbitrary<Predicate> = fc.record({
  op: fc.constantFrom('startsWith' as const, 'endsWith' as const, 'contains' as const),
  column: fc.constantFrom('symbol', 'venue'),
  value: fc.constantFrom('', 'a', 'b', 'bra', 'none'),
});

export const predicate: fc.Arbitrary<Predicate> = fc.letrec<{ tree: Predicate }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 6, arbitrary: comparison },
    { weight: 2, arbitrary: list },
    { weight: 1, arbitrary: isNull },
    { weight: 1, arbitrary: text },
    {
      weight: 4,
      arbitrary: fc.record({
        op: fc.constantFrom('and' as const, 'or' as const),
        args: fc.array(tie('tree'), { maxLength: 3 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('not' as const), arg: tie('tree') }) },
  ),
})).tree;

const numeric = ['small', 'n', 'm', 'big', 'total', 'f', 'x', 'y', 'price'];
const ordered = [...numeric, 'flag', 'day', 'at', 'tick', 'local', 'side', 'mid', 'wide'];

function term(fn: AggregateTerm['fn'], columns: readonly string[]): fc.Arbitrary<AggregateTerm> {
  return fc.constantFrom(...columns).map((column) => ({ name: `${fn}_${column}`, fn, column }));
}

const terms = fc.oneof(
  fc.constant<AggregateTerm>({ name: 'rows', fn: 'count' }),
  term('count', ordered),
  term('sum', numeric),
  term('avg', numeric),
  term('min', ordered),
  term('max', ordered),
);

const groupable = ordered.filter((name) => !['f', 'x', 'y'].includes(name)).concat('symbol', 'venue');

/** An aggregate that kernels can do, but for the predicate and for groups of too many bits. */
export const aggregatePlan: fc.Arbitrary<AggregatePlan> = fc
  .record({
    where: fc.option(predicate, { nil: undefined, freq: 3 }),
    by: fc.oneof(
      fc.constant<string[]>([]),
      fc.uniqueArray(fc.constantFrom(...groupable), { minLength: 1, maxLength: 3 }),
    ),
    select: fc.uniqueArray(terms, { minLength: 1, maxLength: 5, selector: ({ name }) => name }),
  })
  .map(({ where, ...plan }) => (where === undefined ? plan : { ...plan, where }));
