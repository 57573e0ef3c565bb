import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scalarKinds, valuesOf } from '../kind/testing/kinds.ts';
import { ROWS_PER_PAGE } from '../memory/layout.ts';
import type { Kind } from '../type/schema.ts';
import type { BatchColumn } from './batch-column.ts';
import { columnSchema, testColumn, type TestColumn } from './column.fixture.ts';
import { LsnColumn } from './lsn-column.ts';
import { testMemory } from '../memory/memory.fixture.ts';
import { ValueRun } from './value-run.ts';

const kinds: readonly Kind[] = [...scalarKinds, { name: 'json' }];

/** The ways in which a batch may hold these values, all of which a reader of files uses. */
function formsOf(kind: Kind, values: readonly unknown[]): BatchColumn[] {
  const distinct = [undefined, ...new Set(values)];
  const forms: BatchColumn[] = [
    { ordinal: 0, data: values },
    { ordinal: 0, data: Uint32Array.from(values, (value) => distinct.indexOf(value)), values: distinct },
  ];
  const fallback = values.find((value) => value !== undefined);
  const present = Uint8Array.from(values, (value) => (value === undefined ? 0 : 1));
  forms.push({ ordinal: 0, data: values.map((value) => (value === undefined ? fallback : value)), present });
  if (kind.name === 'timestamp' && kind.as === 'date') {
    const millis = Float64Array.from(values, (value) => (value === undefined ? 0 : (value as Date).getTime()));
    forms.push({ ordinal: 0, data: millis, as: 'millis', ...(values.includes(undefined) && { present }) });
  }
  return forms;
}

function expectEqual(actual: TestColumn, expected: TestColumn, rows: readonly number[]): void {
  for (const row of rows) {
    expect(actual.column.get(row)).toEqual(expected.column.get(row));
    expect(actual.column.isNull(row)).toBe(expected.column.isNull(row));
  }
  // All rows are on the first page; the bounds of others lie in memory that nobody has set.
  const bounds = ({ column: { zones } }: TestColumn): number[] => [zones.min(0), zones.max(0), zones.nulls(0)];
  expect(bounds(actual)).toEqual(bounds(expected));
}

test.each(kinds.map((kind) => [JSON.stringify(kind), kind] as const))(
  'a run of %s holds what the same values hold that are set one by one',
  (_, kind) => {
    fc.assert(
      fc.property(
        fc.array(fc.option(valuesOf(kind), { nil: undefined }), { minLength: 1, maxLength: 24 }),
        fc.boolean(),
        fc.nat(ROWS_PER_PAGE - 60),
        (mixed, isOptional, row) => {
          const values = isOptional ? mixed : mixed.filter((value) => value !== undefined);
          if (values.length === 0) return;
          for (const form of formsOf(kind, values)) {
            // Every second row of the batch, then all: runs take what they are told to.
            const picks = Int32Array.from(values.keys()).filter((at) => at % 2 === 0);
            const [runs, single] = [
              testColumn(kind, { optional: isOptional }),
              testColumn(kind, { optional: isOptional }),
            ];
            for (const { addPage } of [runs, single]) addPage(0);
            const run = new ValueRun(columnSchema(kind, isOptional), form);
            const all = Int32Array.from(values.keys());
            const places = [
              [row, picks],
              [row + picks.length, all],
            ] as const;
            for (const [from, chosen] of places) {
              runs.column.setRun(from, run, chosen);
              for (const [i, at] of chosen.entries()) single.insert(from + i, values[at]);
              runs.live.addRun(from, chosen.length);
            }
            const written = Array.from({ length: picks.length + values.length }, (_unused, i) => row + i);
            expectEqual(runs, single, written);
            // Rows let go of what they hold: codes are counted as well as texts in the heap.
            for (const column of [runs, single]) for (const at of written) column.remove(at);
            expect(runs.live.count).toBe(0);
          }
        },
      ),
      { numRuns: 30 },
    );
  },
);

test('a run that meets more texts than a dictionary takes goes on as text', () => {
  const kind: Kind = { name: 'string' };
  const texts = Array.from({ length: 20_000 }, (_, i) => `text number ${i}`);
  const run = new ValueRun(columnSchema(kind, false), {
    ordinal: 0,
    data: Uint32Array.from(texts.keys()),
    values: texts,
  });
  const made = testColumn(kind, { optional: false });
  for (let page = 0; page * ROWS_PER_PAGE < texts.length; page++) {
    made.addPage(page);
    const from = page * ROWS_PER_PAGE;
    const rows = Math.min(ROWS_PER_PAGE, texts.length - from);
    for (let at = 0; at < rows; at += 256) {
      const picks = Int32Array.from({ length: Math.min(256, rows - at) }, (_, i) => from + at + i);
      made.column.setRun(from + at, run, picks);
      made.live.addRun(from + at, picks.length);
    }
  }
  expect(made.column.hasCodes(made.live.pageCount - 1)).toBe(false);
  expect(texts.filter((text, row) => made.column.get(row) !== text)).toEqual([]);
});

test('codes of a batch are looked up again once their texts have others', () => {
  const kind: Kind = { name: 'string' };
  const made = testColumn(kind, { optional: false });
  made.addPage(0);
  const run = new ValueRun(columnSchema(kind, false), { ordinal: 0, data: Uint32Array.of(0), values: ['first'] });
  const pick = Int32Array.of(0);
  made.insert(0, 'first');
  made.column.setRun(1, run, pick);
  made.live.addRun(1, 1);
  for (const row of [0, 1]) made.remove(row);
  made.insert(0, 'second');
  made.column.setRun(1, run, pick);
  made.live.addRun(1, 1);
  expect([made.column.get(0), made.column.get(1)]).toEqual(['second', 'first']);
});

test('a snapshot does not see a run that is written to its page', () => {
  const made = testColumn({ name: 'int32' }, { optional: false });
  made.addPage(0);
  made.insert(0, 7);
  made.insert(1, 8);
  const frozen = made.freeze();
  made.remove(1);
  const run = new ValueRun(columnSchema({ name: 'int32' }, false), { ordinal: 0, data: Int32Array.of(1, 2, 3) });
  made.column.setRun(1, run, Int32Array.of(0, 1, 2));
  expect([0, 1].map((row) => frozen.column.get(row))).toEqual([7, 8]);
  expect([1, 2, 3].map((row) => made.column.get(row))).toEqual([1, 2, 3]);
  frozen.close();
});

test('positions in a row are a sequence', () => {
  const column = new LsnColumn(columnSchema({ name: 'int64' }, false), testMemory());
  column.addPage(0, 0);
  column.setSequence(5, 3, 2 ** 40);
  expect([5, 6, 7].map((row) => column.get(row))).toEqual([2 ** 40, 2 ** 40 + 1, 2 ** 40 + 2]);
  expect([column.zones.min(0), column.zones.max(0)]).toEqual([2 ** 40, 2 ** 40 + 2]);
});
