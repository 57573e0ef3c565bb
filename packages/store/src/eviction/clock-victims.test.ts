import { Arena, Epochs, LiveRows, ROWS_PER_PAGE } from '@weft/data';
import { expect, test } from 'vitest';
import { ClockVictims } from './clock-victims.ts';

const arena = new Arena({ segmentBytes: 1 << 24, segmentsMax: 4 });

function rows(count: number): { live: LiveRows; victims: ClockVictims; evict: (except?: number) => number } {
  const live = new LiveRows({ arena, epochs: new Epochs(arena) });
  for (let i = 0; i < count; i++) {
    if (live.next() < 0) live.addPage(live.nextPage, 0);
    live.add(live.next());
  }
  const victims = new ClockVictims(live);
  const evict = (except = -1): number => {
    const row = victims.next(except);
    if (row < 0) return row;
    live.remove(row);
    const page = row >>> 13;
    if (live.isRemovable(page)) {
      live.removePage(page);
      victims.removePage(page);
    }
    return row;
  };
  return { live, victims, evict };
}

test('rows that were never used go one after another', () => {
  const { live, evict } = rows(20);
  expect(Array.from({ length: 20 }, () => evict())).toEqual(Array.from({ length: 20 }, (_, row) => row));
  expect(evict()).toBe(-1);
  live.clear();
});

test('a row that was used is spared once', () => {
  const { live, victims, evict } = rows(24);
  for (const row of [0, 1, 8, 23]) victims.use(row);
  const gone = Array.from({ length: 24 }, () => evict());
  expect(gone.slice(0, 20).some((row) => [0, 1, 8, 23].includes(row))).toBe(false);
  expect(gone.slice(20).toSorted((a, b) => a - b)).toEqual([0, 1, 8, 23]);
  live.clear();
});

test('where all rows were used the first behind the hand goes, and the next is not used any more', () => {
  const { live, victims, evict } = rows(16);
  for (let row = 0; row < 16; row++) victims.use(row);
  expect([evict(), evict(), evict()]).toEqual([0, 1, 2]);
  live.clear();
});

test('the row that a write is about is never its victim', () => {
  const { live, evict } = rows(2);
  expect([evict(0), evict(0), evict(1), evict()]).toEqual([1, -1, 0, -1]);
  live.clear();
});

test('the hand passes pages that are gone, and begins again at the end', () => {
  const { live, victims, evict } = rows(3 * ROWS_PER_PAGE);
  for (let row = 0; row < ROWS_PER_PAGE; row++) victims.use(row);
  for (let row = ROWS_PER_PAGE; row < 3 * ROWS_PER_PAGE; row++) expect(evict()).toBe(row);
  expect(victims.bytes).toBe(1024);
  for (let row = 0; row < ROWS_PER_PAGE; row++) expect(evict()).toBe(row);
  expect(evict()).toBe(-1);
  live.clear();
});

test('a search ends within some pages, however many rows were used', () => {
  const { live, victims } = rows(12 * ROWS_PER_PAGE);
  for (let row = 0; row < live.rowCount; row++) victims.use(row);
  // The hand stops after four pages and takes the first that it passed.
  expect([victims.next(-1), victims.next(-1), victims.next(-1)]).toEqual([0, 4 * ROWS_PER_PAGE, 8 * ROWS_PER_PAGE]);
  expect(victims.next(-1)).toBe(0);
  live.clear();
});

test('a new row goes before one that was used, but not where the hand would come by right after it came', () => {
  const { live, victims, evict } = rows(64);
  for (let row = 0; row < 32; row++) victims.add(row);
  for (let row = 0; row < 8; row++) victims.use(row);
  expect(evict()).toBe(8);
  // The hand stands at row 8: row 12 is new ahead of it, row 2 is new behind it.
  victims.add(12);
  victims.add(2);
  expect(Array.from({ length: 4 }, () => evict())).toEqual([9, 10, 11, 13]);
  const rest = Array.from({ length: 59 }, () => evict());
  expect(rest.indexOf(2)).toBeLessThan(rest.indexOf(12));
  live.clear();
});
