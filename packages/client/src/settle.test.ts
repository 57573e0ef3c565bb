import { WeftError } from '@weft/base';
import { count, defineType, t, type AnyType } from '@weft/data';
import { expect, test } from 'vitest';
import type { Space } from './api.ts';
import { noChanges, testHost, testRouter } from './client.fixture.ts';
import { LocalVerbs } from './local-space.ts';
import { asyncSpace, SpaceVerbs } from './space.ts';
import { UnderWay } from './under-way.ts';

const Item = defineType('Item', { id: t.int32(), n: t.int32() }, { key: 'id' });

/** A space over partitions that commit when they are told. */
function open(partitions = 1) {
  const host = testHost();
  const type: AnyType = Item;
  const { router, sources } = testRouter(type, partitions, host);
  const lifetime = { isClosed: false };
  const local = new LocalVerbs(type, router, lifetime);
  const closing = new AbortController();
  const parts = {
    type,
    router,
    local,
    host,
    spaceOf: () => ({ bury: () => Promise.resolve() }),
    lifetime,
    closing: closing.signal,
    underWay: new UnderWay(),
    changes: noChanges,
  };
  const space: Space<typeof Item> = asyncSpace<typeof Item>(new SpaceVerbs(parts));
  for (let id = 0; id < 8; id++) local.write({ id, n: id });
  const held = { commit: () => {}, fail: (_: Error) => {} };
  const committing = new Promise<void>((resolve, reject) => {
    held.commit = resolve;
    held.fail = reject;
  });
  committing.catch(() => undefined);
  const hold = (): void => {
    for (const source of sources) source.committing = committing;
  };
  return { space, local, host, closing, hold, ...held };
}

const verbs: Readonly<Record<string, (space: Space<typeof Item>) => PromiseLike<unknown>>> = {
  write: (space) => space.write({ id: 1, n: 2 }),
  writeMany: (space) => space.writeMany([{ id: 1, n: 2 }]),
  'writeMany of each': (space) => space.writeMany([{ id: 1, n: 2 }], { onError: 'each' }),
  'writeMany of all': (space) => space.writeMany([{ id: 1, n: 2 }], { onError: 'all' }),
  get: (space) => space.get(1),
  getMany: (space) => space.getMany([1]),
  getOrThrow: (space) => space.getOrThrow(1),
  read: (space) => space.read({ n: 1 }),
  find: (space) => space.find({ n: 1 }),
  'find, one by one': (space) => space.find({ n: 1 })[Symbol.asyncIterator]().next(),
  count: (space) => space.count(),
  update: (space) => space.update(1, { n: 5 }),
  delete: (space) => space.delete(1),
  deleteMany: (space) => space.deleteMany({ n: 1 }),
  clear: (space) => space.clear(),
  aggregate: (space) => space.aggregate({ select: { n: count() } }),
};

async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

test.each(Object.keys(verbs))('%s answers once what it did and saw is committed', async (verb) => {
  const { space, hold, commit } = open(2);
  hold();
  let isDone = false;
  const answer = Promise.resolve(verbs[verb]!(space)).then(() => (isDone = true));
  await turns();
  expect(isDone).toBe(false);
  commit();
  await answer;
});

test.each(Object.keys(verbs))('%s rejects where that never will be', async (verb) => {
  const { space, hold, fail } = open(2);
  hold();
  const answer = Promise.resolve(verbs[verb]!(space));
  fail(new WeftError('CLOSED', 'the disk is gone'));
  await expect(answer).rejects.toThrow('the disk is gone');
});

test('what the rows refuse is told once they are committed; a value that no row could have, at once', async () => {
  const { space, hold, commit } = open();
  hold();
  let told: unknown;
  const refused = space.getOrThrow(99).catch((error: unknown) => (told = error));
  await expect(space.write({ id: 1, n: 'x' } as never)).rejects.toMatchObject({ code: 'VALUE_INVALID' });
  await turns();
  expect(told).toBeUndefined();
  commit();
  await refused;
  expect(told).toMatchObject({ code: 'NOT_FOUND' });
});

test('a call of many rows that fails says what is written once that is committed', async () => {
  const { space, hold, commit } = open();
  hold();
  let told: unknown;
  const rows = [{ id: 1, n: 1 }, { id: 2 }] as { id: number; n: number }[];
  const failed = space.writeMany(rows).catch((error: unknown) => (told = error));
  await turns();
  expect(told).toBeUndefined();
  commit();
  await failed;
  expect(told).toMatchObject({ code: 'VALUE_MISSING', details: { written: 1 } });
});

test('who waits for a commit may give up, and closing ends the wait: reads were stopped, writes are in doubt', async () => {
  const { space, host, hold, closing } = open();
  hold();
  const stop = new AbortController();
  const aborted = space.write({ id: 1, n: 1 }, { signal: stop.signal });
  const late = space.writeMany([{ id: 1, n: 1 }], { timeout: 50 });
  const read = space.get(1, { timeout: 50 });
  const counted = Promise.resolve(space.count());
  const cleared = space.clear();
  stop.abort();
  await expect(aborted).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', cause: { code: 'ABORTED' } });
  await turns();
  host.pass(60);
  await expect(late).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', outcome: 'in-doubt', details: { written: 1 } });
  await expect(read).rejects.toMatchObject({ code: 'TIMEOUT', outcome: 'definite' });
  closing.abort();
  await expect(counted).rejects.toMatchObject({ code: 'CLOSED' });
  await expect(cleared).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', cause: { code: 'CLOSED' } });
});

const timed: Readonly<Record<string, (space: Space<typeof Item>, timeout: number) => PromiseLike<unknown>>> = {
  write: (space, timeout) => space.write({ id: 1, n: 2 }, { timeout }),
  'write with an id': (space, timeout) => space.write({ id: 1, n: 2 }, { timeout, idempotencyId: 'a' }),
  update: (space, timeout) => space.update(1, { n: 5 }, { timeout }),
  change: (space, timeout) => space.change({ id: 1 }, (c) => c.set('n', 7), { timeout }),
  delete: (space, timeout) => space.delete(1, { timeout }),
  deleteMany: (space, timeout) => space.deleteMany({ n: 1 }, { timeout }),
  'writeMany with a bad row': (space, timeout) => space.writeMany([{ id: 1, n: 1 }, { id: 2 } as never], { timeout }),
};

test.each(Object.keys(timed))('%s that stops waiting for the disk is in doubt: it is done', async (verb) => {
  const { space, host, hold } = open();
  hold();
  const answer = Promise.resolve(timed[verb]!(space, 50));
  await turns();
  host.pass(60);
  await expect(answer).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', cause: { code: 'TIMEOUT' } });
});

test('what was refused is not in doubt, however long it was waited for that to be told', async () => {
  const { space, host, hold } = open();
  hold();
  const refused = space.getOrThrow(99, { timeout: 50 });
  await turns();
  host.pass(60);
  await expect(refused).rejects.toMatchObject({ code: 'TIMEOUT' });
});

test('where all is committed, a point call answers with a promise that is settled', async () => {
  const { space } = open();
  const point = ['write', 'get', 'getOrThrow', 'update', 'delete'];
  const done: string[] = [];
  for (const verb of point) {
    void verbs[verb]!(space).then(() => done.push(verb));
    await Promise.resolve();
  }
  expect(done).toEqual(point);
});

test('what the synchronous handle does is not held back', () => {
  const { local, hold } = open();
  hold();
  expect(local.write({ id: 50, n: 1 })).toMatchObject({ id: 50 });
});
