import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WeftError } from '@weft/base';
import { Journal, PartitionLog } from '@weft/log';
import { afterEach, expect, test } from 'vitest';
import { createGrid } from '../create-grid.ts';
import { EmbeddedGrid } from '../embedded-grid.ts';
import { lockDataDir } from '../host/data-lock.ts';
import { fastCrc32 } from '../host/native-crc32.ts';
import { NodeDisk } from '../host/node-disk.ts';
import { nodeHost } from '../host/node-host.ts';
import { gridGovernor } from '../host/process-memory.ts';
import { DataDirectory } from './data-directory.ts';
import { Order, order, temporaryDirectories } from './orders.fixture.ts';

const newDirectory = temporaryDirectories();
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function openGrid(directory: string): Promise<{ grid: EmbeddedGrid; kept: DataDirectory }> {
  const host = nodeHost();
  const kept = await DataDirectory.open({
    directory,
    level: 'sync',
    snapshotEveryBytes: 1 << 30,
    partitions: 1,
    host,
  });
  const grid = new EmbeddedGrid({
    host,
    partitions: 1,
    log: { durability: 'sync', retainBytes: 1 << 20 },
    arena: { governor: gridGovernor(undefined), segmentBytes: 1 << 24 },
  });
  ends.push(() => grid.close().catch(() => undefined));
  await grid.recover(kept);
  return { grid, kept };
}

test('a grid whose data directory was moved takes no snapshot into the one that is there now', async () => {
  const place = await newDirectory();
  const path = join(place, 'data');
  const { grid, kept } = await openGrid(path);
  await grid.space(Order).write(order(1));
  await rename(path, join(place, 'moved'));
  const other = await createGrid({ types: [Order], dataDir: path, durability: 'sync', segmentBytes: 1 << 24 });
  await other.space(Order).write(order(2));
  await expect(kept.snapshot()).rejects.toMatchObject({
    code: 'JOURNAL_FAILED',
    message: expect.stringContaining(`${path} was moved, removed or unlocked while it was in use`) as string,
  });
  await grid.close();
  await other.close();
  for (const [directory, id] of [
    [path, 'o2'],
    [join(place, 'moved'), 'o1'],
  ] as const) {
    // The lock went along with the directory, and names this process, which lives on.
    await rm(join(directory, 'lock'), { force: true });
    await using again = await createGrid({ types: [Order], dataDir: directory, segmentBytes: 1 << 24 });
    expect((await again.space(Order).find()).map((row) => row.id)).toEqual([id]);
  }
});

test.each([
  { name: 'is another', by: (path: string) => mkdir(join(path, 'journal'), { recursive: true }) },
  { name: 'is gone', by: () => Promise.resolve() },
])('a journal ends where its next file would begin, if its directory $name', async ({ by }) => {
  const place = await newDirectory();
  const path = join(place, 'data');
  const lock = await lockDataDir(path);
  const { clock, random, timers } = nodeHost();
  const journal = await Journal.open({
    disk: new NodeDisk(path, () => lock.check()),
    level: 'sync',
    checksum: fastCrc32,
    random,
    timers,
    soon: (callback) => void setImmediate(callback),
    segmentBytes: 4000,
  });
  for await (const frame of journal.frames()) expect.fail(`a new journal has frame ${frame.head.sequence}`);
  const log = new PartitionLog({ partition: 0, clock });
  await journal.start([log]);
  log.turnOn([Order.schema]);
  await rename(path, join(place, 'moved'));
  await by(path);
  let failure: unknown;
  for (let n = 0; n < 200 && failure === undefined; n++) {
    const lsn = log.groupCommitted(Order.schema, 'group'.repeat(20), n);
    await log.commits.wait(lsn)?.catch((error: unknown) => (failure = error));
  }
  expect(WeftError.is(failure, 'JOURNAL_FAILED') && failure.message).toContain('was moved, removed or unlocked');
  await journal.close().catch(() => undefined);
  expect(await readdir(join(path, 'journal')).catch(() => [])).toEqual([]);
  expect((await readdir(join(place, 'moved', 'journal'))).length).toBe(1);
});
