import { afterEach, expect, test } from 'vitest';
import { avg, count, countDistinct, defineType, distinct, max, sum, t, type Condition } from '@weft/data';
import { createGrid, openGrid } from '../create-grid.ts';
import { connect } from './connect.ts';
import { Door } from './door.ts';
import { serveBehind } from './serve.ts';

const Order = defineType(
  'Order',
  { id: t.string(), account: t.string(), qty: t.int32(), price: t.float64(), note: t.string().optional() },
  { key: 'id' },
);
const Event = defineType('Event', { id: t.id(), text: t.string() });
const Note = defineType('Note', { text: t.string() });
const Code = defineType(
  'Code',
  { id: t.int32(), code: t.int32() },
  { key: 'id', indexes: [{ on: ['id', 'code'], kind: 'unique' }] },
);

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function connected() {
  return (await opened()).grid;
}

/** A space of three partitions: the first host has one of them, the second two. */
async function opened() {
  const shares = [
    { first: 0, own: 1 },
    { first: 1, own: 2 },
  ];
  const log = (): void => undefined;
  const doors = await Promise.all(
    shares.map(() => Door.open({ address: '127.0.0.1', port: 0, advice: '', socket: undefined })),
  );
  const hosts = doors.map(({ port }, at) => ({ address: `127.0.0.1:${port}`, firstPartition: shares[at]!.first }));
  for (const [at, { first, own }] of shares.entries()) {
    const grid = await openGrid({ partitions: own }, { first, total: 3 });
    const member = serveBehind(doors[at]!, { space: 'demo', grid, partitions: 3, log, hosts });
    ends.push(async () => {
      await doors[at]!.stopListening();
      await member.drain();
      await doors[at]!.close();
      await grid.close();
    });
  }
  const url = `weft://${hosts[1]!.address}/demo`;
  const grid = await connect(url, { types: [Order, Event, Note] });
  ends.push(() => grid.close());
  return { grid, url };
}

const rows = Array.from({ length: 600 }, (_, i) => ({
  id: `o${i}`,
  account: `a${i % 7}`,
  qty: (i * 37) % 101,
  price: i / 8,
}));

test('rows that lie on two hosts are one table: found in order, counted, grouped and changed as in one process', async () => {
  const grid = await connected();
  const alone = await createGrid({ types: [Order], partitions: 3 });
  ends.push(() => alone.close());
  const orders = grid.space(Order);
  const local = alone.space(Order);
  for (const space of [orders, local])
    expect(await space.writeMany(rows)).toMatchObject({ written: 600, inserted: 600 });

  const shape = { orderBy: { qty: 'desc', id: 'asc' }, limit: 50, offset: 20, select: ['id', 'price'] } as const;
  expect(await orders.find((r) => r.qty.gt(10), shape)).toEqual(await local.find((r) => r.qty.gt(10), shape));
  expect((await orders.find({ account: 'a1' })).length).toBe((await local.find({ account: 'a1' })).length);
  expect(await orders.count((r) => r.qty.lt(50))).toBe(await local.count((r) => r.qty.lt(50)));
  const { partitions } = await orders.find({}).explain();
  expect(partitions.map(({ partition }) => partition)).toEqual([0, 1, 2]);
  expect((await orders.count({ id: 'o1' }).explain()).partitions).toHaveLength(1);
  const keys = ['o5', 'none', 'o1', 'o599'];
  expect(await orders.getMany(keys)).toEqual(await local.getMany(keys));

  const request = {
    by: ['account'],
    select: {
      n: count(),
      mean: avg('price'),
      all: sum('qty'),
      top: max('qty'),
      kinds: countDistinct('qty'),
      which: distinct('qty'),
    },
    orderBy: { account: 'desc' },
    limit: 5,
  } as const;
  const having = (r: { n: { gt(least: number): Condition } }): Condition => r.n.gt(3);
  expect(await orders.aggregate({ ...request, having })).toEqual(await local.aggregate({ ...request, having }));

  for (const space of [orders, local]) {
    expect(
      await space.change(
        (r) => r.qty.gt(90),
        (c) => c.inc('qty', 1).set('note', 'much'),
      ),
    ).toBe(rows.filter(({ qty }) => qty > 90).length);
    expect(await space.deleteMany({ account: 'a2' })).toBe(rows.filter((row) => row.account === 'a2').length);
  }
  const whole = { orderBy: { id: 'asc' } } as const;
  expect(await orders.find({}, whole)).toEqual(await local.find({}, whole));
  expect((await grid.stats()).rows).toBe(alone.stats().rows);
});

test('ids are made so that their rows are found, and rows without a key go to all hosts', async () => {
  const grid = await connected();
  const events = grid.space(Event);
  const made = await Promise.all(Array.from({ length: 40 }, (_, i) => events.write({ text: `e${i}` })));
  for (const { id, text } of made) expect(await events.get(id)).toEqual({ id, text });
  const named = await events.write({ text: 'once' }, { idempotencyId: 'call-1' });
  expect(await events.write({ text: 'once' }, { idempotencyId: 'call-1' })).toEqual(named);
  const notes = grid.space(Note);
  await notes.writeMany(Array.from({ length: 40 }, (_, i) => ({ text: `n${i}` })));
  const counts = await notes.count().explain();
  expect(counts.rowsMatched).toBe(40);
});

test('a row that its host would refuse is refused before those behind it are written at another', async () => {
  const orders = (await connected()).space(Order);
  const id = 'x'.repeat(1100);
  const many = [...rows.slice(0, 20), { ...rows[20]!, id }, ...rows.slice(21, 60)];
  await expect(orders.writeMany(many)).rejects.toMatchObject({
    code: 'KEY_TOO_LARGE',
    details: { row: 20, written: 20 },
  });
  expect(await orders.count()).toBe(20);
});

test('what waited for its consumer until its lease was over is not handed out', async () => {
  const orders = (await connected()).space(Order);
  await orders.writeMany(rows.slice(0, 12));
  const slow = orders.consume({}, { lease: 50, maxTries: 1000 });
  // Each of the hosts holds one ready then.
  const first = (await slow.next()).value!;
  const quick = orders.consume({}, { lease: '30s' });
  const done: string[] = [];
  for (let n = 0; n < 12; n++) {
    const { value } = await quick.next();
    await value!.ack();
    done.push(value!.row.id);
  }
  expect(new Set(done)).toEqual(new Set(rows.slice(0, 12).map(({ id }) => id)));
  await expect(first.ack()).rejects.toMatchObject({ code: 'LEASE_LOST' });
  const next = slow.next();
  await orders.write(rows[20]!);
  expect((await next).value!.row.id).toBe(rows[20]!.id);
  await Promise.all([slow.return!(), quick.return!()]);
});

const wider = {
  id: t.string(),
  account: t.string(),
  qty: t.int64(),
  price: t.float64(),
  note: t.string().optional(),
};
const Wider = defineType('Order', wider, { key: 'id', indexes: [{ on: ['id', 'account'], kind: 'unique' }] });
const Narrow = defineType('Order', { ...wider, qty: t.int32() }, { key: 'id' });

test('all hosts go over to another declaration, or none does', async () => {
  const { grid, url } = await opened();
  const orders = grid.space(Order);
  await orders.writeMany(rows);
  expect(await grid.evolve(Wider)).toMatchObject({ type: 'Order', rows: 600, changes: expect.any(Array) });
  const wide = grid.space(Wider);
  expect(await wide.count()).toBe(600);
  expect(await wide.get('o5')).toMatchObject({ id: 'o5', qty: BigInt(rows[5]!.qty) });
  expect((await grid.evolve(Wider)).changes).toEqual([]);
  await expect(grid.evolve(Narrow)).rejects.toMatchObject({ code: 'EVOLUTION_REFUSED' });
  // A client that comes later sees one declaration at all hosts.
  const other = await connect(url, { types: [Wider], ensure: 'exists' });
  ends.push(() => other.close());
  expect(await other.space(Wider).count((r) => r.qty.ge(0n))).toBe(600);
});

test('where one host cannot go over, the others go on with the declaration that they have', async () => {
  const { grid } = await opened();
  const Plain = defineType('Code', { id: t.int32(), zone: t.int32(), code: t.int32() }, { key: 'id', routing: 'zone' });
  const Single = defineType(
    'Code',
    { id: t.int32(), zone: t.int32(), code: t.int32() },
    { key: 'id', routing: 'zone', indexes: [{ on: ['zone', 'code'], kind: 'unique' }] },
  );
  const codes = grid.space(Plain);
  await codes.writeMany(Array.from({ length: 60 }, (_, id) => ({ id, zone: id, code: id })));
  // Two of one value, in a zone of the last host.
  const { partitions } = await codes.count({ zone: 0 }).explain();
  expect(partitions).toHaveLength(1);
  let zone = 0;
  while ((await codes.count({ zone }).explain()).partitions[0]!.partition !== 2) zone++;
  await codes.write({ id: 1000, zone, code: zone });
  await expect(grid.evolve(Single)).rejects.toMatchObject({ code: 'UNIQUE_VIOLATION' });
  // The declaration of before is the one of all hosts: a client that has it opens it, one that has the other does not.
  await grid.ensure([Plain]);
  await expect(grid.ensure([Single])).rejects.toMatchObject({ code: 'TYPE_CONFLICT' });
  await codes.delete({ id: 1000, zone });
  await grid.evolve(Single);
  await expect(grid.space(Single).write({ id: 2000, zone, code: zone })).rejects.toMatchObject({
    code: 'UNIQUE_VIOLATION',
  });
  expect(await grid.space(Single).count()).toBe(60);
});

test('two clients that take a type over at the same time, and writers meanwhile, end with one declaration and all rows', async () => {
  const { grid, url } = await opened();
  const orders = grid.space(Order);
  await orders.writeMany(rows);
  const other = await connect(url);
  ends.push(() => other.close());
  const writing = Promise.all(rows.map(({ id }, n) => orders.update(id, { qty: n })));
  const evolving = await Promise.allSettled([grid.evolve(Wider), other.evolve(Wider)]);
  expect(evolving.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  await writing;
  expect((await other.space(Wider).find({ id: 'o599' }))[0]).toMatchObject({ qty: 599n });
  expect(await other.space(Wider).count()).toBe(600);
});

test('a client that is gone before all hosts are ready leaves each with the declaration that it had', async () => {
  const { grid, url } = await opened();
  await grid.space(Order).writeMany(rows);
  const other = await connect(url);
  const evolving = other.evolve(Wider, { timeout: '20s' });
  await other.close();
  await expect(evolving).rejects.toMatchObject({ code: expect.stringMatching(/^(CLOSED|OUTCOME_UNKNOWN)$/) });
  await grid.ensure([Order]);
  expect(await grid.space(Order).count()).toBe(600);
  // Nobody holds the next one up.
  expect((await grid.evolve(Wider, { timeout: '20s' })).rows).toBe(600);
});

test('stats are sums, bounds are shared, and what is cleared or expires goes at all hosts', async () => {
  const { grid } = await opened();
  const orders = grid.space(Order);
  await orders.writeMany(rows);
  const before = await grid.stats();
  expect(before).toMatchObject({ rows: 600, log: { partitions: { length: 3 } } });
  expect(before.types.find(({ name }) => name === 'Order')).toMatchObject({ rows: 600, quotaBytes: undefined });
  await grid.setQuota(Order, '64MiB');
  await grid.setMemory('256MiB');
  const after = await grid.stats();
  expect(after.memory.limitBytes).toBe(256 << 20);
  expect(after.types.find(({ name }) => name === 'Order')).toMatchObject({ quotaBytes: 64 << 20 });
  expect(await orders.clear()).toBe(600);
  const Session = defineType('Session', { id: t.string() }, { key: 'id', ttl: '1h' });
  const sessions = grid.space(Session);
  await sessions.writeMany(
    rows.slice(0, 50).map(({ id }) => ({ id })),
    { ttl: 1 },
  );
  await sessions.write({ id: 'stays' });
  while ((await grid.stats()).rows > 1) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await sessions.find({})).toEqual([{ id: 'stays' }]);
});

test('subscribers hear of the rows of all hosts once, those that are there and those that come, also from a position', async () => {
  const { grid } = await opened();
  const orders = grid.space(Order);
  await orders.writeMany(rows.slice(0, 100));
  const seen = new Map<string, number>();
  const partitions = new Set<number>();
  const subscription = orders.subscribe({}, { initial: true });
  let position: string | undefined;
  for await (const event of subscription) {
    if (event.type === 'insert' || event.type === 'initial') {
      seen.set(event.after.id, (seen.get(event.after.id) ?? 0) + 1);
      partitions.add(event.partition);
    }
    if (seen.size === 100 && position === undefined) {
      await orders.writeMany(rows.slice(100, 200));
      position = 'later';
    }
    if (seen.size === 200) break;
  }
  expect([...seen.values()].every((times) => times === 1)).toBe(true);
  expect(partitions).toEqual(new Set([0, 1, 2]));
  position = subscription.position;
  await orders.writeMany(rows.slice(200, 260));
  const again = new Set<string>();
  for await (const event of orders.subscribe({}, { from: position })) {
    if (event.type === 'insert') again.add(event.after.id);
    if (again.size === 60) break;
  }
  expect(again).toEqual(new Set(rows.slice(200, 260).map(({ id }) => id)));
});

test('rows of two hosts are taken once each, also by those who wait', async () => {
  const orders = (await connected()).space(Order);
  const taken = Promise.all(Array.from({ length: 30 }, () => orders.take({}, { wait: '20s' })));
  await orders.writeMany(rows.slice(0, 30));
  const ids = (await taken).map((row) => row!.id);
  expect(new Set(ids)).toEqual(new Set(rows.slice(0, 30).map(({ id }) => id)));
  expect(await orders.take()).toBeUndefined();
});

test('of many rows on two hosts those behind a bad one are not written, and all or nothing is for one host', async () => {
  const codes = (await connected()).space(Code);
  await codes.write({ id: 50, code: 50 });
  const many = Array.from({ length: 100 }, (_, id) => ({ id, code: id }));
  const stopped = codes.writeMany(many, { onConflict: 'fail' });
  await expect(stopped).rejects.toMatchObject({ code: 'KEY_EXISTS', details: { row: 50, written: 50 } });
  expect(await codes.count()).toBe(51);
  const each = await codes.writeMany(many, { onConflict: 'fail', onError: 'each' });
  expect([each.written, each.rejected.map(({ index }) => index)]).toEqual([
    49,
    Array.from({ length: 51 }, (_, i) => i),
  ]);
  await expect(codes.writeMany(many, { onError: 'all' })).rejects.toMatchObject({
    code: 'TRANSACTION_SPANS_PARTITIONS',
  });
});
