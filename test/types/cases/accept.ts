/** Uses that must compile, with the types that must come out. */
import type { AnyGrid, Consumer, Grid, GridStats, RemoteGrid } from '@weft/client';
import {
  avg,
  count,
  countDistinct,
  Decimal,
  defineType,
  distinct,
  max,
  min,
  sum,
  t,
  type Infer,
  type InferInsert,
  type InferKey,
  type InferPatch,
  type InferTemplate,
  type Where,
} from '@weft/data';
import { Order, Position, type Tick, Trade } from './order.ts';

/** Compiles only where both types are one and the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_proof: Same<A, B>): void {}

declare const grid: Grid;
const orders = grid.space(Order);
const local = grid.local(Order);
const price = Decimal.from('12.5');
const at = new Date(0);

// What follows from the declaration.
same<InferKey<typeof Order>, string>(true);
same<InferKey<typeof Position>, { desk: string; book: number }>(true);
same<InferKey<typeof Trade>, { number: bigint; region: 'eu' | 'us' }>(true);
same<InferKey<typeof Tick>, never>(true);
same<Infer<typeof Position>, { desk: string; book: number; amount: bigint; weight: number | undefined }>(true);
same<Infer<typeof Tick>, { symbol: string; price: number; at: bigint }>(true);
same<InferInsert<typeof Position>, { desk: string; book: number; amount: bigint; weight?: number | undefined }>(true);
same<InferPatch<typeof Position>, { amount?: bigint | undefined; weight?: number | null | undefined }>(true);
same<InferPatch<typeof Trade>, { amount?: Decimal | undefined }>(true);
same<
  InferTemplate<typeof Trade>,
  { number?: bigint | undefined; region?: 'eu' | 'us' | undefined; amount?: Decimal | undefined }
>(true);

// Every kind has its JavaScript value.
const Kinds = defineType('Kinds', {
  a: t.bool(),
  b: t.int16(),
  c: t.int32(),
  d: t.int64(),
  e: t.float32(),
  f: t.float64(),
  g: t.decimal(9, 2),
  h: t.date(),
  i: t.timestamp(),
  j: t.timestamp({ as: 'micros' }),
  k: t.localTimestamp(),
  l: t.string(),
  m: t.enum(['x', 'y']),
  n: t.bytes(),
  o: t.uuid(),
  p: t.json<{ q: number }>(),
  r: t.array(t.int64()),
  s: t.array(t.enum(['u', 'v'])).default([]),
});
same<
  Infer<typeof Kinds>,
  {
    a: boolean;
    b: number;
    c: number;
    d: bigint;
    e: number;
    f: number;
    g: Decimal;
    h: string;
    i: Date;
    j: bigint;
    k: string;
    l: string;
    m: 'x' | 'y';
    n: Uint8Array;
    o: string;
    p: { q: number };
    r: readonly bigint[];
    s: readonly ('u' | 'v')[];
  }
>(true);

// Writes: what Weft fills may be left out, and absent is undefined.
const row = { account: 'a', symbol: 'ACME', status: 'new', qty: 1, price, at } as const;
await orders.write(row);
await orders.write(
  { ...row, id: 'x', note: undefined, retries: 3, tags: ['a'] },
  { onConflict: 'fail', timeout: '1.5s' },
);
await orders.writeMany([row, row]);
await orders.writeMany(
  (async function* () {
    yield row;
  })(),
);
local.write(row).version satisfies number;

// Keys.
await orders.get('x', { signal: new AbortController().signal, timeout: 50 });
await orders.getMany(['x', 'y']);
await grid.space(Position).get({ desk: 'd', book: 1 });
await grid.space(Trade).update({ number: 1n, region: 'eu' }, { amount: price });

// Templates: values, null for absence, undefined for nothing.
await orders.read({ status: 'new', note: null, qty: undefined });
await orders.count();
await orders.count({}).explain();

// Builders.
await orders.find((r) =>
  r.symbol
    .startsWith('AC')
    .and(r.qty.between(1, 5), r.status.in(['new', 'filled']))
    .not(),
);
await orders.find((r) => r.tags.has('x').or(r.note.isNull(), r.price.le(price), r.at.gt(at), r.version.eq(1)));
await orders.find((r) => r.doc.at('a', 'b').gt(5).and(r.doc.at('seen').eq(true)));
await orders.find((r) => r.doc.at('lines', 0, 'sku').startsWith('x').and(r.doc.at('lines').at(0).at('sku').ne('y')));
const Loose = defineType('Loose', { key: t.int32(), doc: t.json() }, { key: 'key' });
await grid
  .space(Loose)
  .find((r) => r.doc.at('any', 3, 'thing').eq('x').or(r.doc.at('n').gt(5), r.doc.at('b').eq(true)));

// Projection, order, iteration.
const cut = await orders.find(
  { status: 'new' },
  { select: ['id', 'note'], orderBy: { at: 'desc', qty: 'asc' }, limit: 5 },
);
same<typeof cut, { id: string; note: string | undefined }[]>(true);
const whole = await orders.find();
whole satisfies Infer<typeof Order>[];
for await (const { qty } of orders.find(undefined, { select: ['qty'] })) qty satisfies number;
same<ReturnType<typeof local.find<'qty'>>, { qty: number }[]>(true);

// Changes.
await orders.update('x', { status: 'filled', note: null, doc: undefined }, { ifVersion: 3 });
await orders.change({ id: 'x' }, (c) => c.set('status', 'filled').inc('qty', -1).inc('price', price).unset('note'));
await orders.change(
  (r) => r.qty.gt(1),
  (c) => c.push('tags', 'x', 'y').pull('tags', 'z').at('doc', 'a', 'b').inc(1).at('doc', 'lines').push({ sku: 's' }),
);
await orders.change({}, (c) => c.at('doc', 'seen').set(true).at('doc', 'seen').unset());
await grid.space(Position).change({ desk: 'd' }, (c) => c.inc('amount', 5n).inc('weight', 0.5));

// Aggregates: absent only where a group may have no value.
const groups = await orders.aggregate({
  by: ['symbol', 'note'],
  select: {
    n: count(),
    noted: count('note'),
    total: sum('qty'),
    value: sum('price'),
    mean: avg('price'),
    first: min('at'),
    last: max('note'),
    accounts: countDistinct('account'),
    states: distinct('status'),
  },
  where: (r) => r.qty.gt(0),
  having: (r) => r.n.gt(5).and(r.total.lt(100n), r.value.ge(price), r.last.startsWith('x'), r.symbol.ne('ACME')),
  orderBy: { n: 'desc', symbol: 'asc' },
  limit: 10,
});
same<
  typeof groups,
  {
    symbol: string;
    note: string | undefined;
    n: number;
    noted: number;
    total: bigint;
    value: Decimal;
    mean: number;
    first: Date;
    last: string | undefined;
    accounts: number;
    states: ('new' | 'filled' | 'cancelled')[];
  }[]
>(true);
const [all] = await orders.aggregate({ select: { n: count(), total: sum('qty') } });
same<typeof all, { n: number; total: bigint | undefined } | undefined>(true);
same<ReturnType<ReturnType<typeof sums>['at']>, { total: number | undefined } | undefined>(true);
function sums() {
  return grid.local(Position).aggregate({ select: { total: sum('weight') } });
}

// Caches say which rows go.
defineType('T', { id: t.string() }, { key: 'id', evict: 'lru' });
defineType('T', { id: t.string() }, { key: 'id', evict: { policy: 'lru', maxRows: 1000 } });
defineType('T', { id: t.string(), at: t.date().index('ordered') }, { key: 'id', evict: { by: 'at', maxRows: 1000 } });

// Grids end with their scope.
await using scoped: AsyncDisposable = grid;
scoped satisfies AsyncDisposable;
await grid.close({ drain: '5s' });

// A rename says where values come from, and nothing about the type.
const before = defineType('Renamed', { id: t.id(), amount: t.int64().optional() });
const after = defineType('Renamed', { id: t.id().from('key'), amount: t.int64().from('qty').optional() });
same<Infer<typeof before>, Infer<typeof after>>(true);
same<InferInsert<typeof before>, InferInsert<typeof after>>(true);
same<InferPatch<typeof before>, InferPatch<typeof after>>(true);
export const report: { readonly type: string; readonly changes: readonly string[]; readonly rows: number } =
  await grid.evolve(after, { timeout: '5s' });

// Transactions and batches.
const moved = await grid.transaction(async (tx) => {
  tx.attempt satisfies number;
  const within = tx.space(Order);
  const found = await within.find({ account: 'a' }, { select: ['id', 'qty'], orderBy: { qty: 'desc' } });
  same<typeof found, { id: string; qty: number }[]>(true);
  await within.update('x', { note: null }, { ifVersion: 3 });
  await within.change({ account: 'a' }, (c) => c.inc('qty', 1));
  same<Awaited<ReturnType<typeof within.get>>, Infer<typeof Order> | undefined>(true);
  const [figures] = await within.aggregate({ by: ['symbol'], select: { n: count() } });
  same<typeof figures, { symbol: string; n: number } | undefined>(true);
  return found.length;
});
same<typeof moved, number>(true);
same<Awaited<ReturnType<typeof grid.transaction<string>>>, string>(true);
const batch = await grid.atomic(
  (b) => [
    b.write(Order, row, { onConflict: 'fail' }),
    b.update(Position, { desk: 'd', book: 1 }, { amount: 5n }),
    b.delete(Trade, { number: 1n, region: 'eu' }),
  ],
  { idempotencyId: 'one', timeout: '1s' },
);
same<typeof batch, [Infer<typeof Order>, Infer<typeof Position> | undefined, boolean]>(true);
same<Awaited<ReturnType<typeof makeMany>>, Infer<typeof Order>[]>(true);
function makeMany() {
  return grid.atomic((b) => [row, row].map((each) => b.write(Order, each)));
}

// Calls that name themselves.
await orders.write(row, { idempotencyId: 'one' });
await orders.update('x', { qty: 1 }, { idempotencyId: 'two', ifVersion: 1 });
await orders.delete('x', { idempotencyId: 'three', timeout: '1s' });
local.change({ id: 'x' }, (c) => c.inc('qty', 1), { idempotencyId: 'four' });

// Work queues.
same<Awaited<ReturnType<typeof orders.take>>, Infer<typeof Order> | undefined>(true);
const consumer = orders.consume((r) => r.qty.gt(5), { lease: '30s', prefetch: 10, maxTries: 5, group: 'account' });
same<typeof consumer, Consumer<typeof Order>>(true);
for await (const delivery of consumer) {
  same<typeof delivery.row, Infer<typeof Order>>(true);
  same<typeof delivery.expiresAt, Date>(true);
  await delivery.renew('1m');
  if (delivery.tries > 1) await delivery.nack({ delay: 500, reason: 'no' });
  else await delivery.ack();
}
for (const letter of await orders.deadLetters({ account: 'a' })) {
  same<typeof letter.row, Infer<typeof Order>>(true);
  same<Awaited<ReturnType<typeof orders.revive>>, boolean>(true);
}
same<typeof local.take, (where?: Where<typeof Order>) => Infer<typeof Order> | undefined>(true);
orders.consume({}, { deadLetter: ({ row: { symbol }, reason }) => [symbol.length, reason.length] });

// Code for any grid takes both kinds, and awaits what one of them gives at once.
declare const remote: RemoteGrid;
const anyGrids: readonly AnyGrid[] = [grid, remote];
const statsOf = (one: AnyGrid) => Promise.resolve(one.stats());
same<ReturnType<typeof statsOf>, Promise<GridStats>>(true);
same<ReturnType<Grid['stats']>, GridStats>(true);
void anyGrids.map(async (one) => (await one.setMemory('1GB'), one.space(Order)));
