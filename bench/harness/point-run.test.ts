import { expect, test } from 'vitest';
import { openClonedMap, openIndexedMap, openMap } from '../peers/map.ts';
import { startDeadline } from './deadline.ts';
import { makeFeed } from './feed.ts';
import { makeRunner, runPoints } from './point-run.ts';
import type { PointStore } from './store.ts';

const ROWS = 200;
const FEED = makeFeed(ROWS, 1, 2 ** 10);

test('every operation of every store gets a rate in every repetition', async () => {
  const { rates } = await run([openMap(), openClonedMap(), openIndexedMap()]);
  expect([...rates.keys()]).toEqual([
    'get awaited',
    'get sync',
    'put awaited',
    'put sync',
    'update awaited',
    'update sync',
  ]);
  for (const byStore of rates.values()) {
    expect(byStore.size).toBe(3);
    for (const list of byStore.values()) expect(list.filter((rate) => rate > 0)).toHaveLength(2);
  }
});

test('a store without synchronous calls is measured awaited only', async () => {
  const { sync: _, ...store } = openMap();
  const { rates } = await run([store]);
  expect([...rates.keys()]).toEqual(['get awaited', 'put awaited', 'update awaited']);
});

test('a store that loses a put is found out', async () => {
  const store = openMap();
  const awaited = { ...store.awaited, put: () => undefined };
  await expect(run([{ ...store, name: 'forgetful', awaited }])).rejects.toThrow('forgetful');
});

test('a store that answers a get with another row is found out in the first stretch', async () => {
  const store = openMap();
  const awaited = { ...store.awaited, get: () => store.awaited.get(FEED.ids[0]!) };
  await expect(run([{ ...store, name: 'careless', awaited }])).rejects.toThrow('careless answered wrongly');
});

test('a store whose index forgets an update is found out', async () => {
  const store = { ...openIndexedMap(), name: 'unindexed', countSymbol: async () => -1 };
  await expect(run([store])).rejects.toThrow('unindexed finds -1 rows of symbol');
});

async function run(stores: readonly PointStore[]) {
  for (const store of stores) await store.load(FEED.versions[0]);
  const runners = await Promise.all(stores.map((store) => makeRunner(store, FEED)));
  return runPoints({ runners, reps: 2, cellMs: 2, deadline: startDeadline(), say: () => undefined });
}
