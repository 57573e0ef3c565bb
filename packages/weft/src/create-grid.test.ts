import { WeftError } from '@weft/base';
import { defineType, t } from '@weft/data';
import { expect, test } from 'vitest';
import { createGrid } from './create-grid.ts';

const Order = defineType('Order', { id: t.string(), qty: t.int32() }, { key: 'id' });
const OtherOrder = defineType('Order', { id: t.string(), qty: t.int64() }, { key: 'id' });

function codeOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return WeftError.is(error) ? error.code : error;
  }
  return 'no error';
}

test('a type that is declared twice alike is one, and otherwise TYPE_CONFLICT', async () => {
  const grid = await createGrid({ types: [Order] });
  expect(grid.space(defineType('Order', { id: t.string(), qty: t.int32() }, { key: 'id' }))).toBe(grid.space(Order));
  expect(codeOf(() => grid.space(OtherOrder))).toBe('TYPE_CONFLICT');
  await grid.close();
});

test('a space of something that is no type is TYPE_UNKNOWN', async () => {
  const grid = await createGrid();
  expect(codeOf(() => grid.space({} as never))).toBe('TYPE_UNKNOWN');
  expect(codeOf(() => grid.local('Order' as never))).toBe('TYPE_UNKNOWN');
  await grid.close();
});

test('a type in the place of the list of types is OPTION_INVALID', async () => {
  await expect(createGrid({ types: Order } as never)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
});

test.each([
  { partitions: 0 },
  { partitions: 1.5 },
  { partitions: 4097 },
  { segmentBytes: 12_345 },
  { segmentBytes: 3 << 24 },
  { segmentsMax: 0 },
  { pinnedBytesMax: -1 },
  { partition: 3 },
  { types: {} },
  { memory: '512 MB' },
  { memory: '31MiB' },
  { quotas: ['100MB'] },
  { quotas: { Order: 'much' } },
])('createGrid refuses %j as OPTION_INVALID', async (options) => {
  await expect(createGrid(options as never)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
});

test('a quota of a type that is not among the types is refused with the nearest name', async () => {
  await expect(createGrid({ types: [Order], quotas: { Ordr: '1MB' } })).rejects.toMatchObject({
    code: 'OPTION_INVALID',
    message: expect.stringContaining('"Ordr", which is none of types. Did you mean Order?') as string,
  });
  await expect(createGrid({ types: [Order], quotas: { Invoice: '1MB' } })).rejects.toThrow(
    /They are Order; .*setQuota/,
  );
  const grid = await createGrid({ quotas: { Order: '1MB' } });
  grid.space(Order);
  expect(grid.stats().types).toMatchObject([{ quotaBytes: 1e6 }]);
  await grid.close();
});

test('after close every verb is CLOSED, and closing again does nothing', async () => {
  const grid = await createGrid({ types: [Order] });
  const orders = grid.space(Order);
  const local = grid.local(Order);
  const row = { id: 'a', qty: 1 };
  await orders.write(row);
  await grid.close();
  await grid.close();
  await expect(orders.get('a')).rejects.toMatchObject({ code: 'CLOSED' });
  await expect(orders.writeMany([row])).rejects.toMatchObject({ code: 'CLOSED' });
  await expect(orders.find()).rejects.toMatchObject({ code: 'CLOSED' });
  await expect(orders.count()).rejects.toMatchObject({ code: 'CLOSED' });
  expect(codeOf(() => local.get('a'))).toBe('CLOSED');
  expect(codeOf(() => grid.space(Order))).toBe('CLOSED');
});

test('closing stops calls under way with CLOSED, and with drain lets them finish', async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => ({ id: `o${i}`, qty: i }));
  const hasty = await createGrid({ types: [Order] });
  const stopped = hasty.space(Order).writeMany(rows);
  await hasty.close();
  await expect(stopped).rejects.toMatchObject({ code: 'CLOSED' });

  const patient = await createGrid({ types: [Order] });
  const finished = patient.space(Order).writeMany(rows);
  await patient.close({ drain: '1m' });
  expect(await finished).toEqual({ written: 20_000, inserted: 20_000, replaced: 0 });
});

test('drain gives up on a call that waits for its source', async () => {
  const grid = await createGrid({ types: [Order] });
  const silent: AsyncIterable<{ id: string; qty: number }> = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
  };
  const outcome = grid
    .space(Order)
    .writeMany(silent)
    .catch((error: unknown) => error);
  await grid.close({ drain: '20ms' });
  expect(await outcome).toMatchObject({ code: 'CLOSED' });
});

test('a timeout stops long work, and says how long it was allowed', async () => {
  const grid = await createGrid({ types: [Order] });
  const orders = grid.space(Order);
  async function* endless(): AsyncGenerator<{ id: string; qty: number }> {
    for (let i = 0; ; i++) yield { id: `o${i}`, qty: i };
  }
  await expect(orders.writeMany(endless(), { timeout: '20ms' })).rejects.toMatchObject({
    code: 'TIMEOUT',
    details: { timeoutMs: 20 },
  });
  await expect(orders.count({ qty: 1 }, { timeout: 0 })).rejects.toMatchObject({ code: 'TIMEOUT' });
  await grid.close();
});

test('a signal stops long work, and one that has fired stops a call before it begins', async () => {
  const grid = await createGrid({ types: [Order] });
  const orders = grid.space(Order);
  const stop = new AbortController();
  async function* until(): AsyncGenerator<{ id: string; qty: number }> {
    for (let i = 0; ; i++) {
      if (i === 100) stop.abort(new Error('enough'));
      yield { id: `o${i}`, qty: i };
    }
  }
  await expect(orders.writeMany(until(), { signal: stop.signal })).rejects.toMatchObject({ code: 'ABORTED' });
  const before = await orders.count();
  await expect(orders.write({ id: 'late', qty: 1 }, { signal: stop.signal })).rejects.toMatchObject({
    code: 'ABORTED',
  });
  expect(await orders.count()).toBe(before);
  await grid.close();
});

test('stats count rows and bytes per type', async () => {
  const grid = await createGrid({ types: [Order], partitions: 3 });
  await grid.space(Order).writeMany(Array.from({ length: 100 }, (_, i) => ({ id: `o${i}`, qty: i })));
  const { rows, bytes, types } = grid.stats();
  expect(rows).toBe(100);
  expect(bytes).toBeGreaterThan(100 * 20);
  expect(types).toMatchObject([{ name: 'Order', rows: 100, bytes, quotaBytes: undefined, pinnedBytes: 0 }]);
  await grid.close();
});

const Note = defineType(
  'Note',
  { id: t.int32(), tag: t.string().index(), text: t.string(), at: t.int32().index('ordered') },
  { key: 'id' },
);

test('stats say what the bytes are of, and they add up', async () => {
  const grid = await createGrid({ types: [Note], partitions: 2, quotas: { Note: '50MB' } });
  const notes = grid.local(Note);
  for (let id = 0; id < 1000; id++) notes.write({ id, tag: `t${id % 5}`, text: 'x'.repeat(300 + id), at: -id });
  const { types, memory } = grid.stats();
  const [{ columns, indexes, heap, rowMapBytes, bytes, quotaBytes }] = types as [(typeof types)[0]];
  expect(columns.filter(({ name }) => !name.startsWith('_')).map(({ name }) => name)).toEqual([
    'id',
    'tag',
    'text',
    'at',
  ]);
  expect(columns.find(({ name }) => name === 'tag')!.dictionaryBytes).toBeGreaterThan(5 * 96);
  expect(indexes.map(({ name }) => name)).toEqual(['key', 'tag', 'at']);
  expect(heap.liveBytes).toBeGreaterThan(500_000);
  const sum = [...columns, ...indexes, heap].reduce((total, part) => total + part.bytes, rowMapBytes);
  expect([bytes, quotaBytes]).toEqual([sum, 50e6]);
  // The whole of the grid is this type.
  expect(memory.usedBytes).toBe(bytes);
  expect(memory.usedBytes + memory.freeBytes).toBeGreaterThanOrEqual(16 << 20);
  expect(memory.processBytes).toBeGreaterThan(bytes);
  notes.clear();
  expect(grid.stats().memory.usedBytes).toBeLessThan(bytes / 10);
  await grid.close();
});

test('quota and memory change while the grid is open', async () => {
  const grid = await createGrid({ types: [Note], memory: '64MiB' });
  const notes = grid.local(Note);
  expect(grid.stats().memory.limitBytes).toBe(64 << 20);
  grid.setQuota(Note, '100kB');
  expect(codeOf(() => notes.write({ id: 1, tag: 'a', text: 'b', at: 1 }))).toBe('MEMORY_LIMIT');
  grid.setQuota(Note, undefined);
  notes.write({ id: 1, tag: 'a', text: 'b', at: 1 });
  grid.setMemory('128MiB');
  expect(grid.stats()).toMatchObject({ memory: { limitBytes: 128 << 20 }, types: [{ quotaBytes: undefined }] });
  expect(codeOf(() => grid.setMemory('1kB'))).toBe('OPTION_INVALID');
  expect(codeOf(() => grid.setQuota(Note, 'all' as never))).toBe('OPTION_INVALID');
  expect(() => grid.setQuota(Note, null as never)).toThrow('grid.setQuota(Note, undefined) lifts the quota');
  await grid.close();
});
