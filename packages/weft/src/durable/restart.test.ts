import { readdir } from 'node:fs/promises';
import { defineType, t } from '@weft/data';
import { expect, test } from 'vitest';
import { createGrid, type GridOptions } from '../create-grid.ts';
import { Event, events, Later, Order, order, temporaryDirectories } from './orders.fixture.ts';
import type { RecoveryProgress } from './recovery-progress.ts';

const newDirectory = temporaryDirectories();

const small = { segmentBytes: 1 << 24, types: [Order, Event] } satisfies GridOptions;
const sorted = <R extends { readonly id: string }>(rows: readonly R[]): R[] =>
  [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));

test.each(['async', 'sync'] as const)(
  'a grid that was closed is there again with %s: rows, versions, indexes, keys of its own',
  async (durability) => {
    const dataDir = await newDirectory();
    const options = { ...small, dataDir, durability, partitions: 3 };
    const grid = await createGrid(options);
    const orders = grid.space(Order);
    await orders.writeMany(Array.from({ length: 500 }, (_, n) => order(n)));
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => orders.update({ id: `o${n}`, account: `a${n % 7}` }, { qty: -n })),
    );
    await orders.deleteMany({ account: 'a3' });
    await orders.change({ account: 'a2' }, (c) => c.inc('qty', 1000));
    await grid.space(Event).writeMany(events);
    const rows = sorted(await orders.find());
    const { lsn } = grid.stats().log.partitions[1]!;
    await grid.close();

    const notes: RecoveryProgress[] = [];
    await using again = await createGrid({ ...small, dataDir, durability, onRecovery: (note) => notes.push(note) });
    expect(sorted(await again.space(Order).find())).toEqual(rows);
    expect(await again.space(Order).count({ account: 'a2' })).toBe(
      await again.space(Order).count((r) => r.account.eq('a2').and(r.qty.ge(900))),
    );
    expect(again.stats().log.partitions[1]).toEqual({ lsn, committed: lsn });
    expect(again.stats().log.recovery!.changes).toBeGreaterThan(600);
    expect(notes.at(-1)).toMatchObject({ phase: 'ready' });
    await again.space(Event).write({ at: 3n, text: 'c' });
    expect(await again.space(Event).count()).toBe(3);
    expect((await again.space(Order).write(order(0))).version).toBe(3);
  },
);

test('restarts follow one another, each going on where the one before ended', async () => {
  const dataDir = await newDirectory();
  for (let round = 0; round < 4; round++) {
    const grid = await createGrid({ ...small, dataDir, durability: 'sync' });
    const orders = grid.space(Order);
    expect(await orders.count()).toBe(round * 10);
    for (let n = 0; n < 10; n++) await orders.write(order(round * 10 + n));
    await grid.close();
  }
});

test('a declaration that was gone over to holds after a restart, and the one before it is served still', async () => {
  const dataDir = await newDirectory();
  const grid = await createGrid({ ...small, dataDir, durability: 'sync', partitions: 2 });
  await grid.space(Order).writeMany(Array.from({ length: 20 }, (_, n) => order(n)));
  await grid.evolve(Later);
  await grid.space(Later).write({ id: 'new', account: 'a1', amount: 5n });
  const rows = sorted(await grid.space(Later).find());
  await grid.close();

  await using again = await createGrid({ segmentBytes: 1 << 24, dataDir });
  expect(sorted(await again.space(Later).find())).toEqual(rows);
  expect((await again.space(Order).get({ id: 'o5', account: 'a5' }))?.qty).toBe(5);
  const third = defineType('Order', { id: t.string(), account: t.string() }, { key: 'id', routing: 'account' });
  await expect((async () => again.space(third).count())()).rejects.toMatchObject({ code: 'TYPE_CONFLICT' });
});

test('what was written by the synchronous handle is there once flush has answered', async () => {
  const dataDir = await newDirectory();
  const grid = await createGrid({ ...small, dataDir });
  for (let n = 0; n < 100; n++) grid.local(Order).write(order(n));
  await grid.flush();
  const { partitions, durability } = grid.stats().log;
  expect([durability, partitions[0]!.committed]).toEqual(['async', partitions[0]!.lsn]);
  await grid.close();
  await using again = await createGrid({ ...small, dataDir });
  expect(await again.space(Order).count()).toBe(100);
});

test('a directory keeps its number of partitions and has one grid at a time', async () => {
  const dataDir = await newDirectory();
  const grid = await createGrid({ ...small, dataDir, partitions: 2 });
  await expect(createGrid({ ...small, dataDir })).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
  await grid.close();
  await expect(createGrid({ ...small, dataDir, partitions: 5 })).rejects.toMatchObject({
    code: 'OPTION_INVALID',
    message: expect.stringContaining('2 partitions, not 5') as string,
    hint: expect.stringContaining('createGrid({ restore, dataDir, partitions: 5 })') as string,
  });
  const again = await createGrid({ ...small, dataDir });
  expect(again.stats().log.partitions.length).toBe(2);
  await again.close();
  await again.close();
  expect(await readdir(dataDir)).not.toContain('lock');
});

test.each([
  { durability: 'sync' },
  { durability: 'memory', dataDir: 'x' },
  { dataDir: '' },
  { dataDir: 'x', onRecovery: 5 },
])('%j is OPTION_INVALID', async (options) => {
  await expect(createGrid(options as GridOptions)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
});

test('with too little memory a grid is not opened, and nothing is lost by trying', async () => {
  const dataDir = await newDirectory();
  const grid = await createGrid({ ...small, dataDir, durability: 'sync' });
  for (let n = 0; n < 6; n++) await grid.space(Order).write({ ...order(n), note: 'x'.repeat(7_000_000) });
  await grid.close();
  await expect(createGrid({ ...small, dataDir, memory: '32MiB' })).rejects.toMatchObject({ code: 'MEMORY_LIMIT' });
  await using again = await createGrid({ ...small, dataDir });
  expect(await again.space(Order).count()).toBe(6);
});
