/**
 * Uses that must not compile. The line under each `@ts-expect-error` is one mistake; what the compiler says about it
 * is kept in `../refusals.txt`, so that no mistake is refused for another reason than its own.
 */
import type { Grid } from '@weft/client';
import { avg, count, Decimal, defineType, max, sum, t, type Infer } from '@weft/data';
import { Order, Position, Tick, Trade } from './order.ts';

declare const grid: Grid;
const orders = grid.space(Order);
const row = { account: 'a', symbol: 'ACME', status: 'new', qty: 1, price: Decimal.from(1), at: new Date(0) } as const;

// an unknown column in a template
// @ts-expect-error
orders.find({ symbl: 'ACME' });

// an unknown column in a builder
// @ts-expect-error
orders.find((r) => r.symbl.eq('ACME'));

// a wrong enum member in a template
// @ts-expect-error
orders.find({ status: 'done' });

// a wrong enum member in a builder
// @ts-expect-error
orders.find((r) => r.status.eq('done'));

// a wrong enum member in an insert
// @ts-expect-error
orders.write({ ...row, status: 'done' });

// a value of another kind
// @ts-expect-error
orders.find((r) => r.qty.gt('5'));

// an operation that the kind does not have
// @ts-expect-error
orders.find((r) => r.qty.startsWith('5'));

// null in a comparison
// @ts-expect-error
orders.find((r) => r.note.eq(null));

// null for a required column in a template
// @ts-expect-error
orders.find({ symbol: null });

// a builder that returns no condition
// @ts-expect-error
orders.find((r) => r.qty);

// an element of another kind
// @ts-expect-error
orders.find((r) => r.tags.has(5));

// a json path that the document does not have
// @ts-expect-error
orders.find((r) => r.doc.at('a', 'c').eq(1));

// a value of another type at a json path
// @ts-expect-error
orders.find((r) => r.doc.at('a', 'b').eq('x'));

// a missing field in an insert
// @ts-expect-error
orders.write({ account: 'a', symbol: 'ACME', status: 'new', qty: 1, price: Decimal.from(1) });

// an unknown column in an insert
// @ts-expect-error
orders.write({ ...row, quantity: 1 });

// null in an insert
// @ts-expect-error
orders.write({ ...row, note: null });

// the version in an insert
// @ts-expect-error
orders.write({ account: 'a', symbol: 'A', status: 'new', qty: 1, price: row.price, at: row.at, version: 1 });

// a number for an int64
// @ts-expect-error
grid.space(Position).write({ desk: 'd', book: 1, amount: 5 });

// an unknown policy for conflicts
// @ts-expect-error
orders.write(row, { onConflict: 'ignore' });

// a malformed duration
// @ts-expect-error
orders.get('x', { timeout: '5 seconds' });

// a duration without a unit
// @ts-expect-error
orders.get('x', { timeout: '5' });

// a malformed time to live
// @ts-expect-error
defineType('Brief', { id: t.id() }, { ttl: '1 day' });

// a missing routing value in a key
// @ts-expect-error
grid.space(Trade).get({ number: 1n });

// a bare value where the routing value is needed too
// @ts-expect-error
grid.space(Trade).get(1n);

// a missing column of a compound key
// @ts-expect-error
grid.space(Position).get({ book: 1 });

// a key of another type
// @ts-expect-error
orders.get(5);

// a call by key on a type without one
// @ts-expect-error
grid.space(Tick).get('x');

// patching the key
// @ts-expect-error
orders.update('x', { id: 'y' });

// patching the routing column
// @ts-expect-error
orders.update('x', { account: 'b' });

// patching the version
// @ts-expect-error
orders.update('x', { version: 2 });

// clearing a required column
// @ts-expect-error
orders.update('x', { qty: null });

// ifVersion on a type without a version
// @ts-expect-error
grid.space(Trade).update({ number: 1n, region: 'eu' }, {}, { ifVersion: 1n });

// ordering by an unknown column
// @ts-expect-error
orders.find({}, { orderBy: { when: 'desc' } });

// an unknown direction
// @ts-expect-error
orders.find({}, { orderBy: { at: 'down' } });

// selecting an unknown column
// @ts-expect-error
orders.find({}, { select: ['id', 'when'] });

// reading a column that the projection left out
// @ts-expect-error
(await orders.find({}, { select: ['id'] }))[0]?.qty;

// reading a column that the type does not have
// @ts-expect-error
(await orders.getOrThrow('x')).quantity;

// reading a row that may not be there
// @ts-expect-error
(await orders.get('x')).qty;

// using an optional value as if it were there
// @ts-expect-error
(await orders.getOrThrow('x')).note.length;

// changing a row that was read, by its array
// @ts-expect-error
(await orders.getOrThrow('x')).tags?.push('x');

// inc on a string
// @ts-expect-error
orders.change({}, (c) => c.inc('symbol', 1));

// inc by a value of another kind
// @ts-expect-error
orders.change({}, (c) => c.inc('qty', 1n));

// push on a column that is no list
// @ts-expect-error
orders.change({}, (c) => c.push('note', 'x'));

// pushing an element of another kind
// @ts-expect-error
orders.change({}, (c) => c.push('tags', 5));

// unset of a required column
// @ts-expect-error
orders.change({}, (c) => c.unset('qty'));

// setting the key
// @ts-expect-error
orders.change({}, (c) => c.set('id', 'y'));

// setting a wrong enum member
// @ts-expect-error
orders.change({}, (c) => c.set('status', 'done'));

// inc at a json path that holds no number
// @ts-expect-error
orders.change({}, (c) => c.at('doc', 'seen').inc(1));

// a sum of strings
// @ts-expect-error
orders.aggregate({ select: { x: sum('symbol') } });

// an average of an unknown column
// @ts-expect-error
orders.aggregate({ select: { x: avg('pric') } });

// the greatest of lists
// @ts-expect-error
orders.aggregate({ select: { x: max('tags') } });

// grouping by an unknown column
// @ts-expect-error
orders.aggregate({ by: ['symbl'], select: { n: count() } });

// grouping by a json column
// @ts-expect-error
orders.aggregate({ by: ['doc'], select: { n: count() } });

// having over what is not an output
// @ts-expect-error
orders.aggregate({ by: ['symbol'], select: { n: count() }, having: (r) => r.qty.gt(5) });

// ordering groups by what is not an output
// @ts-expect-error
orders.aggregate({ by: ['symbol'], select: { n: count() }, orderBy: { qty: 'desc' } });

// reading an output that was not asked for
// @ts-expect-error
(await orders.aggregate({ by: ['symbol'], select: { n: count() } }))[0]?.total;

// a key that is not a column
// @ts-expect-error
defineType('Keyless', { a: t.string() }, { key: 'b' });

// an optional key
// @ts-expect-error
defineType('Loose', { a: t.string().optional() }, { key: 'a' });

// a key of a kind that has no place in keys
// @ts-expect-error
defineType('Floating', { a: t.float64() }, { key: 'a' });

// routing by what is not a column
// @ts-expect-error
defineType('Astray', { a: t.string() }, { key: 'a', routing: 'b' });

// an index over what is not a column
// @ts-expect-error
defineType('Unindexed', { a: t.string() }, { key: 'a', indexes: [{ on: ['a', 'b'] }] });

// an unknown kind of index
// @ts-expect-error
t.string().index('btree');

// a default of another kind
// @ts-expect-error
t.int32().default('0');

// a default that is not a member
// @ts-expect-error
t.enum(['a', 'b']).default('c');

// eviction by a column that there is not
// @ts-expect-error
defineType('T', { id: t.string(), at: t.date().index('ordered') }, { key: 'id', evict: { by: 'when' } });

// eviction by no known policy
// @ts-expect-error
defineType('T', { id: t.string() }, { key: 'id', evict: 'fifo' });

// an optional id
// @ts-expect-error
t.id().optional();

// a list of lists
// @ts-expect-error
t.array(t.array(t.string()));

// a list of optional elements
// @ts-expect-error
t.array(t.string().optional());

// an unknown form of timestamps
// @ts-expect-error
t.timestamp({ as: 'nanos' });

// an asynchronous source for the synchronous handle
// @ts-expect-error
grid.local(Order).writeMany((async function* () {})());

// a row of one type where another is meant
// @ts-expect-error
null as unknown as Infer<typeof Order> satisfies Infer<typeof Trade>;

// a rename from what is no name
// @ts-expect-error
t.string().from(5);

// an evolution to what is no declaration
// @ts-expect-error
await grid.evolve({ id: t.string() });

// a row that lacks a column in a transaction
// @ts-expect-error
await grid.transaction((tx) => tx.space(Order).write({ account: 'a' }));

// a verb that a transaction does not have
// @ts-expect-error
await grid.transaction((tx) => tx.space(Order).clear());

// an option of single calls within a transaction
// @ts-expect-error
await grid.transaction((tx) => tx.space(Order).get('x', { timeout: '1s' }));

// a key of another type in a batch
// @ts-expect-error
await grid.atomic((b) => [b.delete(Position, 'x')]);

// what is no write in a batch
// @ts-expect-error
await grid.atomic(() => ['x']);

// an idempotency id for a read
// @ts-expect-error
await orders.get('x', { idempotencyId: 'one' });

// an unknown column in what is taken
// @ts-expect-error
orders.take({ symbl: 'ACME' }, { wait: '5s' });

// a wait without a unit
// @ts-expect-error
orders.take({}, { wait: '5' });

// a group that is no column
// @ts-expect-error
orders.consume({}, { group: 'acount' });

// a wait where nothing waits
// @ts-expect-error
orders.count({}, { wait: '5s' });

// a wait on the host itself
// @ts-expect-error
grid.local(Order).take({}, { wait: '5s' });
