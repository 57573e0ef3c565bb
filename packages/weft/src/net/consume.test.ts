import { afterEach, expect, test } from 'vitest';
import { defineType, t } from '@weft/data';
import { createGrid } from '../create-grid.ts';
import { connect } from './connect.ts';
import { Relay } from './relay.fixture.ts';
import { serve } from './serve.ts';

const Job = defineType('Job', { id: t.int32(), kind: t.string(), note: t.string().optional() }, { key: 'id' });
const Failed = defineType('Failed', { id: t.int32(), reason: t.string(), tries: t.int32() }, { key: 'id' });

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function hosted(partitions = 1) {
  const grid = await createGrid({ types: [Job, Failed], partitions });
  const host = await serve({ space: 'demo', grid, partitions, port: 0, log: () => undefined });
  ends.push(async () => {
    await host.close();
    await grid.close();
  });
  const local = grid.local(Job);
  const put = (...ids: number[]): void => ids.forEach((id) => local.write({ id, kind: 'print' }));
  return { grid, local, put, port: host.port };
}

async function connected(port: number) {
  const grid = await connect(`weft://localhost:${port}/demo`, { types: [Job, Failed] });
  ends.push(() => grid.close());
  return { grid, jobs: grid.space(Job) };
}

async function relayTo(port: number): Promise<Relay> {
  const relay = await Relay.open(port);
  ends.push(() => relay.close());
  return relay;
}

test('rows are handed out in their order, held, and removed when they are acknowledged', async () => {
  const { local, put, port } = await hosted();
  put(1, 2, 3);
  const { jobs } = await connected(port);
  const consumer = jobs.consume({ kind: 'print' }, { lease: '1m' });
  const ids: number[] = [];
  for await (const delivery of consumer) {
    ids.push(delivery.row.id);
    expect(delivery.tries).toBe(1);
    expect(delivery.expiresAt.getTime()).toBeGreaterThan(Date.now() + 50_000);
    await delivery.ack();
    if (ids.length === 3) break;
  }
  expect(ids).toEqual([1, 2, 3]);
  expect(local.count()).toBe(0);
});

test('what was not asked for counts as not tried, and goes back with the consumer', async () => {
  const { put, port, local } = await hosted();
  put(1, 2, 3);
  const { jobs } = await connected(port);
  const first = jobs.consume(undefined, { prefetch: 3 });
  const { value } = await first.next();
  expect(value!.row.id).toBe(1);
  await first.return!();
  await expect(value!.ack()).rejects.toMatchObject({ code: 'LEASE_LOST' });
  expect(() => value!.expiresAt).toThrow(expect.objectContaining({ code: 'LEASE_LOST' }));
  const second = jobs.consume();
  const tries: number[][] = [];
  for (let i = 0; i < 3; i++) {
    const { value: delivery } = await second.next();
    tries.push([delivery!.row.id, delivery!.tries]);
  }
  expect(tries.sort(([a], [b]) => a! - b!)).toEqual([
    [1, 2],
    [2, 1],
    [3, 1],
  ]);
  expect(local.count()).toBe(3);
});

test('nack hands a row out again, renew holds it longer, and a row that was tried too often becomes a dead letter', async () => {
  const { put, port } = await hosted();
  put(1);
  const { jobs } = await connected(port);
  const letters: unknown[] = [];
  let told: (() => void) | undefined;
  const isTold = new Promise<void>((resolve) => (told = resolve));
  const consumer = jobs.consume(undefined, {
    maxTries: 2,
    lease: '1m',
    deadLetter: async (letter) => {
      letters.push(letter);
      told!();
    },
  });
  const { value: first } = await consumer.next();
  await first!.renew('10m');
  expect(first!.expiresAt.getTime()).toBeGreaterThan(Date.now() + 500_000);
  await first!.nack({ reason: 'no paper' });
  const { value: second } = await consumer.next();
  expect(second!.tries).toBe(2);
  const third = consumer.next();
  await second!.nack({ reason: 'no paper still' });
  await isTold;
  expect(letters).toEqual([
    { row: { id: 1, kind: 'print', note: undefined }, tries: 2, reason: 'no paper still', at: expect.any(Date) },
  ]);
  put(2);
  expect((await third).value!.row.id).toBe(2);
  expect(await jobs.count()).toBe(1);
});

test('dead letters go to a type of the grid', async () => {
  const { put, port, grid } = await hosted();
  put(1);
  const { jobs } = await connected(port);
  const consumer = jobs.consume(undefined, { maxTries: 1, deadLetter: Failed });
  const { value } = await consumer.next();
  const next = consumer.next();
  await value!.nack({ reason: 'broken' });
  put(2);
  await next;
  expect(grid.local(Failed).get(1)).toEqual({ id: 1, reason: 'broken', tries: 1 });
});

test('leases live through cuts, and nothing is lost or handed out twice while it is held', async () => {
  const { put, port, local } = await hosted(3);
  const relay = await relayTo(port);
  const workers = await Promise.all([connected(relay.port), connected(relay.port), connected(port)]);
  put(...Array.from({ length: 300 }, (_, id) => id));
  const done: number[] = [];
  const held = new Set<number>();
  await Promise.all(
    workers.map(async ({ jobs }) => {
      for await (const delivery of jobs.consume(undefined, { lease: '1m', prefetch: 5 })) {
        const { id } = delivery.row;
        expect(held.has(id)).toBe(false);
        held.add(id);
        if (done.length % 25 === 7) relay.cut();
        await delivery.ack();
        held.delete(id);
        done.push(id);
        if (done.length >= 298) break;
      }
    }),
  );
  expect(new Set(done).size).toBe(done.length);
  expect(done.length + local.count()).toBe(300);
});

test('with a host that has forgotten the session the lease is gone, and the consumer goes on', async () => {
  const first = await hosted();
  first.put(1);
  const relay = await relayTo(first.port);
  const { jobs } = await connected(relay.port);
  const consumer = jobs.consume();
  const { value: old } = await consumer.next();
  const next = consumer.next();
  const second = await hosted();
  second.put(5);
  relay.turnTo(second.port);
  expect((await next).value!.row.id).toBe(5);
  await expect(old!.ack()).rejects.toMatchObject({ code: 'LEASE_LOST' });
});

test('when a client goes its rows go to another', async () => {
  const { put, port } = await hosted();
  put(1);
  const leaving = await connected(port);
  await leaving.jobs.consume().next();
  const { jobs } = await connected(port);
  const next = jobs.consume().next();
  await leaving.grid.close();
  expect((await next).value).toMatchObject({ row: { id: 1 }, tries: 2 });
});

test('a consumer ends with its signal and its grid, and what is wrong with it is told at once', async () => {
  const { port } = await hosted(2);
  const { jobs, grid } = await connected(port);
  const stop = new AbortController();
  const stopped = jobs.consume(undefined, { signal: stop.signal }).next();
  const closed = jobs.consume().next();
  stop.abort();
  await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
  expect(() => jobs.consume(undefined, { prefetch: 0 })).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  expect(() => jobs.consume(undefined, { group: 'kind' })).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  await jobs.count();
  await grid.close();
  await expect(closed).rejects.toMatchObject({ code: 'CLOSED' });
});
