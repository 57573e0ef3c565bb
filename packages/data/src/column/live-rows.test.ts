import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ROWS_PER_PAGE } from '../memory/layout.ts';
import { testMemory } from '../memory/memory.fixture.ts';
import { LiveRows } from './live-rows.ts';

const HOLES_MIN = ROWS_PER_PAGE / 16;

function insert(live: LiveRows): number {
  if (live.next() < 0) live.addPage(live.nextPage, 0);
  const row = live.next();
  live.add(row);
  return row;
}

function remove(live: LiveRows, row: number): void {
  live.remove(row);
  const page = row >>> 13;
  if (live.isRemovable(page)) live.removePage(page);
}

function filledPages(pages: number): LiveRows {
  const live = new LiveRows(testMemory());
  for (let i = 0; i < pages * ROWS_PER_PAGE; i++) insert(live);
  return live;
}

test('rows are numbered one after another, page after page', () => {
  const live = new LiveRows(testMemory());
  expect(live.next()).toBe(-1);
  expect(Array.from({ length: 5 }, () => insert(live))).toEqual([0, 1, 2, 3, 4]);
  expect([live.count, live.rowCount, live.pageCount, live.rowsIn(0)]).toEqual([5, 5, 1, 5]);
  live.clear();
});

test('a hole in the page being filled is filled first', () => {
  const live = new LiveRows(testMemory());
  for (let i = 0; i < 20; i++) insert(live);
  remove(live, 3);
  remove(live, 11);
  expect([insert(live), insert(live), insert(live)]).toEqual([3, 11, 20]);
  live.clear();
});

test('a full page takes rows again once a sixteenth of it is free, all of them before the table grows', () => {
  const live = filledPages(2);
  for (let row = 0; row < HOLES_MIN - 1; row++) remove(live, row);
  expect(live.next()).toBe(-1);
  remove(live, HOLES_MIN - 1);
  expect(Array.from({ length: HOLES_MIN }, () => insert(live))).toEqual(
    Array.from({ length: HOLES_MIN }, (_, row) => row),
  );
  expect(insert(live)).toBe(2 * ROWS_PER_PAGE);
  live.clear();
});

test('an emptied page is removed, its number is used for the next page, and it counts nothing meanwhile', () => {
  const live = filledPages(3);
  for (let at = 0; at < ROWS_PER_PAGE; at++) remove(live, ROWS_PER_PAGE + at);
  expect([live.pages[1], live.countIn(1), live.has(ROWS_PER_PAGE)]).toEqual([undefined, 0, false]);
  expect(live.next()).toBe(-1);
  expect(live.nextPage).toBe(1);
  expect(insert(live)).toBe(ROWS_PER_PAGE);
  expect(live.rowCount).toBe(3 * ROWS_PER_PAGE);
  live.clear();
});

test('the page being filled stays though it is empty', () => {
  const live = new LiveRows(testMemory());
  insert(live);
  remove(live, 0);
  expect([live.pageCount, live.count, live.isRemovable(0), insert(live)]).toEqual([1, 0, false, 0]);
  live.clear();
});

test('any inserts and removals agree with a set, and a frozen twin keeps what it saw', () => {
  // Batches, so that whole pages fill, get holes and go.
  const batch = fc.record({
    inserts: fc.integer({ min: 0, max: 3000 }),
    removals: fc.integer({ min: 0, max: 3000 }),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(batch, { minLength: 1, maxLength: 8 }), fc.nat(7), (batches, freezeAt) => {
      const memory = testMemory();
      const live = new LiveRows(memory);
      const rows: number[] = [];
      let frozen: LiveRows | undefined;
      let before: number[] = [];
      let epoch = 0;
      for (const [i, { inserts, removals, seed }] of batches.entries()) {
        for (let n = 0; n < inserts; n++) rows.push(insert(live));
        // Neighbours go together, as old rows do.
        const from = rows.length === 0 ? 0 : seed % rows.length;
        for (const row of rows.splice(from, removals)) remove(live, row);
        if (i !== freezeAt) continue;
        frozen = live.freeze();
        before = [...rows];
        epoch = memory.epochs.open(live.rowCount);
      }
      expectRows(live, rows);
      if (frozen !== undefined) {
        expectRows(frozen, before);
        memory.epochs.close(epoch);
      }
      live.clear();
      expect(live.bytes).toBe(0);
    }),
    { numRuns: 40 },
  );
});

function expectRows(live: LiveRows, rows: readonly number[]): void {
  expect(live.count).toBe(rows.length);
  expect(new Set(rows).size).toBe(rows.length);
  expect(rows.every((row) => live.has(row) && row < live.rowCount)).toBe(true);
  let count = 0;
  for (let row = 0; row < live.rowCount; row++) if (live.has(row)) count++;
  expect(count).toBe(rows.length);
  for (let page = 0; page < live.pageCount; page++)
    expect(live.countIn(page)).toBe(rows.filter((row) => row >>> 13 === page).length);
}

test('what live rows describe another thread adopts', () => {
  const memory = testMemory();
  const live = new LiveRows(memory);
  for (let i = 0; i < 9000; i++) insert(live);
  for (let row = 100; row < 8192; row += 7) remove(live, row);
  const other = new LiveRows(memory);
  other.adopt(structuredClone(live.describe()));
  expect([other.count, other.rowCount, other.countIn(0), other.countIn(1), other.has(100), other.has(101)]).toEqual([
    live.count,
    9000,
    live.countIn(0),
    808,
    false,
    true,
  ]);
  live.clear();
});

test('a page that is being emptied takes no new row, until it is gone or another is emptied', () => {
  const live = filledPages(3);
  for (let row = 0; row < 2 * HOLES_MIN; row++) remove(live, row);
  for (let at = 0; at < HOLES_MIN; at++) remove(live, ROWS_PER_PAGE + at);
  expect([live.sparsestPage(-1), live.sparsestPage(0)]).toEqual([0, 1]);
  live.drain(0);
  expect(live.drained).toBe(0);
  for (let i = 0; i < HOLES_MIN; i++) expect(insert(live) >>> 13).toBe(1);
  expect(live.next()).toBe(-1);
  live.drain(-1);
  expect(insert(live)).toBe(0);
  live.clear();
});

test('a page that was emptied to the last row is none that is being emptied any more', () => {
  const live = filledPages(3);
  live.drain(0);
  for (let row = 0; row < ROWS_PER_PAGE; row++) remove(live, row);
  expect([live.drained, live.capacity]).toEqual([-1, 2 * ROWS_PER_PAGE]);
  live.clear();
});

test('eight rows are read at once', () => {
  const live = filledPages(1);
  remove(live, 9);
  remove(live, 15);
  expect([live.ofEight(0), live.ofEight(8), live.ofEight(ROWS_PER_PAGE)]).toEqual([0b1111_1111, 0b0111_1101, 0]);
  live.clear();
});
