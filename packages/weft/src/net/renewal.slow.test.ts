import { afterEach, expect, test, vi } from 'vitest';
import { RemoteGrid } from '@weft/client';
import { defineType, t } from '@weft/data';
import { createGrid } from '../create-grid.ts';
import { nodeHost } from '../host/node-host.ts';
import { nodeDialer } from './node-wire.ts';
import { serve } from './serve.ts';

const WRITERS = 8;
const ROUNDS = 150;
/** Requests of a session, in place of SESSION_CALLS_MAX and SESSION_CALLS_END. */
const SESSION_CALLS = [300, 400] as const;

const Counter = defineType('Counter', { id: t.string(), n: t.int32(), version: t.version() }, { key: 'id' });
const Account = defineType(
  'Account',
  { id: t.string(), bank: t.string(), balance: t.int32() },
  { key: 'id', routing: 'bank' },
);
const Job = defineType('Job', { id: t.int32() }, { key: 'id' });
const types = [Counter, Account, Job];

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A client whose sessions end after few requests, and a count of those that its host has made. */
async function hosted() {
  const grid = await createGrid({ types, partitions: 3 });
  const serving = await serve({ space: 'demo', grid, partitions: 3, port: 0, log: () => undefined });
  const sessions = vi.spyOn(serving.member, 'session');
  const parts = {
    host: nodeHost(),
    dialer: nodeDialer,
    soon: (callback: () => void) => process.nextTick(callback),
    space: 'demo',
    client: 'test',
    sessionCalls: SESSION_CALLS,
  };
  const remote = await RemoteGrid.open([`127.0.0.1:${serving.port}`], parts, { timeoutMs: 30_000 } as never);
  ends.push(
    () => grid.close(),
    () => serving.close(),
    () => remote.close(),
  );
  await remote.ensure(types, 'create');
  const made = (): number =>
    sessions.mock.results.filter(({ value }) => !(value as { isResumed: boolean }).isResumed).length;
  return { grid, remote, made, member: serving.member };
}

test('a session whose numbers come to their end gives way to the next under load: nothing is done twice, lost or left behind', async () => {
  const { grid, remote, made, member } = await hosted();
  const counters = remote.space(Counter);
  const heard: { readonly type: string; readonly key: unknown; readonly version: number }[] = [];
  const events = counters.subscribe();
  const hearing = (async () => {
    for await (const { type, after } of events as AsyncIterable<{
      type: string;
      after: { id: string; version: number };
    }>)
      heard.push({ type, key: after.id, version: after.version });
  })();
  await counters.count();

  const writer = async (name: string): Promise<void> => {
    await counters.write({ id: name, n: 0 });
    for (let n = 1; n < ROUNDS; n++) {
      const [updated, inserted, read] = await Promise.all([
        counters.update(name, { n }, { idempotencyId: `${name} ${n}` }),
        counters.write({ id: `${name}-${n}`, n }, { onConflict: 'fail' }),
        counters.get(name),
      ]);
      expect(updated).toMatchObject({ n, version: n + 1 });
      expect(inserted.version).toBe(1);
      expect(read!.n).toBeGreaterThanOrEqual(n - 1);
    }
  };

  const accounts = remote.space(Account);
  for (const id of ['a', 'b']) await accounts.write({ id, bank: 'x', balance: 1000 });
  let transfers = 0;
  const mover = async (): Promise<void> => {
    for (let round = 0; round < ROUNDS; round++) {
      await remote.transaction(async (tx) => {
        const open = tx.space(Account);
        const [from, to] = await Promise.all(['a', 'b'].map((id) => open.getOrThrow({ id, bank: 'x' } as never)));
        await open.update({ id: 'a', bank: 'x' } as never, { balance: from!.balance - 1 });
        await open.update({ id: 'b', bank: 'x' } as never, { balance: to!.balance + 1 });
      });
      transfers++;
    }
  };

  const jobs = grid.local(Job);
  for (let id = 0; id < ROUNDS; id++) jobs.write({ id });
  const done = new Map<number, number>();
  const worker = async (): Promise<void> => {
    for await (const delivery of remote.space(Job).consume(undefined, { lease: '10s', prefetch: 2 })) {
      const isDone = await delivery.ack().then(
        () => true,
        // What it held went back with the session.
        (error: unknown) => (expect(error).toMatchObject({ code: 'LEASE_LOST' }), false),
      );
      if (isDone) done.set(delivery.row.id, 1 + (done.get(delivery.row.id) ?? 0));
      if (done.size === ROUNDS) break;
    }
  };
  await Promise.all([...Array.from({ length: WRITERS }, (_, i) => writer(`w${i}`)), mover(), worker()]);

  expect(made()).toBeGreaterThan(5);
  expect(await counters.count()).toBe(WRITERS * ROUNDS);
  for (let i = 0; i < WRITERS; i++) expect(grid.local(Counter).get(`w${i}`)).toMatchObject({ version: ROUNDS });
  expect([...done.values()].every((times) => times === 1)).toBe(true);
  expect(jobs.count()).toBe(0);
  expect(await accounts.find()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: 'a', balance: 1000 - transfers }),
      expect.objectContaining({ id: 'b', balance: 1000 + transfers }),
    ]),
  );
  // One event for each row that was inserted, one for each update, in their order.
  const told = WRITERS * (2 * ROUNDS - 1);
  await vi.waitFor(() => expect(heard.length).toBe(told), { timeout: 20_000 });
  const versions = new Map<unknown, number>();
  for (const { type, key, version } of heard) {
    expect(type).toBe(version === 1 ? 'insert' : 'update');
    expect(version).toBe((versions.get(key) ?? 0) + 1);
    versions.set(key, version);
  }
  await events.return!();
  await hearing;
  // Those that gave way are not kept.
  expect(member.stats().sessions).toBe(1);
});

test('a query that is being read keeps its session for a while, and a subscription of the next goes on behind it', async () => {
  const { remote, made } = await hosted();
  const counters = remote.space(Counter);
  await Promise.all(Array.from({ length: 200 }, (_, n) => counters.write({ id: `r${n}`, n })));
  const rows = counters.find()[Symbol.asyncIterator]();
  await rows.next();
  for (let n = 0; n < 100; n++) await counters.get('r0');
  // Past SESSION_CALLS, within its patience.
  expect(made()).toBe(1);
  await rows.return!();
  await vi.waitFor(() => expect(made()).toBe(2));
  expect(await counters.count()).toBe(200);
  // Whoever does not read on is not waited for without end.
  const idle = counters.find()[Symbol.asyncIterator]();
  await idle.next();
  for (let n = 0; n < 600; n++) await counters.get('r0');
  expect(made()).toBeGreaterThan(2);
});

test('who waits for a row waits on in the next session: each row is taken once, and none is in doubt', async () => {
  const { remote, made } = await hosted();
  const jobs = remote.space(Job);
  const taken: number[] = [];
  const taker = async (): Promise<void> => {
    for (;;) {
      const job = await jobs.take(undefined, { wait: '20s' });
      if (job === undefined || job.id >= ROUNDS) return;
      taken.push(job.id);
    }
  };
  const takers = Array.from({ length: 4 }, taker);
  for (let id = 0; id < ROUNDS; id++) {
    await jobs.write({ id });
    await Promise.all(Array.from({ length: 10 }, () => remote.space(Counter).get('x')));
  }
  await vi.waitFor(() => expect(taken.length).toBe(ROUNDS));
  expect(made()).toBeGreaterThan(4);
  for (let at = 0; at < takers.length; at++) await jobs.write({ id: ROUNDS + at });
  await Promise.all(takers);
  expect([...taken].sort((a, b) => a - b)).toEqual(Array.from({ length: ROUNDS }, (_, id) => id));
});

test('a call whose time is over and that is never answered does not keep its session', async () => {
  const { remote, made, grid } = await hosted();
  vi.spyOn(grid.space(Counter), 'count').mockImplementation((() => new Promise(() => undefined)) as never);
  const counters = remote.space(Counter);
  const late = counters.count(undefined, { timeout: '200ms' });
  await expect(late).rejects.toMatchObject({ code: 'TIMEOUT' });
  for (let n = 0; n < 900; n++) await counters.get('x');
  expect(made()).toBeGreaterThan(2);
});

test('a session that was to end goes on where it was given a row to hold meanwhile: what is asked is answered, and the row is not lost', async () => {
  const { grid, remote, made } = await hosted();
  const counters = remote.space(Counter);
  await counters.write({ id: 'a', n: 1 });
  const consumer = remote.space(Job).consume(undefined, { lease: '30s' });
  const first = consumer.next();
  const reads: Promise<unknown>[] = [];
  const read = (): void => void reads.push(counters.get('a', { timeout: '5s' }));
  for (let n = 0; n < SESSION_CALLS[0] - 20; n++) read();
  await Promise.all(reads);
  // Its answer is on its way, so that the session does not end yet.
  let goOn = (): void => undefined;
  const atomic = grid.atomic.bind(grid);
  vi.spyOn(grid, 'atomic').mockImplementationOnce(async (make) => {
    await new Promise<void>((resolve) => (goOn = resolve));
    return atomic(make);
  });
  const slow = remote.atomic((b) => [b.write(Counter, { id: 'b', n: 2 })]);
  for (let n = 0; n < 20; n++) read();
  await reads[SESSION_CALLS[0] - 20];
  await grid.space(Job).write({ id: 1 });
  const delivery = (await first).value!;
  goOn();
  await slow;
  read();
  const rows = await Promise.all(reads);
  expect(rows.every((row) => (row as { n: number }).n === 1)).toBe(true);
  expect(made()).toBe(1);
  await delivery.ack();
  await vi.waitFor(() => expect(made()).toBe(2));
  await consumer.return!();
});
