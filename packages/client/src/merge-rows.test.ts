import type { RowWork } from '@weft/data';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chainRows, mergeRows } from './merge-rows.ts';

interface Row {
  readonly key: number;
  readonly of: number;
}

/** Works that hand out batches of these sizes, pause here and there, and count how many of them are open. */
function worksOf(
  parts: readonly (readonly number[])[],
  sizes: readonly number[],
): { works: RowWork[]; open: () => number } {
  let open = 0;
  function* work(rows: readonly Row[]): RowWork {
    open++;
    try {
      for (let at = 0, turn = 0; at < rows.length; turn++) {
        if (turn % 2 === 0) yield;
        const size = sizes[turn % sizes.length]!;
        yield rows.slice(at, at + size);
        at += size;
      }
    } finally {
      open--;
    }
  }
  return { works: parts.map((keys, of) => work(keys.map((key) => ({ key, of })))), open: () => open };
}

function gathered(work: RowWork): Row[] {
  const rows: Row[] = [];
  for (const batch of work) rows.push(...((batch ?? []) as Row[]));
  return rows;
}

const parts = fc.array(fc.array(fc.nat(30), { maxLength: 12 }), { minLength: 1, maxLength: 4 });
const sizes = fc.array(fc.nat(4), { minLength: 1, maxLength: 3 }).map((all) => [...all, 1]);
const window = fc.record({ offset: fc.nat(10), limit: fc.oneof(fc.nat(20), fc.constant(Infinity)) });
const byKey = (a: object, b: object): number => (a as Row).key - (b as Row).key;

test('merged rows are all rows sorted and cut, ties in the order of the works, and every work is freed', () => {
  fc.assert(
    fc.property(parts, sizes, window, (unsorted, pieces, { offset, limit }) => {
      const sorted = unsorted.map((keys) => [...keys].sort((a, b) => a - b));
      const { works, open } = worksOf(sorted, pieces);
      const expected = sorted
        .flatMap((keys, of) => keys.map((key) => ({ key, of })))
        .sort((a, b) => a.key - b.key || a.of - b.of)
        .slice(offset, offset + limit);
      expect(gathered(mergeRows(works, byKey, { offset, limit }))).toEqual(expected);
      expect(open()).toBe(0);
    }),
    { numRuns: 500 },
  );
});

test('chained rows are those of one work after another, cut, and every work that began is freed', () => {
  fc.assert(
    fc.property(parts, sizes, window, (all, pieces, { offset, limit }) => {
      const { works, open } = worksOf(all, pieces);
      expect(gathered(chainRows(works, offset, limit))).toEqual(
        all.flatMap((keys, of) => keys.map((key) => ({ key, of }))).slice(offset, offset + limit),
      );
      expect(open()).toBe(0);
    }),
    { numRuns: 500 },
  );
});

test('works given up part way are freed', () => {
  for (const combine of [
    (works: RowWork[]) => mergeRows(works, byKey, { offset: 0, limit: 100 }),
    (works: RowWork[]) => chainRows(works, 0, 100),
  ]) {
    const { works, open } = worksOf(
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
      [1],
    );
    const combined = combine(works);
    for (let i = 0; i < 3; i++) combined.next();
    expect(open()).toBeGreaterThan(0);
    combined.return();
    expect(open()).toBe(0);
  }
});
