import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineType, t } from '@weft/data';
import type { Delivery, Space } from '@weft/client';
import { expect, onTestFinished, test } from 'vitest';
import { createGrid, type GridOptions } from './create-grid.ts';

const Job = defineType(
  'Job',
  { id: t.int32(), account: t.string(), status: t.string().default('new') },
  { key: ['account', 'id'], routing: 'account' },
);
type JobSpace = Space<typeof Job>;

async function openGrid(options: GridOptions = {}) {
  const grid = await createGrid({ segmentBytes: 1 << 24, types: [Job], ...options });
  onTestFinished(() => grid.close());
  return grid;
}

async function openJobs(options: GridOptions = {}): Promise<JobSpace> {
  return (await openGrid(options)).space(Job);
}

const job = (id: number, account = `a${id % 5}`) => ({ id, account });
const code = (wanted: string) => expect.objectContaining({ code: wanted });

async function take(consumer: AsyncIterator<Delivery<typeof Job>, undefined>): Promise<Delivery<typeof Job>> {
  const { value } = await consumer.next();
  if (value === undefined) throw new Error('the consumer has ended');
  return value;
}

test.each([1, 4])('of many takers over %i partitions each row goes to one', async (partitions) => {
  const jobs = await openJobs({ partitions });
  const takers = Array.from({ length: 60 }, () => jobs.take({ status: 'new' }, { wait: '10s' }));
  for (let id = 0; id < 40; id++) await jobs.write(job(id));
  await jobs.writeMany(Array.from({ length: 20 }, (_, n) => job(40 + n)));
  const taken = await Promise.all(takers);
  expect(taken.map((row) => row!.id).sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, id) => id));
  expect(await jobs.count()).toBe(0);
});

test('a wait ends with nothing, with the signal, with the timeout or with the grid, and then takes no row', async () => {
  const grid = await openGrid({ partitions: 2 });
  const jobs = grid.space(Job);
  const controller = new AbortController();
  const stopped = Promise.allSettled([
    jobs.take({}, { wait: '10s', signal: controller.signal }),
    jobs.take({}, { wait: '10s', timeout: 5 }),
  ]);
  await expect(jobs.take({}, { wait: 5 })).resolves.toBeUndefined();
  await expect(jobs.read({}, { wait: 5 })).resolves.toBeUndefined();
  controller.abort();
  expect(await stopped).toMatchObject([{ reason: { code: 'ABORTED' } }, { reason: { code: 'TIMEOUT' } }]);
  await jobs.write(job(1));
  await sleep(1);
  expect(await jobs.count()).toBe(1);
  const refused = Promise.allSettled([jobs.take({ status: 'old' }, { wait: '10s' })]);
  await grid.close();
  expect(await refused).toMatchObject([{ reason: { code: 'CLOSED' } }]);
});

test('a read that waits gets the row and leaves it, and does not see one that is held', async () => {
  const jobs = await openJobs();
  const reading = jobs.read({ id: 1 }, { wait: '10s' });
  await jobs.write(job(1, 'a'));
  expect(await reading).toMatchObject({ id: 1 });
  expect(await jobs.read({ id: 1 }, { wait: '10s' })).toMatchObject({ id: 1 });
  const consumer = jobs.consume();
  const delivery = await take(consumer);
  expect(await jobs.read({ id: 1 }, { wait: 5 })).toBeUndefined();
  expect(await jobs.read({ id: 1 })).toMatchObject({ id: 1 });
  expect(await jobs.get({ id: 1, account: 'a' })).toMatchObject({ id: 1 });
  await delivery.nack();
  await consumer.return!();
  expect(await jobs.read({ id: 1 }, { wait: 5 })).toMatchObject({ id: 1 });
});

/** Notes until when the row is held; whether it is still. */
function holdsUntil(delivery: Delivery<typeof Job>, heldUntil: Map<number, number>): boolean {
  try {
    heldUntil.set(delivery.row.id, delivery.expiresAt.getTime() - 1);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'LEASE_LOST' });
    return false;
  }
}

test('consumers that die at random lose nothing, and nothing is done twice while its lease holds', async () => {
  const jobs = await openJobs({ partitions: 3 });
  const ROWS = 400;
  await jobs.writeMany(Array.from({ length: ROWS }, (_, id) => job(id, `a${id % 17}`)));
  const done: number[] = [];
  const heldUntil = new Map<number, number>();
  let seed = 7;
  const random = (): number => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff) / 0x7fff_ffff;
  const consume = async (signal: AbortSignal, mine: Set<number>): Promise<void> => {
    for await (const delivery of jobs.consume({}, { lease: 40, prefetch: 5, maxTries: 1000, signal })) {
      const { id } = delivery.row;
      expect(heldUntil.get(id) ?? 0).toBeLessThanOrEqual(Date.now());
      mine.add(id);
      if (!holdsUntil(delivery, heldUntil)) continue;
      if (random() < 0.2) {
        heldUntil.delete(id);
        break;
      }
      // It hangs, and its lease runs out.
      if (random() < 0.02) await sleep(60);
      try {
        await delivery.ack();
        done.push(id);
        heldUntil.delete(id);
      } catch (error) {
        expect(error).toMatchObject({ code: 'LEASE_LOST' });
      }
      mine.delete(id);
    }
  };
  const work = async (): Promise<void> => {
    while (done.length < ROWS) {
      const mine = new Set<number>();
      const stop = new AbortController();
      // What it holds when it dies is free at once.
      stop.signal.addEventListener('abort', () => mine.forEach((id) => heldUntil.delete(id)));
      const idle = setTimeout(() => stop.abort(), 150);
      await consume(stop.signal, mine).catch((error) => expect(error).toMatchObject({ code: 'ABORTED' }));
      clearTimeout(idle);
    }
  };
  await Promise.all(Array.from({ length: 6 }, work));
  expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: ROWS }, (_, id) => id));
  expect(await jobs.count()).toBe(0);
}, 60_000);

test('rows of one group are worked on one at a time and in order, those of others meanwhile', async () => {
  const jobs = await openJobs({ partitions: 2 });
  const done = new Map<string, number[]>();
  const busy = new Set<string>();
  let most = 0;
  const stop = new AbortController();
  const work = async (): Promise<void> => {
    const rows = jobs.consume({}, { group: 'account', prefetch: 3, signal: stop.signal });
    for await (const delivery of rows) {
      const { id, account } = delivery.row;
      expect(busy.has(account)).toBe(false);
      busy.add(account);
      most = Math.max(most, busy.size);
      await sleep(id % 3);
      busy.delete(account);
      if (id % 10 === 0 && delivery.tries === 1) await delivery.nack({ delay: id % 20 === 0 ? 0 : 3 });
      else {
        done.set(account, [...(done.get(account) ?? []), id]);
        await delivery.ack();
      }
    }
  };
  const workers = [work(), work(), work()].map((worker) => expect(worker).rejects.toThrow(code('ABORTED')));
  for (let id = 0; id < 100; id++) await jobs.write(job(id));
  while ((await jobs.count()) > 0) await sleep(2);
  stop.abort();
  await Promise.all(workers);
  for (let a = 0; a < 5; a++) expect(done.get(`a${a}`)).toEqual(Array.from({ length: 20 }, (_, n) => a + 5 * n));
  expect(most).toBeGreaterThan(1);
});

test('what fails too often becomes a dead letter with its reason, and can be brought back', async () => {
  const jobs = await openJobs();
  await jobs.writeMany([job(1), job(2)]);
  const consumer = jobs.consume({ id: 1 }, { maxTries: 2, prefetch: 1 });
  for (const tries of [1, 2]) {
    const delivery = await take(consumer);
    expect(delivery).toMatchObject({ row: { id: 1 }, tries });
    await delivery.nack({ reason: `no ${tries}` });
  }
  // The other one is held and never acknowledged.
  const idle = jobs.consume({}, { maxTries: 2, lease: 100, prefetch: 1 });
  for (const tries of [1, 2]) expect(await take(idle)).toMatchObject({ row: { id: 2 }, tries });
  while ((await jobs.deadLetters()).length < 2) await sleep(5);
  expect(await jobs.deadLetters()).toMatchObject([
    { row: { id: 1 }, tries: 2, reason: 'no 2', at: expect.any(Date) },
    { row: { id: 2 }, tries: 2, reason: 'the lease ran out' },
  ]);
  await idle.return!();
  expect(await jobs.take()).toBeUndefined();
  expect(await jobs.revive({ id: 1, account: 'a1' })).toBe(true);
  expect(await jobs.revive({ id: 1, account: 'a1' })).toBe(false);
  const again = await take(consumer);
  expect(again).toMatchObject({ row: { id: 1 }, tries: 1 });
  await again.ack();
  await consumer.return!();
  expect(await jobs.delete({ id: 2, account: 'a2' })).toBe(true);
  expect(await jobs.deadLetters()).toEqual([]);
});

test('a consumer that cares for its dead letters is handed them, and a letter that it cannot take stays', async () => {
  const jobs = await openJobs();
  await jobs.writeMany([job(1), job(2)]);
  const letters: unknown[] = [];
  const consumer = jobs.consume(
    {},
    {
      maxTries: 1,
      deadLetter(letter) {
        if (letter.row.id === 2) throw new Error('no room');
        letters.push(letter);
      },
    },
  );
  await (await take(consumer)).nack({ reason: 'broken' });
  await (await take(consumer)).nack({ reason: 'broken too' });
  while (letters.length === 0 || (await jobs.deadLetters()).length !== 1) await sleep(1);
  expect(letters).toMatchObject([{ row: { id: 1 }, tries: 1, reason: 'broken' }]);
  expect(await jobs.deadLetters()).toMatchObject([{ row: { id: 2 }, reason: 'broken too' }]);
  await consumer.return!();
});

test('dead letters go to a type of their own, with what is known of them', async () => {
  const Failed = defineType(
    'Failed',
    {
      id: t.int32(),
      account: t.string(),
      reason: t.string(),
      tries: t.int32(),
      failedAt: t.timestamp(),
      note: t.string().optional(),
    },
    { key: 'id' },
  );
  const grid = await openGrid({ partitions: 2 });
  const jobs = grid.space(Job);
  await jobs.write(job(1));
  const consumer = jobs.consume({}, { maxTries: 1, deadLetter: Failed });
  await (await take(consumer)).nack({ reason: 'broken' });
  while ((await jobs.count()) > 0) await sleep(1);
  expect(await grid.space(Failed).find()).toEqual([
    { id: 1, account: 'a1', reason: 'broken', tries: 1, failedAt: expect.any(Date), note: undefined },
  ]);
  await consumer.return!();
  const Narrow = defineType('Narrow', { id: t.int32(), printer: t.string() }, { key: 'id' });
  expect(() => jobs.consume({}, { deadLetter: Narrow })).toThrow(/column printer of Narrow has no value/);
});

test('a consumer holds no more than it may, and gives back all when it is left', async () => {
  const grid = await openGrid();
  const jobs = grid.space(Job);
  await jobs.writeMany(Array.from({ length: 20 }, (_, id) => job(id)));
  const consumer = jobs.consume({}, { prefetch: 4 });
  const held = [await take(consumer), await take(consumer)];
  expect(grid.stats().types[0]!.queue).toMatchObject({ leased: 4, delayed: 0, dead: 0, waiting: 1 });
  await consumer.return!();
  expect(grid.stats().types[0]!.queue).toMatchObject({ leased: 0, waiting: 0 });
  await expect(held[0]!.ack()).rejects.toThrow(code('LEASE_LOST'));
  expect(await consumer.next()).toEqual({ done: true, value: undefined });
  expect(await jobs.take()).toMatchObject({ id: 0 });
});

test('a delivery is renewed, follows its row through updates, and is lost with it', async () => {
  const jobs = await openJobs();
  await jobs.writeMany([job(1, 'a'), job(2, 'a')]);
  const consumer = jobs.consume({}, { lease: 400 });
  const [first, second] = [await take(consumer), await take(consumer)];
  const before = first.expiresAt.getTime();
  await Promise.all([first.renew('10s'), second.renew('10s')]);
  expect(first.expiresAt.getTime()).toBeGreaterThan(before + 5000);
  await sleep(500);
  await jobs.update({ id: 1, account: 'a' }, { status: 'old' });
  await jobs.delete({ id: 2, account: 'a' });
  await first.ack();
  await expect(second.renew()).rejects.toThrow(code('LEASE_LOST'));
  await expect(second.nack()).rejects.toThrow(code('LEASE_LOST'));
  expect(() => second.expiresAt).toThrow(code('LEASE_LOST'));
  expect(await jobs.count()).toBe(0);
  await consumer.return!();
});

test('those who wait and those who hold go on through a change of declaration', async () => {
  const grid = await openGrid({ partitions: 2 });
  const jobs = grid.space(Job);
  const Later = defineType(
    'Job',
    {
      id: t.int32(),
      account: t.string(),
      state: t.string().default('new').from('status'),
      urgent: t.bool().default(false),
    },
    { key: ['account', 'id'], routing: 'account' },
  );
  await jobs.write(job(1, 'a'));
  const consumer = jobs.consume({ status: 'new' }, { group: 'account' });
  const held = await take(consumer);
  const next = take(consumer);
  const waiting = jobs.take({ status: 'special' }, { wait: '10s' });
  await grid.evolve(Later);
  const later = grid.space(Later);
  await later.write({ id: 2, account: 'a', state: 'special' });
  expect(await waiting).toEqual({ id: 2, account: 'a', status: 'special' });
  await later.write({ id: 3, account: 'a' });
  await held.ack();
  const delivery = await next;
  expect(delivery).toMatchObject({ row: { id: 3, account: 'a', status: 'new' }, tries: 1 });
  await delivery.ack();
  await consumer.return!();
  expect(await later.count()).toBe(0);
});

test.each(['async', 'sync'] as const)(
  'tries, delays and dead letters are there after a restart with %s',
  async (durability) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'weft-queue-'));
    onTestFinished(() => rm(dataDir, { recursive: true }));
    const options = { segmentBytes: 1 << 24, types: [Job], dataDir, durability } as const;
    const grid = await createGrid(options);
    const jobs = grid.space(Job);
    await jobs.writeMany([1, 2, 3, 4].map((id) => job(id, 'a')));
    const consumer = jobs.consume({}, { maxTries: 2 });
    const deliveries = [await take(consumer), await take(consumer), await take(consumer), await take(consumer)];
    await deliveries[1]!.nack({ delay: '1h', reason: 'later' });
    await deliveries[2]!.nack({ reason: 'first' });
    await (await take(consumer)).nack({ reason: 'second' });
    await deliveries[3]!.ack();
    await grid.close();

    const again = await createGrid(options);
    onTestFinished(() => again.close());
    const known = again.space(Job);
    expect(again.stats().types[0]!.queue).toMatchObject({ leased: 0, delayed: 1, dead: 1 });
    expect(await known.deadLetters()).toMatchObject([{ row: { id: 3 }, tries: 2, reason: 'second' }]);
    const next = known.consume({}, { maxTries: 2 });
    const delivery = await take(next);
    expect(delivery).toMatchObject({ row: { id: 1 }, tries: 2 });
    await delivery.ack();
    await next.return!();
    expect(await known.take()).toBeUndefined();
    expect(await known.count()).toBe(2);
  },
);

test('what cannot be consumed is refused at once', async () => {
  const jobs = await openJobs({ partitions: 2 });
  expect(() => jobs.consume({}, { group: 'status' })).toThrow(code('OPTION_INVALID'));
  expect(() => jobs.consume({}, { prefetch: 0 })).toThrow(code('OPTION_INVALID'));
  expect(() => jobs.consume({}, { prefetch: 1001 })).toThrow(code('OPTION_INVALID'));
  expect(() => jobs.consume({}, { maxTries: 0.5 })).toThrow(code('OPTION_INVALID'));
  expect(() => jobs.consume({}, { lease: 0 })).toThrow(code('OPTION_INVALID'));
  expect(() => jobs.consume({}, { leas: 1 } as object)).toThrow(code('OPTION_INVALID'));
  expect(() => jobs.consume({}, { deadLetter: 7 as never })).toThrow(code('OPTION_INVALID'));
  expect(() => jobs.consume({ statu: 'new' } as object)).toThrow(code('COLUMN_UNKNOWN'));
  await expect(jobs.take({}, { wait: '5 s' as never })).rejects.toThrow(code('OPTION_INVALID'));
  await jobs.write(job(1));
  const consumer = jobs.consume();
  const delivery = await take(consumer);
  await expect(delivery.nack({ reason: 7 as never })).rejects.toThrow(code('OPTION_INVALID'));
  await expect(delivery.renew(0)).rejects.toThrow(code('OPTION_INVALID'));
  await delivery.ack();
  await consumer.return!();
});
