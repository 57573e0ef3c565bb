import { finish } from '@weft/data';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RowsInOrder } from './row-order.ts';
import { SortedRows } from './sorted-rows.ts';
import { TopRows } from './top-rows.ts';

/** Takes all rows in pieces of these sizes, one after the other and round again. */
function taken(rows: RowsInOrder, sizes: readonly number[]): number[] {
  const all: number[] = [];
  for (let at = 0; ; at++) {
    const into = new Uint32Array(sizes[at % sizes.length]);
    const count = rows.take(into);
    all.push(...into.subarray(0, count));
    if (count < into.length) return all;
  }
}

const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 3 });
/** Few different values, so that many rows tie. */
const values = fc.array(fc.nat(20), { maxLength: 3000 });

test('any number of rows is handed out sorted, ties by row number, whatever is asked for at a time', () => {
  fc.assert(
    fc.property(values, sizes, (keys, pieces) => {
      const compare = (a: number, b: number): number => keys[a] - keys[b] || a - b;
      const sorted = new SortedRows(compare);
      for (const row of keys.keys()) sorted.add(row);
      finish(sorted.seal());
      expect(taken(sorted, pieces)).toEqual([...keys.keys()].sort(compare));
    }),
    { numRuns: 100 },
  );
});

test('the first rows of an order are the head of them all sorted, however many are wanted', () => {
  fc.assert(
    fc.property(values, fc.nat(50), sizes, (keys, limit, pieces) => {
      const compare = (a: number, b: number): number => keys[b] - keys[a] || a - b;
      const top = new TopRows(limit, compare);
      for (const row of keys.keys()) top.add(row);
      finish(top.seal());
      expect(taken(top, pieces)).toEqual([...keys.keys()].sort(compare).slice(0, limit));
    }),
    { numRuns: 200 },
  );
});

test('runs that end exactly where one is full are handed out whole', () => {
  const sorted = new SortedRows((a, b) => a - b);
  for (let row = 2047; row >= 0; row--) sorted.add(row);
  finish(sorted.seal());
  expect(taken(sorted, [2048])).toEqual(Array.from({ length: 2048 }, (_, row) => row));
});

test('no rows at all are handed out as none', () => {
  for (const rows of [new SortedRows(() => 0), new TopRows(5, () => 0), new TopRows(0, () => 0)]) {
    finish(rows.seal());
    expect(rows.take(new Uint32Array(4))).toBe(0);
  }
});
