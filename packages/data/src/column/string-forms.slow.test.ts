import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ROW_BITS, ROWS_PER_PAGE } from '../memory/layout.ts';
import { testColumn, type TestColumn } from './column.fixture.ts';
import type { StringColumn } from './string-column.ts';
import { INLINE_REWRITE_BYTES, REWRITE_BYTES_MAX } from './string-room.ts';

/** Texts after which a column knows what form suits it. */
const KNOWN = 257;
/** A heap page, copies of null bitmap and bounds, and a page of the largest ordinary cells. */
const ORDINARY_BYTES = 65_536 + 4096 + ROWS_PER_PAGE * 16;

interface TestStrings extends Omit<TestColumn, 'column' | 'freeze'> {
  readonly column: StringColumn;
  freeze(): { readonly column: StringColumn; close(): void };
}

/** A column of values that differ, as of a key. */
function keys(): TestStrings {
  const made = testColumn({ name: 'string' }, { isDistinct: true }) as unknown as TestStrings;
  made.addPage(0);
  return made;
}

/** Fills rows from..to-1 with texts of `length` bytes that all differ. */
function fill(made: TestStrings, from: number, to: number, length: number): void {
  for (let row = from; row < to; row++) made.insert(row, textOf(row, length));
}

function textOf(row: number, length: number): string {
  return String(row).padStart(length, 'k');
}

function strideOf({ column }: Pick<TestStrings, 'column'>, page: number): number {
  return (column.inlinePages[page]?.length ?? 0) / ROWS_PER_PAGE;
}

test('short texts of a key come to lie in their cells as soon as enough are known, and none is left in the heap', () => {
  const made = keys();
  fill(made, 0, KNOWN - 1, 16);
  expect(strideOf(made, 0)).toBe(0);
  fill(made, KNOWN - 1, ROWS_PER_PAGE, 16);
  expect([strideOf(made, 0), made.heap.liveBytes]).toEqual([16, 0]);
  for (let row = 0; row < ROWS_PER_PAGE; row++) expect(made.column.get(row)).toBe(textOf(row, 16));
  made.addPage(1);
  expect([strideOf(made, 1), made.column.bytes]).toEqual([16, 2 * ROWS_PER_PAGE * 16 + 1024]);
  made.clear();
});

test('a page takes the form that suits the texts since the page before', () => {
  const made = keys();
  fill(made, 0, ROWS_PER_PAGE, 16);
  made.addPage(1);
  fill(made, ROWS_PER_PAGE, 2 * ROWS_PER_PAGE, 10);
  made.addPage(2);
  expect([0, 1, 2].map((page) => strideOf(made, page))).toEqual([16, 16, 10]);
  fill(made, 2 * ROWS_PER_PAGE, 2 * ROWS_PER_PAGE + KNOWN, 40);
  made.addPage(3);
  // The page that met them is one of refs too.
  expect([2, 3].map((page) => strideOf(made, page))).toEqual([0, 0]);
  fill(made, 3 * ROWS_PER_PAGE, 3 * ROWS_PER_PAGE + 10, 8);
  made.addPage(4);
  // Ten texts say too little.
  expect(strideOf(made, 4)).toBe(0);
  expect(made.column.get(7)).toBe(textOf(7, 16));
  made.clear();
});

test('a text longer than its cell has the cells of its page grow, or the page keep refs where that takes less', () => {
  const made = keys();
  fill(made, 0, 1000, 8);
  made.insert(1000, undefined);
  made.column.replace(3, 'twelve bytes');
  expect(made.column.inlinePages[0]!.subarray(12_000, 12_012).every((byte) => byte === 0)).toBe(true);
  made.column.replace(5, undefined);
  expect(made.column.inlinePages[0]!.subarray(60, 72).every((byte) => byte === 0)).toBe(true);
  made.column.replace(5, textOf(5, 8));
  expect([strideOf(made, 0), made.column.get(3), made.column.get(4)]).toEqual([12, 'twelve bytes', textOf(4, 8)]);
  made.column.replace(4, 'ö'.repeat(12));
  expect([strideOf(made, 0), made.heap.liveBytes]).toEqual([0, 998 * 9 + 13 + 25]);
  expect([3, 4, 5, 1000].map((row) => made.column.get(row))).toEqual([
    'twelve bytes',
    'ö'.repeat(12),
    textOf(5, 8),
    undefined,
  ]);
  made.clear();
});

test('a dictionary that is given up leaves its short texts to cells', () => {
  const made = testColumn({ name: 'string' }) as unknown as TestStrings;
  for (let page = 0; page < 3; page++) made.addPage(page);
  fill(made, 0, 2 * ROWS_PER_PAGE + 1, 10);
  expect([0, 1, 2].map((page) => strideOf(made, page))).toEqual([10, 10, 10]);
  made.addPage(3);
  expect([strideOf(made, 3), made.column.dictionary, made.heap.liveBytes]).toEqual([10, undefined, 0]);
  for (const row of [0, ROWS_PER_PAGE, 2 * ROWS_PER_PAGE]) expect(made.column.get(row)).toBe(textOf(row, 10));
  made.clear();
});

test('a frozen twin reads its cells as they were, and another thread finds them', () => {
  const made = keys();
  fill(made, 0, 600, 16);
  const frozen = made.freeze();
  for (let row = 0; row < 300; row++) made.column.replace(row, 'new');
  made.column.replace(300, 'x'.repeat(40));
  expect([strideOf(made, 0), strideOf(frozen, 0)]).toEqual([0, 16]);
  const other = testColumn({ name: 'string' }, { memory: made.memory });
  other.column.adopt(structuredClone(frozen.column.describe()));
  for (let row = 0; row < 600; row++) {
    expect(frozen.column.get(row)).toBe(textOf(row, 16));
    expect(other.column.get(row)).toBe(textOf(row, 16));
  }
  frozen.close();
  expect(made.memory.epochs.pinnedBytes).toBe(0);
  made.clear();
});

test('clearing forgets what was known', () => {
  const made = keys();
  fill(made, 0, 600, 16);
  made.clear();
  made.addPage(0);
  made.insert(0, 'again');
  expect([strideOf(made, 0), made.column.get(0), made.column.rewriteBytes('x') > 0]).toEqual([0, 'again', true]);
  made.clear();
});

const place = fc.record({ page: fc.nat({ max: 2 }), at: fc.nat({ max: 5 }) });
const text = fc.oneof(
  { weight: 40, arbitrary: fc.string({ unit: 'binary-ascii', minLength: 6, maxLength: 8 }) },
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 4 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary-ascii', minLength: 9, maxLength: 40 }) },
  { weight: 4, arbitrary: fc.constant(undefined) },
);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('put' as const), place, text }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('empty' as const), page: fc.nat({ max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('open' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close' as const), at: fc.nat() }) },
);

function expectHolds(column: StringColumn, model: ReadonlyMap<number, string | undefined>): void {
  for (const [row, value] of model) {
    expect([row, column.get(row)]).toEqual([row, value]);
    expect(column.equals(row, value)).toBe(true);
    expect(column.isNull(row)).toBe(value === undefined);
    if (value === undefined) continue;
    expect([column.prefixOf(row), column.hashOf(row)]).toEqual([
      column.prefixOfValue(value),
      column.hashOfValue(value),
    ]);
    expect(column.heldBytes(row)).toBe(new TextEncoder().encode(value).length);
  }
}

test('whatever is written, removed and kept by snapshots, the column holds what an array would, in the room it announced', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), fc.boolean(), (steps, isDistinct) => {
      const made = testColumn({ name: 'string' }, { isDistinct }) as unknown as TestStrings;
      const { arena, epochs } = made.memory;
      const taken = arena.takenBytes;
      const model = new Map<number, string | undefined>();
      made.addPage(0);
      for (let row = 100; row < 100 + KNOWN; row++) {
        made.insert(row, textOf(row, 8));
        model.set(row, textOf(row, 8));
      }
      for (const page of [1, 2]) made.addPage(page);
      let open: { twin: ReturnType<TestStrings['freeze']>; kept: Map<number, string | undefined> }[] = [];
      for (const action of steps) {
        if (action.kind === 'put') {
          const row = (action.place.page << ROW_BITS) + action.place.at;
          const there = model.has(row) ? row : -1;
          const room = made.column.rewriteBytes(action.text, there) + made.column.wideBytes(there) + ORDINARY_BYTES;
          const most = made.column.rewriteBytesMax;
          expect(room - ORDINARY_BYTES).toBeLessThanOrEqual(most);
          expect(most).toBeLessThanOrEqual(REWRITE_BYTES_MAX);
          const before = arena.takenBytes;
          if (model.has(row)) made.column.replace(row, action.text);
          else made.insert(row, action.text);
          expect(arena.takenBytes - before).toBeLessThanOrEqual(room);
          model.set(row, action.text);
        } else if (action.kind === 'remove') {
          const row = (action.place.page << ROW_BITS) + action.place.at;
          if (model.delete(row)) made.remove(row);
        } else if (action.kind === 'empty') {
          for (const row of [...model.keys()].filter((each) => each >>> ROW_BITS === action.page)) {
            made.remove(row);
            model.delete(row);
          }
          made.column.removePage(action.page);
          made.column.addPage(action.page, 0);
        } else if (action.kind === 'open') open.push({ twin: made.freeze(), kept: new Map(model) });
        else if (open.length > 0) {
          const [closed] = open.splice(action.at % open.length, 1);
          expectHolds(closed!.twin.column, closed!.kept);
          closed!.twin.close();
        }
      }
      expectHolds(made.column, model);
      for (const { twin, kept } of open) {
        expectHolds(twin.column, kept);
        twin.close();
      }
      open = [];
      made.clear();
      (made.column.dictionary as { release(): void } | undefined)?.release();
      expect([epochs.pinnedBytes, arena.takenBytes]).toEqual([0, taken]);
    }),
    { numRuns: 150 },
  );
});

test('order of rows is that of their texts, whatever forms their pages have', () => {
  const made = keys();
  fill(made, 0, KNOWN, 8);
  made.addPage(1);
  made.column.set(ROWS_PER_PAGE, 'k'.repeat(7));
  made.column.set(ROWS_PER_PAGE + 1, 'z'.repeat(50));
  made.addPage(2);
  made.column.set(2 * ROWS_PER_PAGE, 'k'.repeat(9));
  const rows = [0, 1, 200, ROWS_PER_PAGE, ROWS_PER_PAGE + 1, 2 * ROWS_PER_PAGE];
  for (const a of rows) {
    for (const b of rows) {
      const [x, y] = [made.column.get(a)!, made.column.get(b)!];
      expect(Math.sign(made.column.compareRows(a, b))).toBe(x < y ? -1 : x > y ? 1 : 0);
      expect(Math.sign(made.column.compareTo(a, y))).toBe(x < y ? -1 : x > y ? 1 : 0);
    }
  }
  made.clear();
});

test('a write announces that a page may be rewritten: the first one until enough is known, others where the text does not fit', () => {
  const made = keys();
  made.insert(0, 'k');
  expect(made.column.rewriteBytes('k')).toBe(INLINE_REWRITE_BYTES);
  fill(made, 1, 2 * KNOWN, 16);
  const asked = ['k'.repeat(16), 'k'.repeat(17), 'ü'.repeat(9), undefined];
  expect(asked.map((value) => made.column.rewriteBytes(value, 0) > 0)).toEqual([false, true, true, false]);
  expect(asked.map((value) => made.column.rewriteBytes(value) > 0)).toEqual([false, true, true, false]);
  made.clear();
});

test('what a write may announce at most follows from the longest text of the dictionary, and is no less than any write announces', () => {
  const made = testColumn({ name: 'string' }, { isDistinct: false }) as unknown as TestStrings;
  for (let page = 0; page < 4; page++) made.addPage(page);
  const expectBound = (): number => {
    const most = made.column.rewriteBytesMax;
    for (const length of [1, 32, 33, 256, 257, 5000])
      for (const row of [-1, 0])
        expect(made.column.rewriteBytes('k'.repeat(length), row) + made.column.wideBytes(row)).toBeLessThanOrEqual(
          most,
        );
    return most;
  };
  made.insert(0, 'k'.repeat(20));
  expect(made.column.rewriteBytes('k'.repeat(257), 0)).toBeGreaterThan(0);
  expect(expectBound()).toBeLessThan(1.5 * 1024 * 1024);
  made.insert(1, 'ü'.repeat(256));
  expect(expectBound()).toBeLessThanOrEqual(REWRITE_BYTES_MAX);
  expect(made.column.rewriteBytesMax).toBeGreaterThan(10 * 1024 * 1024);
  made.insert(2, 'k'.repeat(257));
  expectBound();
  made.clear();
});

test('only cells of more than 16 bytes make a page larger than those of other columns', () => {
  const made = keys();
  fill(made, 0, KNOWN, 16);
  expect([made.column.wideBytes(0), made.column.wideBytes()]).toEqual([0, 0]);
  made.column.replace(1, 'k'.repeat(17));
  expect([made.column.wideBytes(0), made.column.wideBytes()]).toEqual([ROWS_PER_PAGE * 16, ROWS_PER_PAGE * 16]);
  made.clear();
});
