import { expect, test } from 'vitest';
import { compareStrings } from '../kind/compare-strings.ts';
import { ROW_BITS, ROWS_PER_PAGE } from '../memory/layout.ts';
import { testColumn, type TestColumn } from './column.fixture.ts';
import type { StringColumn } from './string-column.ts';

/** What a dictionary may hold whatever the column does: past it, it must stay below an eighth of the rows. */
const FREE_CODES = 16_384;

interface TestStrings extends Omit<TestColumn, 'column' | 'freeze'> {
  readonly column: StringColumn;
  freeze(): { readonly column: StringColumn; close(): void };
}

function strings({ isDistinct = false, pages = 1 } = {}): TestStrings {
  const made = testColumn({ name: 'string' }, { isDistinct }) as unknown as TestStrings;
  for (let page = 0; page < pages; page++) made.addPage(page);
  return made;
}

/** Fills rows from..to-1 with texts that all differ. */
function insertDistinct({ insert }: TestStrings, from: number, to: number, prefix = 'text '): void {
  for (let row = from; row < to; row++) insert(row, `${prefix}${row}`);
}

test('repeated text is kept as codes of a dictionary, distinct text of a key as refs', () => {
  const repeated = strings();
  repeated.insert(0, 'new');
  repeated.insert(1, 'new');
  expect(repeated.column.hasCodes(0)).toBe(true);
  expect(repeated.column.dictionary!.length).toBe(1);
  const distinct = strings({ isDistinct: true });
  distinct.insert(0, 'k1');
  expect(distinct.column.hasCodes(0)).toBe(false);
  expect([distinct.column.dictionary, distinct.column.get(0)]).toEqual([undefined, 'k1']);
  repeated.clear();
  distinct.clear();
});

test('a text too long for the dictionary makes its page leave, with all that the page held, and no other page', () => {
  const made = strings({ pages: 2 });
  for (const row of [0, 1, 5]) made.insert(row, `v${row}`);
  made.insert(2, undefined);
  made.insert(3, 'gone');
  made.remove(3);
  made.insert(ROWS_PER_PAGE, 'other page');
  made.insert(4, 'l'.repeat(257));
  expect([made.column.hasCodes(0), made.column.hasCodes(1)]).toEqual([false, true]);
  expect([0, 1, 2, 4, 5, ROWS_PER_PAGE].map((row) => made.column.get(row))).toEqual([
    'v0',
    'v1',
    undefined,
    'l'.repeat(257),
    'v5',
    'other page',
  ]);
  // Only what is alive was written to the heap: three short texts and the long one.
  expect(made.heap.liveBytes).toBe(3 * 3 + 259);
  expect(Array.from(made.column.refPages[0]!.subarray(2, 4))).toEqual([0, 0]);
  made.clear();
});

test('text of 256 units still gets a code', () => {
  const made = strings();
  made.insert(0, '語'.repeat(256));
  expect([made.column.hasCodes(0), made.column.get(0)]).toEqual([true, '語'.repeat(256)]);
  made.clear();
});

test('a dictionary that grows with the rows is given up, its pages are rewritten and its memory goes', () => {
  const made = strings({ pages: 3 });
  insertDistinct(made, 0, FREE_CODES);
  expect(made.column.hasCodes(0)).toBe(true);
  const dictionaryBytes = made.column.bytes;
  made.insert(FREE_CODES, 'one too many');
  expect([0, 1, 2].map((page) => made.column.hasCodes(page))).toEqual([false, false, false]);
  expect(made.column.dictionary).toBeUndefined();
  expect(made.column.bytes).toBeLessThan(dictionaryBytes);
  for (const row of [0, 8191, 8192, 16_383]) expect(made.column.get(row)).toBe(`text ${row}`);
  expect(made.column.get(FREE_CODES)).toBe('one too many');
  made.addPage(3);
  made.insert(3 * ROWS_PER_PAGE, 'later');
  expect(made.column.hasCodes(3)).toBe(false);
  made.clear();
});

test('a dictionary below an eighth of the rows goes on growing', () => {
  const made = strings({ pages: 17 });
  for (let row = 0; row < 17 * ROWS_PER_PAGE; row++) made.insert(row, `t${row % FREE_CODES}`);
  made.column.replace(0, 'one more');
  expect([made.column.hasCodes(0), made.column.dictionary!.length]).toEqual([true, FREE_CODES + 1]);
  made.clear();
});

test('where many pages have codes, giving up rewrites one page at a time and old pages keep reading their codes', () => {
  const made = strings({ pages: 6 });
  insertDistinct(made, 0, FREE_CODES - 3);
  for (let row = FREE_CODES - 3; row < 6 * ROWS_PER_PAGE; row++) made.insert(row, `common ${row % 3}`);
  made.column.replace(5 * ROWS_PER_PAGE, 'new one');
  expect([0, 1, 2, 3, 4, 5].map((page) => made.column.hasCodes(page))).toEqual([true, true, true, true, true, false]);
  made.column.replace(4 * ROWS_PER_PAGE, 'common 1');
  expect(made.column.hasCodes(4)).toBe(true);
  made.column.replace(4 * ROWS_PER_PAGE, 'new two');
  made.column.replace(3 * ROWS_PER_PAGE, 'new three');
  expect(made.column.hasCodes(2)).toBe(true);
  // Three left before, two now: these are rewritten too and the dictionary goes.
  made.column.replace(2 * ROWS_PER_PAGE, 'new four');
  expect(made.column.dictionary).toBeUndefined();
  expect([0, 5 * ROWS_PER_PAGE, 4 * ROWS_PER_PAGE, 3 * ROWS_PER_PAGE].map((row) => made.column.get(row))).toEqual([
    'text 0',
    'new one',
    'new two',
    'new three',
  ]);
  expect(made.column.get(2 * ROWS_PER_PAGE + 7)).toBe(`common ${(2 * ROWS_PER_PAGE + 7) % 3}`);
  made.clear();
});

test('frozen twins read codes, texts and absence as they were, though the live column left its dictionary', () => {
  const made = strings({ pages: 3 });
  insertDistinct(made, 0, FREE_CODES - 1);
  made.insert(FREE_CODES - 1, undefined);
  const frozen = made.freeze();
  for (let row = 0; row < 200; row++) made.column.replace(row, `changed ${row}`);
  expect(made.column.dictionary).toBeUndefined();
  expect(frozen.column.hasCodes(0)).toBe(true);
  for (const row of [0, 199, 200, FREE_CODES - 2]) {
    expect(frozen.column.get(row)).toBe(`text ${row}`);
    expect(frozen.column.equals(row, `text ${row}`)).toBe(true);
    expect(frozen.column.compareTo(row, `text ${row}`)).toBe(0);
  }
  expect(frozen.column.isNull(FREE_CODES - 1)).toBe(true);
  expect(frozen.column.describe().dictionary!.length).toBe(FREE_CODES - 1);
  frozen.close();
  expect(made.memory.epochs.pinnedBytes).toBe(0);
  made.clear();
});

test('a twin frozen before new texts came tells another thread of the old codes only', () => {
  const made = strings();
  made.insert(0, 'old');
  const frozen = made.freeze();
  made.insert(1, 'new');
  expect(frozen.column.describe().dictionary!.length).toBe(1);
  frozen.close();
  made.clear();
});

test('clearing forgets the dictionary and that it was given up', () => {
  const made = strings({ pages: 3 });
  insertDistinct(made, 0, FREE_CODES + 1);
  expect(made.column.dictionary).toBeUndefined();
  made.clear();
  made.addPage(0);
  made.insert(0, 'again');
  expect([made.column.hasCodes(0), made.column.get(0)]).toEqual([true, 'again']);
  made.clear();
});

test('the heap holds no text that was replaced, removed or cleared', () => {
  const made = strings({ isDistinct: true });
  insertDistinct(made, 0, 100);
  for (let row = 0; row < 50; row++) made.column.replace(row, row % 2 === 0 ? undefined : 'é');
  for (let row = 40; row < 100; row++) made.remove(row);
  const kept = Array.from({ length: 40 }, (_, row) => made.column.heldBytes(row)).filter((bytes) => bytes > 0);
  expect(made.heap.liveBytes).toBe(kept.reduce((sum, bytes) => sum + bytes + 1, 0));
  made.clear();
  expect(made.heap.liveBytes).toBe(0);
});

test('writing the text that is there already writes nothing', () => {
  const made = strings({ isDistinct: true });
  made.insert(0, 'same');
  const used = made.heap.usedBytes;
  made.column.replace(0, 'same');
  expect(made.heap.usedBytes).toBe(used);
  made.clear();
});

test.each([false, true])('tests on the cells agree with the strings they stand for, with refs: %s', (isDistinct) => {
  const made = testColumn({ name: 'string' }, { isDistinct });
  const column = made.column as StringColumn;
  const texts = ['', 'a', 'ab', 'ü', '\uffff', '😀', 'a'.repeat(100), `${'a'.repeat(99)}😀`];
  made.addPage(0);
  for (const [row, text] of texts.entries()) made.insert(row, text);
  expect(column.hasCodes(0)).toBe(!isDistinct);
  for (const value of [...texts, 'other', '😁'.repeat(60)]) {
    const same = column.equalTo(value);
    const order = column.comparedTo(value);
    for (const [row, text] of texts.entries()) {
      expect([same(row), Math.sign(order(row))]).toEqual([text === value, Math.sign(compareStrings(text, value))]);
    }
  }
  made.clear();
});

test('compaction moves a text off a victim page and leaves others where they are', () => {
  const made = strings({ isDistinct: true });
  for (let row = 0; row < 10; row++) made.insert(row, `${row}`.repeat(20_000));
  const refs = Array.from(made.column.refPages[0]!.subarray(0, 10));
  const moved = refs.map((_, row) => made.column.compact(row, (page) => page === 0));
  expect(moved.map((bytes) => bytes > 0)).toEqual(refs.map((ref) => ref >>> 16 === 0));
  for (let row = 0; row < 10; row++) expect(made.column.get(row)).toBe(`${row}`.repeat(20_000));
  expect(made.heap.pages[0]).toBeUndefined();
  made.clear();
});

test('what a write may rewrite is bounded by the rows of its page and the longest text', () => {
  const made = strings({ pages: 2 });
  made.insert(0, 'x'.repeat(40));
  const long = 'y'.repeat(300);
  // Of a page with one row, hardly more than a page of refs or of cells.
  expect(made.column.rewriteBytes(long, 0)).toBeLessThan(ROWS_PER_PAGE * 40);
  // What the dictionary has or may take makes no page leave it.
  for (const value of ['x'.repeat(40), 'new', undefined]) expect(made.column.rewriteBytes(value)).toBe(0);
  const before = made.memory.arena.takenBytes;
  for (let row = 1; row < 2 << ROW_BITS; row++) made.insert(row, 'x'.repeat(40));
  expect(made.column.rewriteBytes(long, 0)).toBeGreaterThan(ROWS_PER_PAGE * (4 + 2 + 40));
  const room = made.column.rewriteBytes(long, 0) + made.column.rewriteBytes(long, ROWS_PER_PAGE);
  made.column.replace(0, long);
  made.column.replace(ROWS_PER_PAGE, long);
  expect(made.memory.arena.takenBytes - before).toBeLessThanOrEqual(room + 65_536);
  made.clear();
});
