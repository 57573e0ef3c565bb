import fc from 'fast-check';
import { expect, test } from 'vitest';
import { finish, WHOLE } from '../plan/work.ts';
import { Chunks, CHUNK_ITEMS } from './chunks.ts';
import { ITEMS_PER_STEP, joinInSlices, sortInSlices } from './sort-in-slices.ts';

/** Over after every step. */
const SHORT = { isOver: () => true };

function chunked<T>(items: readonly T[]): Chunks<T> {
  const chunks = new Chunks<T>();
  for (const item of items) chunks.push(item);
  return chunks;
}

test('it sorts as an array does, equal items in the order they came', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { maxLength: 3000 }), fc.option(fc.nat(3000)), (keys, limit) => {
      const items = keys.map((key, at) => ({ key, at }));
      const compare = (a: { key: number }, b: { key: number }): number => a.key - b.key;
      const sorted = finish(sortInSlices(chunked(items).chunks, compare, WHOLE, limit ?? Infinity));
      expect(sorted.flat()).toEqual(items.toSorted(compare).slice(0, limit ?? Infinity));
    }),
  );
});

test('between two pauses it compares no more than one run takes', () => {
  const items = Array.from({ length: 20_000 }, (_, at) => Math.imul(at, 0x9e37_79b1) >>> 0);
  let compared = 0;
  let most = 0;
  const work = sortInSlices(
    chunked(items).chunks,
    (a, b) => {
      compared++;
      return a - b;
    },
    SHORT,
  );
  for (let step = work.next(); ; step = work.next()) {
    most = Math.max(most, compared);
    compared = 0;
    if (step.done !== true) continue;
    expect(step.value.flat()).toEqual(items.toSorted((a, b) => a - b));
    break;
  }
  expect(most).toBeLessThanOrEqual(ITEMS_PER_STEP * Math.log2(ITEMS_PER_STEP));
});

test('chunks are joined to one array, a chunk at a time', () => {
  const items = Array.from({ length: 3 * CHUNK_ITEMS + 7 }, (_, at) => at);
  const chunks = chunked(items);
  expect(chunks.length).toBe(items.length);
  expect(chunks.at(CHUNK_ITEMS)).toBe(CHUNK_ITEMS);
  expect(chunks.at(items.length)).toBeUndefined();
  expect([...chunks]).toEqual(items);
  const work = joinInSlices(chunks.chunks, SHORT);
  let steps = 0;
  let step = work.next();
  for (; step.done !== true; step = work.next()) steps++;
  expect(steps).toBe(4);
  expect(step.value).toEqual(items);
  expect(finish(joinInSlices([], WHOLE))).toEqual([]);
});
