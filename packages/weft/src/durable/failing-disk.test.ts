import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WeftError } from '@weft/base';
import type { Grid, Space } from '@weft/client';
import { defineType, t } from '@weft/data';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGrid } from '../create-grid.ts';
import { FaultyDisk } from '../host/faulty-disk.fixture.ts';

const Job = defineType('Job', { id: t.int32(), text: t.string() }, { key: 'id' });
const Later = defineType('Job', { id: t.int32(), text: t.string(), by: t.string().default('') }, { key: 'id' });
const jobs = Array.from({ length: 10 }, (_, id) => ({ id, text: `job ${id}` }));

let disk: FaultyDisk;
let dataDir: string;
beforeEach(async () => {
  disk = new FaultyDisk();
  dataDir = await mkdtemp(join(tmpdir(), 'weft-failing-'));
});
afterEach(async () => {
  disk.restore();
  await rm(dataDir, { recursive: true });
});

const open = (durability: 'async' | 'sync'): Promise<Grid> =>
  createGrid({ types: [Job], dataDir, durability, segmentBytes: 1 << 24 });

/** Until the journal has met the fault. */
async function untilRefused(grid: Grid): Promise<void> {
  for (let n = 100; ; n++) {
    try {
      grid.local(Job).write({ id: n, text: '' });
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe.each(['async', 'sync'] as const)('a disk that is full, with %s', (durability) => {
  test('does not keep a grid from being closed: those who wait are told, and the directory is free', async () => {
    const grid = await open(durability);
    await grid.space(Job).writeMany(jobs);
    await grid.flush();
    disk.writeFault = 'ENOSPC';
    const written = grid.space(Job).write({ id: 10, text: 'late' });
    const code = written.then(
      () => undefined,
      (error: unknown) => WeftError.is(error) && error.code,
    );
    expect(grid.stats().log.refusal).toBeUndefined();
    await untilRefused(grid);
    expect(grid.stats().log.refusal).toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringContaining('no space left'),
    });
    await expect(grid.close()).rejects.toMatchObject({
      code: 'JOURNAL_FAILED',
      message: expect.stringContaining(join(dataDir, 'journal', '0000000000000001.wal')) as string,
      details: { file: join(dataDir, 'journal', '0000000000000001.wal') },
    });
    expect(await code).toBe(durability === 'sync' ? 'JOURNAL_FAILED' : undefined);
    disk.writeFault = undefined;
    await using again = await open(durability);
    expect(await again.space(Job).find({}, { orderBy: { id: 'asc' } })).toEqual(jobs);
  });

  test('refuses whatever changes something, and lets it be done again when there is space', async () => {
    const grid = await open(durability);
    const space = grid.space(Job);
    await space.writeMany(jobs);
    const consumer = space.consume({}, { prefetch: 2 });
    const { value: delivery } = await consumer.next();
    const fresh = space.consume({ id: 6 });
    const tired = await deadLetter(space);
    await using events = space.subscribe({}, { group: 'readers' });
    await grid.flush();
    disk.writeFault = 'ENOSPC';
    await untilRefused(grid);
    const { lsn } = grid.stats().log.partitions[0]!;

    const refusal = { code: 'DISK_FULL' };
    for (const refused of [
      () => space.take({ id: 5 }),
      () => space.take({ id: 5 }, { wait: '1m' }),
      () => delivery!.ack(),
      () => delivery!.nack(),
      () => space.revive(tired),
      () => grid.evolve(Later),
      () => events.commit(events.position),
      async () => grid.local(Job).take({ id: 5 }),
    ])
      await expect(refused()).rejects.toMatchObject(refusal);
    // Who consumes is not ended by it: what is held, and what comes to be held, is handed out when that can be recorded.
    const handedOut: number[] = [];
    const consuming = [consumer, fresh].map(async (each) => {
      const { value } = await each.next();
      handedOut.push(value!.row.id);
      await value!.ack();
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(handedOut).toEqual([]);
    expect(grid.stats().log.partitions[0]!.lsn).toBe(lsn);

    disk.writeFault = undefined;
    await grid.flush();
    await Promise.all(consuming);
    expect(new Set(handedOut)).toEqual(new Set([1, 6]));
    await delivery!.ack();
    expect(await space.take({ id: 5 })).toEqual(jobs[5]);
    expect(await space.revive(tired)).toBe(true);
    expect(await space.take({ id: tired })).toEqual(jobs[tired]);
    await grid.close();
  });
});

test('with sync nobody is told that a row is gone before that is committed', async () => {
  await using grid = await open('sync');
  const space = grid.space(Job);
  await space.writeMany(jobs.slice(0, 2));
  const tired = await deadLetter(space);
  disk.isHeld = true;
  const told: string[] = [];
  const note = (what: string) => (row: unknown) => void told.push(`${what} ${String(row)}`);
  const taken = space.take().then(() => told.push('taken'));
  const others = [space.take().then(note('take')), space.deadLetters({ id: -1 }).then(note('letters'))];
  await expect(space.take({ id: 7 }, { timeout: 20 })).rejects.toMatchObject({ code: 'TIMEOUT' });
  expect(told).toEqual([]);
  disk.release();
  await Promise.all([taken, ...others]);
  expect(told.toSorted()).toEqual(['letters ', 'take undefined', 'taken']);
  expect(tired).toBe(0);
});

test('with sync transactions, batches and calls that are repeated answer once what they tell of is committed', async () => {
  await using grid = await open('sync');
  const space = grid.space(Job);
  await space.writeMany(jobs.slice(0, 2));
  disk.isHeld = true;
  const told: string[] = [];
  const pay = () => grid.transaction((tx) => tx.space(Job).write({ id: 7, text: 'paid' }), { idempotencyId: 'pay' });
  const add = () => space.write({ id: 8, text: 'added' }, { idempotencyId: 'add' });
  const first = [pay(), add()];
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  while (grid.local(Job).get(7) === undefined) await turn();
  const calls = {
    paid: first[0]!,
    added: first[1]!,
    'paid again': pay(),
    'added again': add(),
    changed: space.change({ id: 1 }, (c) => c.set('text', 'changed')),
    'changed by no key': space.change({ text: 'added' }, (c) => c.set('text', 'changed')),
    batch: grid.atomic((b) => [b.delete(Job, 0)]),
    'what was paid': grid.transaction((tx) => tx.space(Job).get(7)),
    'that there was none': grid.transaction(async (tx) => tx.space(Job).getOrThrow(9)).catch(() => undefined),
  };
  const all = Object.entries(calls).map(([name, answer]) => answer.then(() => told.push(name)));
  for (let turns = 0; turns < 20; turns++) await turn();
  const early = [...told];
  disk.release();
  await Promise.all(all);
  expect(early).toEqual([]);
  expect(told.toSorted()).toEqual(Object.keys(calls).toSorted());
});

/** Makes a dead letter of the oldest job that nobody holds; its key. */
async function deadLetter(space: Space<typeof Job>): Promise<number> {
  const consumer = space.consume({}, { maxTries: 1, prefetch: 1 });
  const { value } = await consumer.next();
  await value!.nack({ reason: 'no' });
  await consumer.return!();
  return value!.row.id;
}

test('who waits for what can never come any more is told when the journal fails, and so is who comes later', async () => {
  const grid = await open('async');
  const space = grid.space(Job);
  await space.writeMany(jobs);
  await grid.flush();
  const waiting = (): Promise<unknown>[] => [
    space.subscribe({ id: -1 }).next(),
    space.subscribe({ id: -1 }, { group: 'readers' }).next(),
    space.consume({ id: -1 }).next(),
    space.take({ id: -1 }, { wait: '1h' }),
    space.read({ id: -1 }, { wait: '1h' }),
  ];
  const before = Promise.allSettled(waiting());
  disk.writeFault = 'EIO';
  await untilRefused(grid);
  const refused = { status: 'rejected', reason: expect.objectContaining({ code: 'JOURNAL_FAILED' }) as unknown };
  expect(await before).toEqual(Array.from({ length: 5 }, () => refused));
  expect(() => space.subscribe()).toThrow(expect.objectContaining({ code: 'JOURNAL_FAILED' }));
  const after = await Promise.allSettled([space.consume({ id: -1 }).next(), space.take({ id: -1 }, { wait: '1h' })]);
  expect(after).toEqual([refused, refused]);
  await expect(grid.close()).rejects.toMatchObject({ code: 'JOURNAL_FAILED' });
});
