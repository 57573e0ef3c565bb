import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '@weft/client';
import { defineType, t } from '@weft/data';
import { expect, test } from 'vitest';
import { createGrid } from '../create-grid.ts';
import { EmbeddedGrid } from '../embedded-grid.ts';
import { nodeHost } from '../host/node-host.ts';
import { gridGovernor } from '../host/process-memory.ts';
import { DataDirectory } from './data-directory.ts';
import { Later, Order, order, temporaryDirectories } from './orders.fixture.ts';

const Job = defineType('Job', { id: t.int32(), what: t.string() }, { key: 'id' });

const SEGMENT = 'journal/0000000000000001.wal';
const newDirectory = temporaryDirectories();

async function open(
  dataDir: string,
  { host = nodeHost(), snapshotEveryBytes = 1 << 30 }: { host?: Host; snapshotEveryBytes?: number } = {},
): Promise<{ grid: EmbeddedGrid; directory: DataDirectory }> {
  const directory = await DataDirectory.open({
    directory: dataDir,
    level: 'sync',
    snapshotEveryBytes,
    partitions: 2,
    host,
  });
  const grid = new EmbeddedGrid({
    host,
    partitions: directory.partitions,
    log: { durability: 'sync', retainBytes: 1 << 20 },
    arena: { governor: gridGovernor(undefined), segmentBytes: 1 << 24 },
  });
  await grid.recover(directory);
  return { grid, directory };
}

async function rowsOf(grid: EmbeddedGrid): Promise<unknown[]> {
  return (await grid.space(Order).find({}, { orderBy: { id: 'asc' } })) as unknown[];
}

test('a restart begins with the last snapshot and makes again only what came behind it', async () => {
  const dataDir = await newDirectory();
  const first = await open(dataDir);
  await first.grid.space(Order).writeMany(Array.from({ length: 2000 }, (_, n) => order(n)));
  await first.directory.snapshot();
  await first.grid.space(Order).update({ id: 'o5', account: 'a5' }, { qty: -5 });
  await first.grid.space(Order).deleteMany({ account: 'a3' });
  await first.grid.space(Order).write(order(9000));
  const rows = await rowsOf(first.grid);
  const { partitions } = first.grid.stats().log;
  await first.grid.close();

  const again = await open(dataDir);
  expect(await rowsOf(again.grid)).toEqual(rows);
  const { log } = again.grid.stats();
  expect(log.partitions).toEqual(partitions);
  expect(log.recovery!.changes).toBeGreaterThan(280);
  expect(log.recovery!.changes).toBeLessThan(400);
  expect(log.snapshot).toMatchObject({ rows: 2000, failure: undefined });
  const { bytes, snapshotBytes } = log.recovery!;
  // Pages and records, each of them some.
  expect(snapshotBytes).toBeGreaterThan(100_000);
  expect(bytes - snapshotBytes).toBeGreaterThan(10_000);
  expect(await again.grid.space(Order).count({ account: 'a4' })).toBe(286);
  // And so on: a snapshot of what came back, and a restart from that.
  await again.directory.snapshot();
  await again.grid.space(Order).write(order(9001));
  const more = await rowsOf(again.grid);
  await again.grid.close();
  const third = await open(dataDir);
  expect(await rowsOf(third.grid)).toEqual(more);
  expect(third.grid.stats().log.recovery!.changes).toBe(1);
  await third.grid.close();
});

test('declarations in front of a snapshot and behind it hold after a restart', async () => {
  const dataDir = await newDirectory();
  const first = await open(dataDir);
  await first.grid.space(Order).writeMany(Array.from({ length: 50 }, (_, n) => order(n)));
  await first.directory.snapshot();
  await first.grid.evolve(Later);
  await first.grid.close();
  const second = await open(dataDir);
  expect((await second.grid.space(Later).get({ id: 'o5', account: 'a5' }))?.amount).toBe(5n);
  await second.directory.snapshot();
  await second.grid.space(Later).write({ id: 'x', account: 'a1', amount: 7n });
  await second.grid.close();
  const third = await open(dataDir);
  expect(await third.grid.space(Later).count()).toBe(51);
  expect((await third.grid.space(Order).get({ id: 'o5', account: 'a5' }))?.qty).toBe(5);
  await third.grid.close();
});

test('what a work queue knows of a row outlasts the journal that told of it', async () => {
  const dataDir = await newDirectory();
  const first = await open(dataDir);
  const jobs = first.grid.space(Job);
  await jobs.writeMany([
    { id: 1, what: 'fails' },
    { id: 2, what: 'works' },
  ]);
  const consumer = jobs.consume({}, { maxTries: 1, prefetch: 2 });
  for (let taken = 0; taken < 2; taken++) {
    const delivery = (await consumer.next()).value!;
    if (delivery.row.id === 1) await delivery.nack({ reason: 'no paper' });
    else await delivery.ack();
  }
  await consumer.return!();
  await first.directory.snapshot();
  await first.grid.close();
  const again = await open(dataDir);
  expect(again.grid.stats().log.recovery!.changes).toBe(0);
  expect(await again.grid.space(Job).deadLetters()).toMatchObject([{ row: { id: 1 }, reason: 'no paper' }]);
  await again.grid.close();
});

test('a snapshot is taken once so much of the journal was written since the last', async () => {
  const dataDir = await newDirectory();
  const looks: (() => void)[] = [];
  const real = nodeHost();
  const host: Host = {
    ...real,
    timers: {
      after(delayMs, callback, idle) {
        if (delayMs !== 50) return real.timers.after(delayMs, callback, idle);
        looks.push(callback);
        return () => undefined;
      },
    },
  };
  const { grid } = await open(dataDir, { host, snapshotEveryBytes: 100_000 });
  const look = async (): Promise<void> => {
    looks.shift()!();
    while (looks.length === 0) await host.turns.next();
  };
  await grid.space(Order).write(order(0));
  await look();
  expect(grid.stats().log.snapshot).toBeUndefined();
  await grid.space(Order).writeMany(Array.from({ length: 4000 }, (_, n) => order(n)));
  await look();
  expect(grid.stats().log.snapshot).toMatchObject({ rows: 4000 });
  await grid.space(Order).write(order(5000));
  await look();
  expect(grid.stats().log.snapshot).toMatchObject({ rows: 4000 });
  await grid.close();
});

test('a snapshot that is damaged refuses the start, with the file named', async () => {
  const dataDir = await newDirectory();
  const first = await open(dataDir);
  await first.grid.space(Order).writeMany(Array.from({ length: 100 }, (_, n) => order(n)));
  await first.directory.snapshot();
  await first.grid.close();
  const pages = join(dataDir, 'snapshots', 'pages');
  const [directory] = await readdir(pages);
  const [name] = await readdir(join(pages, directory!));
  const path = join(pages, directory!, name!);
  const bytes = await readFile(path);
  bytes[bytes.length >>> 1]! ^= 1;
  await writeFile(path, bytes);
  await expect(open(dataDir)).rejects.toMatchObject({
    code: 'SNAPSHOT_DAMAGED',
    details: { file: path },
  });
});

test('a grid that is closed gives up the snapshot that it is taking', async () => {
  const dataDir = await newDirectory();
  const { grid, directory } = await open(dataDir);
  await grid.space(Order).writeMany(Array.from({ length: 3000 }, (_, n) => order(n)));
  const [taken] = await Promise.allSettled([directory.snapshot(), grid.close()]);
  expect(taken).toMatchObject({ status: 'rejected', reason: { code: 'SNAPSHOT_TOO_OLD' } });
  const again = await open(dataDir);
  expect(await again.grid.space(Order).count()).toBe(3000);
  await again.grid.close();
});

test('a directory whose files are not all there is refused with what is missing, and left as it is', async () => {
  const dataDir = await newDirectory();
  const { grid, directory } = await open(dataDir);
  for (let n = 0; n < 2000; n += 100)
    await grid.space(Order).writeMany(Array.from({ length: 100 }, (_, i) => order(n + i)));
  await directory.snapshot();
  await grid.space(Order).write(order(9000));
  await grid.close();
  const whole = await readFile(join(dataDir, SEGMENT));

  // Cut in front of what the snapshot has: what came behind it is gone too.
  await writeFile(join(dataDir, SEGMENT), whole.subarray(0, 32_768));
  for (let attempt = 0; attempt < 2; attempt++)
    await expect(createGrid({ types: [Order], dataDir })).rejects.toMatchObject({
      code: 'JOURNAL_DAMAGED',
      message: expect.stringMatching(/it ends at lsn \d+ of partition \d, and the snapshot holds it up to \d+/),
    });
  await rm(join(dataDir, SEGMENT));
  for (let attempt = 0; attempt < 2; attempt++)
    await expect(createGrid({ types: [Order], dataDir })).rejects.toMatchObject({
      code: 'JOURNAL_DAMAGED',
      message: expect.stringContaining('the journal is missing, but snapshots/manifest-'),
    });
  await writeFile(join(dataDir, SEGMENT), whole);
  const said = await readFile(join(dataDir, 'grid.json'));
  await rm(join(dataDir, 'grid.json'));
  for (let attempt = 0; attempt < 2; attempt++)
    await expect(createGrid({ types: [Order], dataDir })).rejects.toMatchObject({
      code: 'JOURNAL_DAMAGED',
      message: expect.stringContaining(`grid.json is missing, but ${SEGMENT} is there`),
    });
  await writeFile(join(dataDir, 'grid.json'), said);
  const again = await open(dataDir);
  expect(await again.grid.space(Order).count()).toBe(2001);
  await again.grid.close();
});
