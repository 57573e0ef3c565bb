import fc from 'fast-check';
import { Decimal, defineType, t } from '@weft/data';
import type { Question, Test } from './condition.ts';
import type { AggregateOf } from './model-aggregate.ts';
import type { Row } from './model-table.ts';
import type { Step } from './steps.ts';

/** The type of the large tables: what kernels, zone maps, dictionaries, indexes and the heap each care about. */
export const Trade = defineType(
  'Trade',
  {
    id: t.int32(),
    symbol: t.string().index('hash'),
    /** Rows of many fills have more different codes than a dictionary holds. */
    code: t.string(),
    group: t.int16(),
    /** A bucket has some 2,000 rows: an index proposes more than one turn reads. */
    bucket: t.int32().index('hash'),
    at: t.timestamp().index('ordered'),
    price: t.decimal(18, 4).optional(),
    qty: t.int64(),
    real: t.float64().optional(),
    flag: t.bool().optional(),
    note: t.string().optional(),
    version: t.version(),
  },
  { key: 'id', indexes: [{ on: ['group', 'at'], kind: 'ordered' }] },
);

/** Ids of rows are below this. */
export const IDS = 40_000;
const BUCKETS = 12;
const SYMBOLS = ['ACME', 'ACNE', 'ABLE', 'Élan', '\u{1f600}', 'a rather long symbol that is no prefix'];
const START_MS = Date.UTC(2026, 0, 1);

/** Row `id` as the fill with this salt writes it. The time rises with the id, so that zone maps rule pages out. */
export function tradeOf(id: number, salt: number): Row {
  const mix = stir(id, salt);
  return {
    id,
    symbol: SYMBOLS[mix % SYMBOLS.length],
    code: salt % 2 === 0 ? `code ${mix % 50}` : `code ${id}-${salt}`,
    group: (mix >>> 4) % 40,
    bucket: (mix >>> 8) % BUCKETS,
    at: atOf(id),
    price: mix % 7 === 0 ? undefined : new Decimal(BigInt((mix >>> 3) % 1_000_000), 4),
    qty: BigInt(mix % 1000) - 500n,
    real: mix % 5 === 0 ? undefined : (mix % 4096) / 16,
    flag: [undefined, false, true][mix % 3],
    note: noteOf(id, mix),
  };
}

export type LargeOp =
  | { readonly verb: 'fill'; readonly from: number; readonly rows: number; readonly salt: number }
  | { readonly verb: 'rewrite'; readonly from: number; readonly rows: number; readonly salt: number }
  | { readonly verb: 'remove'; readonly where: Question }
  | { readonly verb: 'change'; readonly where: Question; readonly steps: readonly Step[] }
  | {
      readonly verb: 'ask';
      readonly where: Question;
      readonly orderBy: Order;
      readonly limit: number | undefined;
      readonly offset: number | undefined;
    }
  | { readonly verb: 'open'; readonly where: Question; readonly orderBy: Order }
  | { readonly verb: 'advance'; readonly cursor: number; readonly rows: number }
  | { readonly verb: 'close'; readonly cursor: number }
  | { readonly verb: 'count'; readonly where: Question }
  | { readonly verb: 'aggregate'; readonly question: AggregateOf }
  | { readonly verb: 'clear' };

type Order = Readonly<Record<string, 'asc' | 'desc'>> | undefined;

export function largeOps(): fc.Arbitrary<LargeOp[]> {
  return fc.array(largeOp(), { minLength: 4, maxLength: 14, size: 'max' });
}

function largeOp(): fc.Arbitrary<LargeOp> {
  const span = {
    from: fc.integer({ min: 0, max: IDS - 1 }),
    rows: fc.constantFrom(1, 700, 3000, 12_000),
    salt: fc.nat(9),
  };
  const cursor = fc.nat(3);
  const limit = fc.option(fc.constantFrom(0, 3, 100, 2000, 5000), { nil: undefined, freq: 1 });
  return fc.oneof(
    weighted(4, { verb: fc.constant('fill'), ...span }),
    weighted(2, { verb: fc.constant('rewrite'), ...span }),
    weighted(3, { verb: fc.constant('remove'), where: question }),
    weighted(4, { verb: fc.constant('change'), where: question, steps }),
    weighted(5, { verb: fc.constant('ask'), where: question, orderBy: order, limit, offset: limit }),
    weighted(5, { verb: fc.constant('open'), where: question, orderBy: order }),
    weighted(3, { verb: fc.constant('advance'), cursor, rows: fc.constantFrom(1, 300, 2000) }),
    weighted(1, { verb: fc.constant('close'), cursor }),
    weighted(3, { verb: fc.constant('count'), where: question }),
    weighted(5, { verb: fc.constant('aggregate'), question: aggregate }),
    { weight: 1, arbitrary: fc.constant<LargeOp>({ verb: 'clear' }) },
  );
}

function weighted(
  weight: number,
  parts: Record<string, fc.Arbitrary<unknown>>,
): { weight: number; arbitrary: fc.Arbitrary<LargeOp> } {
  return { weight, arbitrary: fc.record(parts) as fc.Arbitrary<unknown> as fc.Arbitrary<LargeOp> };
}

const id = fc.integer({ min: -10, max: IDS + 10 });
const leaf: fc.Arbitrary<Test> = fc.oneof<fc.Arbitrary<Test>[]>(
  fc.record({ op: fc.constant('between'), column: fc.constant('id'), low: id, high: id }),
  fc.record({ op: fc.constantFrom('lt', 'ge'), column: fc.constant('at'), value: id.map(atOf) }),
  fc.record({
    op: fc.constantFrom('eq', 'ne'),
    column: fc.constant('symbol'),
    value: fc.constantFrom(...SYMBOLS, 'none'),
  }),
  fc.record({
    op: fc.constantFrom('startsWith', 'contains'),
    column: fc.constant('symbol'),
    value: fc.constantFrom('A', 'AC', 'a ', 'É', ''),
  }),
  fc.record({
    op: fc.constantFrom('eq', 'ge', 'startsWith'),
    column: fc.constant('code'),
    value: fc.constantFrom('code 7', 'code 31', 'code 1', 'none'),
  }),
  fc.record({
    op: fc.constant('in'),
    column: fc.constant('bucket'),
    values: fc.array(fc.nat(BUCKETS), { maxLength: 3 }),
  }),
  fc.record({ op: fc.constant('eq'), column: fc.constant('bucket'), value: fc.nat(BUCKETS) }),
  fc.record({ op: fc.constantFrom('eq', 'lt', 'gt'), column: fc.constant('group'), value: fc.nat(40) }),
  fc.record({
    op: fc.constantFrom('eq', 'lt', 'gt'),
    column: fc.constant('qty'),
    value: fc.bigInt({ min: -510n, max: 510n }),
  }),
  fc.record({
    op: fc.constantFrom('le', 'gt', 'ne'),
    column: fc.constant('price'),
    value: fc.integer({ min: 0, max: 1_000_000 }).map((units) => new Decimal(BigInt(units), 4)),
  }),
  fc.record({ op: fc.constantFrom('lt', 'ge'), column: fc.constant('real'), value: fc.nat(256) }),
  fc.record({ op: fc.constant('eq'), column: fc.constant('flag'), value: fc.boolean() }),
  fc.record({ op: fc.constantFrom('isNull', 'isNotNull'), column: fc.constantFrom('note', 'flag', 'price') }),
  fc.record({ op: fc.constant('startsWith'), column: fc.constant('note'), value: fc.constantFrom('n', 'note 1', '') }),
) as fc.Arbitrary<Test>;

const test: fc.Arbitrary<Test> = fc.oneof(
  { weight: 4, arbitrary: leaf },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constantFrom('and' as const, 'or' as const),
      args: fc.array(leaf, { minLength: 2, maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('not' as const), arg: leaf }) },
);

const question: fc.Arbitrary<Question> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(undefined) },
  { weight: 7, arbitrary: test.map((found) => ({ test: found })) },
);

const order: fc.Arbitrary<Order> = fc.constantFrom<Order>(
  undefined,
  undefined,
  { at: 'asc' },
  { at: 'desc' },
  { group: 'asc', at: 'asc' },
  { at: 'desc' },
  { group: 'desc', at: 'desc' },
  { price: 'desc', id: 'asc' },
  { symbol: 'asc', flag: 'desc' },
  { code: 'asc' },
  { note: 'desc', qty: 'asc' },
);

const step: fc.Arbitrary<Step> = fc.oneof<fc.Arbitrary<Step>[]>(
  fc.record({ op: fc.constant('inc'), column: fc.constant('qty'), by: fc.constantFrom(1n, -3n) }) as fc.Arbitrary<Step>,
  fc.record({
    op: fc.constant('set'),
    column: fc.constant('symbol'),
    value: fc.constantFrom(...SYMBOLS),
  }) as fc.Arbitrary<Step>,
  fc.record({ op: fc.constant('set'), column: fc.constant('bucket'), value: fc.nat(BUCKETS) }) as fc.Arbitrary<Step>,
  fc.record({ op: fc.constant('set'), column: fc.constant('at'), value: id.map(atOf) }) as fc.Arbitrary<Step>,
  fc.record({
    op: fc.constant('set'),
    column: fc.constant('note'),
    value: fc.constantFrom('short', 'long '.repeat(300)),
  }) as fc.Arbitrary<Step>,
  fc.record({
    op: fc.constant('unset'),
    column: fc.constantFrom('note', 'price', 'flag', 'real'),
  }) as fc.Arbitrary<Step>,
);
const steps = fc.array(step, { minLength: 1, maxLength: 2 });

const aggregate: fc.Arbitrary<AggregateOf> = fc
  .record({
    by: fc.constantFrom<string[]>(
      [],
      [],
      ['symbol'],
      ['group'],
      ['flag'],
      ['code'],
      ['symbol', 'flag'],
      ['bucket', 'group'],
      ['at'],
    ),
    select: fc.constantFrom<AggregateOf['select']>(
      { o0: { fn: 'count' }, o1: { fn: 'sum', column: 'qty' } },
      {
        o0: { fn: 'count' },
        o1: { fn: 'sum', column: 'price' },
        o2: { fn: 'avg', column: 'price' },
        o3: { fn: 'count', column: 'note' },
      },
      {
        o0: { fn: 'count' },
        o1: { fn: 'min', column: 'at' },
        o2: { fn: 'max', column: 'qty' },
        o3: { fn: 'sum', column: 'group' },
      },
      { o0: { fn: 'count' }, o1: { fn: 'countDistinct', column: 'code' }, o2: { fn: 'max', column: 'symbol' } },
      {
        o0: { fn: 'count' },
        o1: { fn: 'sum', column: 'real' },
        o2: { fn: 'min', column: 'real' },
        o3: { fn: 'distinct', column: 'bucket' },
      },
    ),
    where: question,
    isCut: fc.boolean(),
  })
  .map(({ isCut, ...rest }): AggregateOf => ({
    ...rest,
    ...(isCut ? { having: { op: 'gt', column: 'o0', value: 20 }, orderBy: { o0: 'desc' }, limit: 5 } : {}),
  }));

function atOf(place: number): Date {
  return new Date(START_MS + place * 60_000);
}

function noteOf(place: number, mix: number): string | undefined {
  if (mix % 2 === 0) return undefined;
  if (mix % 512 === 3) return 'too long for a page of the heap '.repeat(1300);
  return mix % 8 === 1 ? `note ${place} `.repeat(1 + (mix % 200)) : `note ${mix % 20}`;
}

function stir(a: number, b: number): number {
  const mixed = Math.imul(a ^ Math.imul(b + 1, 0x9e3779b9), 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) >>> 1;
}
