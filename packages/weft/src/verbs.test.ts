import type { WeftError } from '@weft/base';
import { count, defineType, sum, t } from '@weft/data';
import { afterEach, expect, test } from 'vitest';
import { createGrid, type GridOptions } from './create-grid.ts';

const Item = defineType(
  'Item',
  { id: t.id(), shelf: t.string(), stock: t.int32(), at: t.timestamp(), tags: t.array(t.string()).optional() },
  { routing: 'shelf', indexes: [{ on: ['shelf', 'at'], kind: 'ordered' }] },
);
const START_MS = Date.UTC(2026, 0, 1);

const grids: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const grid of grids.splice(0)) await grid.close();
});

async function open(options: GridOptions = {}) {
  const grid = await createGrid({ types: [Item], ...options });
  grids.push(grid);
  return { grid, items: grid.space(Item), local: grid.local(Item) };
}

function itemsOf(length: number) {
  return Array.from({ length }, (_, i) => ({ shelf: `s${i % 50}`, stock: i, at: new Date(START_MS + i * 1000) }));
}

test('an id that Weft did not make names no row, and cannot be written', async () => {
  const { items, local } = await open({ partitions: 3 });
  expect(await items.get('mine')).toBeUndefined();
  expect(local.update('mine', { stock: 1 })).toBeUndefined();
  expect(await items.delete('mine')).toBe(false);
  await expect(items.write({ id: 'mine', shelf: 'a', stock: 1, at: new Date(0) })).rejects.toMatchObject({
    code: 'KEY_INVALID',
  });
});

test('a question that names an id asks one partition only', async () => {
  const { items } = await open({ partitions: 3 });
  const { id } = await items.write({ shelf: 'a', stock: 1, at: new Date(0) });
  const { partitions, rowsRead } = await items.find({ id }).explain();
  expect([partitions.length, rowsRead]).toEqual([1, 1]);
});

test('wrong questions reject when they are awaited, and never throw', async () => {
  const { items } = await open();
  const find = items.find({ stok: 1 } as never);
  const counted = items.count({ stock: 'many' } as never);
  const aggregated = items.aggregate({ select: { n: sum('shelf' as never) } });
  expect(await find.catch((error: WeftError) => error.code)).toBe('COLUMN_UNKNOWN');
  expect(await counted.catch((error: WeftError) => error.code)).toBe('VALUE_INVALID');
  await expect(aggregated).rejects.toMatchObject({ code: 'PREDICATE_INVALID' });
  let ended = 0;
  expect(await items.count().finally(() => ended++)).toBe(0);
  expect(ended).toBe(1);
});

test('many keys come in an array: a single key in its place is refused, not taken letter by letter', async () => {
  const { items, local } = await open();
  for (const keys of ['ab', undefined, { id: 'ab' }] as never[]) {
    await expect(items.getMany(keys)).rejects.toMatchObject({ code: 'KEY_INVALID' });
    expect(() => local.getMany(keys)).toThrow(expect.objectContaining({ code: 'KEY_INVALID' }));
  }
});

test('every verb refuses an option that it does not have', async () => {
  const { items } = await open();
  const wrong = { timout: 5 } as never;
  const calls = [
    () => items.get('x', wrong),
    () => items.getMany(['x'], wrong),
    () => items.getOrThrow('x', wrong),
    () => items.read({}, wrong),
    () => items.find({}, wrong),
    () => items.count({}, wrong),
    () => items.change({}, (c) => c.set('stock', 1), wrong),
    () => items.update('x', { stock: 1 }, wrong),
    () => items.delete('x', wrong),
    () => items.deleteMany({}, wrong),
    () => items.clear(wrong),
    () => items.write(itemsOf(1)[0]!, wrong),
    () => items.writeMany(itemsOf(1), wrong),
    () => items.aggregate({ select: { n: count() } }, wrong),
  ];
  for (const call of calls) await expect((async () => call())()).rejects.toMatchObject({ code: 'OPTION_INVALID' });
});

test('an error in the middle of many rows says how many are done', async () => {
  const { items, local } = await open({ partitions: 3 });
  const rows = itemsOf(100);
  const bad = [...rows.slice(0, 40), { ...rows[40]!, stock: 'many' as never }, ...rows.slice(41)];
  await expect(items.writeMany(bad)).rejects.toMatchObject({
    code: 'VALUE_INVALID',
    details: { row: 40, written: 40 },
    message: expect.stringMatching(/^Row 40: .*40 rows were written/),
  });
  expect(await items.count()).toBe(40);

  await items.write({ shelf: 's1', stock: 2 ** 31 - 1, at: new Date(START_MS) });
  const before = (await items.aggregate({ select: { total: sum('stock') } }))[0]!.total!;
  for (const change of [
    () => items.change({}, (c) => c.inc('stock', 1)),
    async () => local.change({}, (c) => c.inc('stock', 1)),
  ]) {
    const error = await change().catch((caught: unknown) => caught as WeftError);
    expect(error).toMatchObject({ code: 'NUMERIC_OVERFLOW', details: { changed: expect.any(Number) } });
  }
  const after = (await items.aggregate({ select: { total: sum('stock') } }))[0]!.total!;
  expect(after).toBeGreaterThanOrEqual(before);
});

test('a call that changes all that matches wants to be told what', async () => {
  const { items, local } = await open();
  await items.writeMany(itemsOf(3));
  await expect(items.deleteMany(undefined as never)).rejects.toMatchObject({ code: 'PREDICATE_INVALID' });
  expect(() => local.change(undefined as never, (c) => c.set('stock', 1))).toThrow(
    expect.objectContaining({ code: 'PREDICATE_INVALID' }),
  );
  expect(await items.deleteMany({})).toBe(3);
});

test('the synchronous writeMany refuses an asynchronous source', async () => {
  const { local } = await open();
  async function* rows() {
    yield itemsOf(1)[0]!;
  }
  expect(() => local.writeMany(rows() as never)).toThrow(
    expect.objectContaining({ code: 'VALUE_INVALID', message: expect.stringMatching(/not an async iterable/) }),
  );
});

test('an explained aggregate tells what matched in each partition', async () => {
  const { items } = await open({ partitions: 3 });
  await items.writeMany(itemsOf(300));
  const { partitions, rowsMatched } = await items
    .aggregate({ by: ['shelf'], select: { n: count() }, where: (r) => r.stock.lt(200), limit: 1 })
    .explain();
  expect(rowsMatched).toBe(200);
  expect(partitions.reduce((total, part) => total + part.rowsMatched, 0)).toBe(200);
  expect(partitions.every((part) => part.rowsMatched > 0)).toBe(true);
});

test('an aggregate whose sum overflows can still be explained', async () => {
  const Big = defineType('Big', { id: t.int64() }, { key: 'id' });
  const { grid } = await open();
  const big = grid.space(Big);
  await big.writeMany([{ id: 2n ** 63n - 1n }, { id: 1n }]);
  const query = big.aggregate({ select: { total: sum('id') } });
  await expect(query).rejects.toMatchObject({ code: 'NUMERIC_OVERFLOW' });
  expect((await query.explain()).rowsMatched).toBe(2);
});

test('the first rows of an order are read from an index that fixes other columns in front', async () => {
  const { items } = await open();
  await items.writeMany(itemsOf(5000));
  const query = items.find({ shelf: 's7' }, { orderBy: { at: 'desc' }, limit: 5, select: ['stock'] });
  expect((await query).map((row) => row.stock)).toEqual([4957, 4907, 4857, 4807, 4757]);
  const { partitions, rowsRead } = await query.explain();
  expect([partitions[0]!.index, rowsRead]).toEqual(['shelf_at', 5]);
});

test('closing with drain waits for a find that takes many turns, and refuses new calls meanwhile', async () => {
  const { grid, items } = await open();
  await items.writeMany(itemsOf(30_000));
  const found = items.find((r) => r.stock.ge(0)).then((rows) => rows.length);
  const closing = grid.close({ drain: '1m' });
  await expect(items.count()).rejects.toMatchObject({ code: 'CLOSED' });
  expect(await found).toBe(30_000);
  await closing;
});

test('an aggregate with very many groups in an order comes out whole', async () => {
  const { items } = await open();
  await items.writeMany(itemsOf(20_000));
  const groups = await items.aggregate({
    by: ['stock'],
    select: { n: count() },
    orderBy: { stock: 'desc' },
    having: (r) => r.stock.ne(5),
  });
  expect(groups.map((group) => group.stock)).toEqual(
    Array.from({ length: 20_000 }, (_, i) => 19_999 - i).filter((stock) => stock !== 5),
  );
});
