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

/** A space of three partitions: the first host has one of them, the second two. */
async function connected() {
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
  const grid = await connect(`weft://${hosts[1]!.address}/demo`, { types: [Order, Event, Note] });
  ends.push(() => grid.close());
  return grid;
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
