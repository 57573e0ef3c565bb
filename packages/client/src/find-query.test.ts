import { defineType, resolveFind, t } from '@weft/data';
import { expect, test } from 'vitest';
import type { Cursor, Query } from './api.ts';
import { testCall, testHost, testPace, testRouter, type PlainSource } from './client.fixture.ts';
import { FindQuery } from './find-query.ts';

const Item = defineType('Item', { id: t.int32(), n: t.int32() }, { key: 'id' });

function queryOf(
  rows: number,
  {
    partitions = 1,
    options = {},
    callOptions = {},
  }: { partitions?: number; options?: object; callOptions?: Parameters<typeof testCall>[1] } = {},
): {
  query: Query<{ id: number }>;
  sources: readonly PlainSource[];
  host: ReturnType<typeof testHost>;
  calls: () => number;
} {
  const host = testHost();
  const { router, sources } = testRouter(Item, partitions, host);
  for (let id = 0; id < rows; id++) router.write({ id, n: id % 3 }, 'replace');
  let calls = 0;
  const plan = resolveFind(Item.schema, undefined, { orderBy: { id: 'asc' }, ...options });
  const call = (): ReturnType<typeof testCall> => {
    calls++;
    return testCall(host, callOptions);
  };
  return {
    query: new FindQuery({ type: Item, router, pace: testPace(host), plan: () => plan, call }) as unknown as Query<{
      id: number;
    }>,
    sources,
    host,
    calls: () => calls,
  };
}

const openIn = (sources: readonly PlainSource[]): number => sources.reduce((open, source) => open + source.open, 0);

async function nextId(cursor: Cursor<{ id: number }>): Promise<number | 'end'> {
  const step = await cursor.next();
  return step.done === true ? 'end' : step.value.id;
}

test.each([1, 3])(
  'a query over %i partitions answers all rows awaited and the same rows iterated',
  async (partitions) => {
    const { query } = queryOf(11, { partitions });
    const ids = Array.from({ length: 11 }, (_, id) => id);
    expect((await query).map(({ id }) => id)).toEqual(ids);
    const iterated: number[] = [];
    for await (const { id } of query) iterated.push(id);
    expect(iterated).toEqual(ids);
  },
);

test('nothing runs before a query is awaited or iterated, and each of them runs it anew', async () => {
  const { query, sources, calls } = queryOf(3);
  const cursor = query[Symbol.asyncIterator]();
  expect([sources[0]!.asked, calls()]).toEqual([0, 0]);
  await query;
  await query;
  await cursor.next();
  expect([sources[0]!.asked, calls()]).toEqual([3, 3]);
  await cursor.return!();
});

test('leaving the loop frees the work', async () => {
  const { query, sources } = queryOf(9, { partitions: 3 });
  for await (const { id } of query) if (id === 3) break;
  expect(openIn(sources)).toBe(0);
});

test('an error in the loop frees the work', async () => {
  const { query, sources } = queryOf(9);
  const loop = async (): Promise<void> => {
    for await (const _ of query) throw new Error('mine');
  };
  await expect(loop()).rejects.toThrow('mine');
  expect(openIn(sources)).toBe(0);
});

test('calls of next that overlap are answered in order, each with a row of its own, and the end for the rest', async () => {
  const { query } = queryOf(7);
  const cursor = query[Symbol.asyncIterator]();
  expect(await Promise.all(Array.from({ length: 9 }, () => nextId(cursor)))).toEqual([
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    'end',
    'end',
  ]);
  expect(await nextId(cursor)).toBe('end');
});

test('return while next is under way ends the iteration, and next with it', async () => {
  const { query, sources } = queryOf(7);
  const cursor = query[Symbol.asyncIterator]();
  await cursor.next();
  await cursor.next();
  const pending = nextId(cursor);
  expect(await cursor.return!()).toEqual({ done: true, value: undefined });
  expect([await pending, await nextId(cursor), openIn(sources)]).toEqual(['end', 'end', 0]);
});

test('return before the first next means that nothing ever runs', async () => {
  const { query, sources, calls } = queryOf(7);
  const cursor = query[Symbol.asyncIterator]();
  await cursor.return!();
  expect([await nextId(cursor), sources[0]!.asked, calls()]).toEqual(['end', 0, 0]);
});

test('disposing ends the iteration', async () => {
  const { query, sources } = queryOf(7);
  const cursor = query[Symbol.asyncIterator]();
  await cursor.next();
  expect(openIn(sources)).toBe(1);
  await cursor[Symbol.asyncDispose]();
  expect([openIn(sources), await nextId(cursor)]).toEqual([0, 'end']);
});

test('a signal that fires between rows frees the work at once, though nobody asks for another row', async () => {
  const stop = new AbortController();
  const { query, sources } = queryOf(7, { callOptions: { signal: stop.signal } });
  const cursor = query[Symbol.asyncIterator]();
  await cursor.next();
  expect(openIn(sources)).toBe(1);
  stop.abort();
  expect(openIn(sources)).toBe(0);
  await expect(cursor.next()).rejects.toMatchObject({ code: 'ABORTED' });
  expect(await nextId(cursor)).toBe('end');
});

test('a time that is up between rows frees the work as well, and an iteration that ended is not stopped any more', async () => {
  const { query, sources, host } = queryOf(7, { callOptions: { timeout: '1s' } });
  const cursor = query[Symbol.asyncIterator]();
  await cursor.next();
  host.pass(1000);
  expect([openIn(sources), host.timerCount]).toEqual([0, 0]);
  await cursor.return!();
  expect(await nextId(cursor)).toBe('end');
  for await (const { id } of query) if (id === 3) break;
  expect(host.timerCount).toBe(0);
});

test('a signal that fires while a row is waited for is told once', async () => {
  const stop = new AbortController();
  const { query, sources } = queryOf(7, { callOptions: { signal: stop.signal } });
  const cursor = query[Symbol.asyncIterator]();
  await cursor.next();
  await cursor.next();
  const pending = cursor.next().then(
    () => 'a row',
    (error: { code: string }) => error.code,
  );
  stop.abort();
  expect(await pending).toBe('ABORTED');
  expect([await nextId(cursor), openIn(sources)]).toEqual(['end', 0]);
});

test('a timeout runs from the first next, not from the making of the query', async () => {
  const { query, host } = queryOf(7, { callOptions: { timeout: '1s' } });
  const cursor = query[Symbol.asyncIterator]();
  host.pass(5000);
  expect(await nextId(cursor)).toBe(0);
  host.pass(1000);
  await expect(cursor.next()).rejects.toMatchObject({ code: 'TIMEOUT' });
});

test('a call that may not begin fails the first next and awaiting alike', async () => {
  const { query } = queryOf(7, { callOptions: { signal: AbortSignal.abort() } });
  await expect(Promise.resolve(query)).rejects.toMatchObject({ code: 'ABORTED' });
  await expect(query[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'ABORTED' });
});

test('explain counts what each partition did', async () => {
  const { query } = queryOf(9, { partitions: 3 });
  const { type, partitions, rowsMatched } = await query.explain();
  expect([type, partitions.map(({ partition }) => partition), rowsMatched]).toEqual(['Item', [0, 1, 2], 9]);
});
