import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Grid } from '@weft/client';
import { expect, test } from 'vitest';
import { weft } from '../cli/run-words.fixture.ts';
import { createGrid, type GridOptions } from '../create-grid.ts';
import { Event, events, Order, order as orderOf, temporaryDirectories } from '../durable/orders.fixture.ts';

const small = { segmentBytes: 1 << 24, types: [Order, Event] } satisfies GridOptions;
const order = (n: number) => orderOf(n, 70);

const newDirectory = temporaryDirectories();

async function filled(options: GridOptions): Promise<Grid> {
  const grid = await createGrid({ ...small, ...options });
  const orders = grid.space(Order);
  await orders.writeMany(Array.from({ length: 3000 }, (_, n) => order(n)));
  await orders.change({ account: 'a2' }, (c) => c.inc('qty', 10_000));
  await orders.deleteMany({ account: 'a3' });
  await grid.space(Event).writeMany(events);
  return grid;
}

async function rowsOf(grid: Grid): Promise<unknown[]> {
  const orders = await grid.space(Order).find({}, { orderBy: { id: 'asc' } });
  return [...orders, ...(await grid.space(Event).find({}, { orderBy: { at: 'asc' } }))];
}

async function pageFiles(directory: string): Promise<string[]> {
  const names = await readdir(join(directory, 'pages'), { recursive: true });
  return names.filter((name) => name.length > 10).map((name) => join(directory, 'pages', name));
}

test.each([
  { name: 'in memory', from: {}, to: {} },
  { name: 'with a log in memory', from: { durability: 'memory' }, to: { durability: 'memory' } },
] as const)('a grid $name comes back from its backup: rows, versions, indexes, types', async ({ from, to }) => {
  const directory = await newDirectory();
  await using grid = await filled({ partitions: 3, ...from });
  const report = await grid.backup(directory);
  expect(report).toMatchObject({ directory, rows: 2959 });
  expect(report.writtenBytes).toBeGreaterThan(100_000);
  const rows = await rowsOf(grid);
  await grid.space(Order).write(order(9999));

  await using again = await createGrid({ segmentBytes: 1 << 24, restore: directory, ...to });
  expect(await rowsOf(again)).toEqual(rows);
  expect(again.stats().log.partitions.length).toBe(3);
  expect(await again.space(Order).count({ account: 'a2' })).toBe(
    await again.space(Order).count((r) => r.account.eq('a2').and(r.qty.ge(10_000))),
  );
  await again.space(Event).write({ at: 3n, text: 'c' });
  expect(await again.space(Event).count()).toBe(3);
});

test('a second backup to the same directory writes what has changed, and is all there is then', async () => {
  const directory = await newDirectory();
  await using grid = await filled({});
  const first = await grid.backup(directory);
  const second = await grid.backup(directory);
  expect(second.writtenBytes).toBeLessThan(first.writtenBytes);
  await grid.space(Order).delete({ id: 'o5', account: 'a5' });
  await grid.backup(directory);
  expect((await readdir(directory)).filter((name) => name.startsWith('manifest'))).toEqual([
    'manifest-000000000003.json',
  ]);
  await using again = await createGrid({ segmentBytes: 1 << 24, restore: directory });
  expect(await again.space(Order).count()).toBe(first.rows - 2 - 1);
});

test('all partitions of a backup are of one moment, whatever is written while it is taken', async () => {
  const directory = await newDirectory();
  await using grid = await createGrid({ ...small, partitions: 4 });
  const orders = grid.local(Order);
  // In each turn as many rows of one partition as of every other.
  const accounts = Array.from({ length: 40 }, (_, n) => `a${n}`);
  let round = 0;
  const writeRound = (): void => {
    for (const account of accounts) orders.write({ id: `r${account}`, account, qty: round });
    round++;
  };
  for (; round < 10;) writeRound();
  let isDone = false;
  const backup = grid.backup(directory).finally(() => (isDone = true));
  while (!isDone) {
    writeRound();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await backup;
  expect(round).toBeGreaterThan(11);
  await using again = await createGrid({ segmentBytes: 1 << 24, restore: directory });
  const rows = await again.space(Order).find();
  expect(new Set(rows.map(({ qty }) => qty)).size).toBe(1);
  expect(rows.length).toBe(accounts.length);
});

test.each([1, 2, 7])('a backup of three partitions is restored into %i, row by row', async (partitions) => {
  const directory = await newDirectory();
  await using grid = await filled({ partitions: 3 });
  await grid.backup(directory);
  const rows = await rowsOf(grid);
  const dataDir = await newDirectory();
  const options = { segmentBytes: 1 << 24, dataDir, durability: 'sync' } as const;
  const again = await createGrid({ ...options, restore: directory, partitions });
  expect(await rowsOf(again)).toEqual(rows);
  expect((await again.space(Order).get({ id: 'o5', account: 'a5' }))?.qty).toBe(5);
  expect((await again.space(Order).update({ id: 'o5', account: 'a5' }, { qty: 6 }))?.version).toBe(2);
  await again.close();
  await using third = await createGrid(options);
  expect(third.stats().log.partitions.length).toBe(partitions);
  expect((await third.space(Order).get({ id: 'o5', account: 'a5' }))?.qty).toBe(6);
  expect(await third.space(Order).count()).toBe(rows.length - 2);
});

test('a data directory that has a grid is not restored to, and one that is new is nothing until all is there', async () => {
  const directory = await newDirectory();
  const dataDir = await newDirectory();
  await using grid = await filled({ dataDir });
  await grid.backup(directory);
  await grid.close();
  await expect(createGrid({ dataDir, restore: directory })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  const [page] = await pageFiles(directory);
  await rm(page!);
  const fresh = await newDirectory();
  await expect(createGrid({ ...small, dataDir: fresh, restore: directory })).rejects.toMatchObject({
    code: 'SNAPSHOT_DAMAGED',
  });
  expect(existsSync(join(fresh, 'grid.json'))).toBe(false);
});

test('where there is no backup, or no directory can be made, the error says so', async () => {
  const empty = await newDirectory();
  await expect(createGrid({ restore: empty })).rejects.toMatchObject({ code: 'BACKUP_MISSING' });
  await expect(createGrid({ restore: 5 as never })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  await using grid = await filled({});
  const file = join(empty, 'file');
  await writeFile(file, '');
  await expect(grid.backup(join(file, 'backup'))).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
  await expect(grid.backup('')).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  const [first, second] = await Promise.allSettled([grid.backup(join(empty, 'b')), grid.backup(join(empty, 'b'))]);
  expect([first, second].map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const [rejected] = [first, second].filter(({ status }) => status === 'rejected');
  expect(rejected).toMatchObject({ reason: { code: 'DATA_DIR_IN_USE' } });
});

test('a backup is kept apart from the files of a grid, and a grid from those of a backup', async () => {
  const [dataDir, backups] = [await newDirectory(), await newDirectory()];
  await using grid = await filled({ dataDir, durability: 'sync' });
  for (const directory of [dataDir, join(dataDir, 'snapshots'), join(dataDir, 'journal')])
    await expect(grid.backup(directory)).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining(`belongs to the data directory ${dataDir}`),
    });
  expect(await readdir(join(dataDir, 'journal'))).toEqual(['0000000000000001.wal']);
  await grid.backup(backups);
  for (const options of [{ dataDir: backups }, { dataDir: backups, restore: backups }])
    await expect(createGrid(options)).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining('is a directory of backups'),
    });
  expect(existsSync(join(backups, 'grid.json'))).toBe(false);
  // Below a data directory, beside its files, is nobody's place.
  await grid.backup(join(dataDir, 'backups'));
});

test('backup, verify and restore are commands too', async () => {
  const dataDir = await newDirectory();
  const directory = await newDirectory();
  const grid = await filled({ dataDir });
  const rows = await rowsOf(grid);
  await grid.close();
  expect(await weft('backup', directory, '--data-dir', dataDir)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^2,959 rows in .*, of which .* were written\.\n$/),
  });
  expect(await weft('verify', directory)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/is whole: 2,959 rows, \d+ files, .* kB\.\n$/),
  });
  const target = join(await newDirectory(), 'data');
  expect(await weft('restore', directory, '--data-dir', target, '--partitions', '5')).toMatchObject({
    code: 0,
    out: `2,959 rows in ${target}, in 5 partitions.\n`,
  });
  await using again = await createGrid({ segmentBytes: 1 << 24, dataDir: target });
  expect(await rowsOf(again)).toEqual(rows);
});

test('verify names each file that is damaged or missing, of a backup and of a data directory', async () => {
  const directory = await newDirectory();
  await using grid = await filled({});
  await grid.backup(directory);
  // One after the other: a page may be named by a list of pages, and with the list damaged nobody knows of it.
  for (const path of (await pageFiles(directory)).toSorted().slice(0, 2)) {
    const bytes = await readFile(path);
    const expectNamed = async (): Promise<void> => {
      const { code, err } = await weft('verify', directory);
      expect([code, err]).toEqual([1, expect.stringContaining(path.slice(directory.length + 1))]);
    };
    await writeFile(path, bytes.with(0, bytes[0]! ^ 1));
    await expectNamed();
    await rm(path);
    await expectNamed();
    await writeFile(path, bytes);
  }
  expect(await weft('verify', directory)).toMatchObject({ code: 0 });
  const [lost] = await pageFiles(directory);
  await rm(lost!);
  expect(await weft('verify', join(directory, 'none'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('BACKUP_MISSING'),
  });
  expect(await weft('verify')).toMatchObject({ code: 2 });
  expect(await weft('backup', directory)).toMatchObject({ code: 2 });
  expect(await weft('backup', directory, '--data-dir', directory)).toMatchObject({ code: 1 });
  expect(await weft('restore', directory)).toMatchObject({ code: 2 });
});
