import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ROWS_PER_PAGE } from '../memory/layout.ts';
import { testColumn, type TestColumn } from './column.fixture.ts';
import type { StringColumn } from './string-column.ts';

const ROWS = 40;

interface Step {
  readonly do: 'write' | 'remove' | 'freeze' | 'close';
  readonly row: number;
  /** How the value differs from the one before: 0 repeats an old one. */
  readonly next: number;
  readonly isAbsent: boolean;
}

const steps = fc.array(
  fc.record({
    do: fc.constantFrom('write', 'write', 'write', 'write', 'remove', 'freeze', 'close'),
    row: fc.nat(ROWS - 1),
    next: fc.nat(2),
    isAbsent: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
  }),
  { minLength: 50, maxLength: 400, size: 'max' },
) as fc.Arbitrary<Step[]>;

interface Snapshot {
  readonly frozen: StringColumn;
  readonly rows: ReadonlyMap<number, string | undefined>;
  readonly close: () => void;
}

function expectTexts(column: StringColumn, rows: ReadonlyMap<number, string | undefined>): void {
  expect([...rows.keys()].map((row) => column.get(row))).toEqual([...rows.values()]);
}

/** Compares what a snapshot shows with what there was when it opened. */
function close(snapshot: Snapshot | undefined): void {
  if (snapshot === undefined) return;
  expectTexts(snapshot.frozen, snapshot.rows);
  snapshot.close();
}

/** Codes that rows hold, found by looking. */
function usedCodes({ column, live }: TestColumn): number {
  const { codePages } = column as StringColumn;
  const codes = new Set<number>();
  for (let row = 0; row < ROWS; row++) if (live.has(row) && !column.isNull(row)) codes.add(codePages[0]![row]!);
  return codes.size;
}

test('texts that follow one another, with snapshots open, are what was written, and codes are as many as are held', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const made = testColumn({ name: 'string' });
      made.addPage(0);
      const column = made.column as StringColumn;
      const model = new Map<number, string | undefined>();
      const open: Snapshot[] = [];
      let serial = 0;
      for (const { do: verb, row, next, isAbsent } of sequence) {
        if (verb === 'freeze') {
          const { column: frozen, close: end } = made.freeze();
          open.push({ frozen: frozen as StringColumn, rows: new Map(model), close: end });
        } else if (verb === 'close') close(open.splice(row % Math.max(1, open.length), 1)[0]);
        else if (verb === 'remove') {
          if (model.delete(row)) made.remove(row);
        } else {
          serial += next;
          const value = isAbsent ? undefined : `text ${next === 0 ? Math.floor(serial / 2) : serial}`;
          if (model.has(row)) column.replace(row, value);
          else made.insert(row, value);
          model.set(row, value);
        }
      }
      expectTexts(column, model);
      expect(column.dictionary!.usedCount).toBe(usedCodes(made));
      for (const snapshot of open) close(snapshot);
      made.clear();
    }),
    { numRuns: 60 },
  );
});

test('a dictionary is no larger than the texts that are held at one time, however many there have been', () => {
  const made = testColumn({ name: 'string' });
  for (const page of [0, 1, 2]) made.addPage(page);
  const column = made.column as StringColumn;
  for (let at = 0; at < 3 * ROWS_PER_PAGE; at++) made.insert(at, `first ${at >>> 3}`);
  const { length } = column.dictionary!;
  for (let round = 0; round < 20; round++)
    for (let at = 0; at < 3 * ROWS_PER_PAGE; at++) column.replace(at, `round ${round} ${at >>> 3}`);
  expect(column.dictionary!.length).toBeLessThan(length + 10);
  expect([column.hasCodes(0), column.hasCodes(2), column.get(9)]).toEqual([true, true, 'round 19 1']);
  made.clear();
});

test('rows of a page that leaves the codes hold them no more', () => {
  const made = testColumn({ name: 'string' });
  for (const page of [0, 1]) made.addPage(page);
  const column = made.column as StringColumn;
  for (let at = 0; at < 2 * ROWS_PER_PAGE; at++) made.insert(at, `text ${at % 100}`);
  made.remove(5);
  // Too long for a dictionary: its page leaves.
  column.replace(3, 'x'.repeat(300));
  expect([column.hasCodes(0), column.hasCodes(1), column.dictionary!.usedCount]).toEqual([false, true, 100]);
  for (let at = ROWS_PER_PAGE; at < 2 * ROWS_PER_PAGE; at++) made.remove(at);
  expect(column.dictionary!.usedCount).toBe(0);
  expect([column.get(3)?.length, column.get(4)]).toEqual([300, 'text 4']);
  made.clear();
});
