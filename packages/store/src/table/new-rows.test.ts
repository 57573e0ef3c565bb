import {
  Arena,
  defineType,
  Governor,
  GRANT_BYTES,
  runBatchOf,
  ROWS_PER_PAGE,
  t,
  type AnyType,
  type BatchColumn,
} from '@weft/data';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gathered, testTable, type TestTable } from '../store.fixture.ts';
import { expectIndexesInStep, Indexed } from './table.fixture.ts';

const arena = new Arena({ segmentBytes: 1 << 28, segmentsMax: 4, poison: true });

const Part = defineType(
  'Part',
  {
    id: t.int32(),
    group: t.string().index('hash'),
    amount: t.int32().optional().index('ordered'),
    at: t.timestamp(),
    note: t.string().default('none'),
    version: t.version(),
  },
  { key: ['group', 'id'], ttl: '1h' },
);
const Plain = defineType('Plain', { id: t.int32(), n: t.int32() }, { key: 'id' });

interface PartRow {
  readonly id: number;
  readonly group: string;
  readonly amount?: number | undefined;
  readonly at: Date;
  readonly note?: string | undefined;
}

function columnsOf(type: AnyType, rows: readonly object[]): BatchColumn[] {
  return type.schema.columns
    .filter(({ name }) => rows.some((row) => name in row))
    .map(({ name, ordinal }) => ({ ordinal, data: rows.map((row) => (row as Record<string, unknown>)[name]) }));
}

/** Stores the first of the rows that are new; how many. */
function insert(made: TestTable, type: AnyType, rows: readonly object[]): number {
  const batch = runBatchOf(type.schema, { rows: rows.length, columns: columnsOf(type, rows) });
  const picks = Int32Array.from(rows.keys());
  const { keyCode } = made.table;
  const routing = batch.columns[type.schema.routing];
  const slots = picks.map((at) => keyCode.slotOfRouting(routing.at(at)));
  return made.table.inserter(rows.length, batch.rowBytes)!.insert(batch.columns, picks, slots);
}

/** The same of all rows, those whose key is there one by one. */
function insertAll(made: TestTable, type: AnyType, rows: readonly object[]): void {
  for (let done = 0; done < rows.length;) {
    const count = insert(made, type, rows.slice(done, done + 256));
    done += count;
    if (count < 256 && done < rows.length) made.write(rows[done++]);
  }
}

function all(made: TestTable): object[] {
  return gathered(made.port.find(made.plan()));
}

const rows: fc.Arbitrary<PartRow[]> = fc.array(
  fc.record({
    id: fc.nat(30),
    group: fc.constantFrom('a', 'ü', 'long enough for a cell of its own'),
    amount: fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined }),
    at: fc.nat(10).map((s) => new Date(s * 1000)),
    note: fc.option(fc.constantFrom('n', 'x'.repeat(300)), { nil: undefined }),
  }),
  { maxLength: 40 },
);

test('rows that come in runs are the rows that come one by one, with indexes, versions, defaults and times of expiry', () => {
  fc.assert(
    fc.property(rows, rows, fc.array(fc.nat(90)), (before, batch, gone) => {
      const [runs, single] = [testTable(Part, { arena }), testTable(Part, { arena })];
      for (const made of [runs, single]) {
        for (const row of before) made.write(row);
        for (const at of gone) {
          const row = before[at];
          if (row !== undefined) made.port.delete(made.table.keyCode.check({ group: row.group, id: row.id }));
        }
      }
      const open = runs.snapshot();
      single.snapshot();
      const seen = open.live.count;
      insertAll(runs, Part, batch);
      for (const row of batch) single.write(row);
      expect(all(runs)).toEqual(all(single));
      expect(open.live.count).toBe(seen);
      expectIndexesInStep(runs.table);
      const { columns } = runs.table;
      for (const [ordinal, column] of columns.entries())
        for (let row = 0; row < runs.table.live.rowCount; row++)
          if (runs.table.live.has(row)) expect(column.get(row)).toEqual(single.table.columns[ordinal].get(row));
      for (const made of [runs, single]) made.port.clear();
    }),
    { numRuns: 200 },
  );
});

test('a run ends at the first key that is there, in the table or in the run itself', () => {
  const made = testTable(Plain, { arena });
  made.write({ id: 3, n: 30 });
  expect(
    insert(
      made,
      Plain,
      [1, 2, 3, 4].map((id) => ({ id, n: id })),
    ),
  ).toBe(2);
  expect(
    insert(
      made,
      Plain,
      [7, 8, 7, 9].map((id) => ({ id, n: id })),
    ),
  ).toBe(2);
  expect(insert(made, Plain, [{ id: 3, n: 1 }])).toBe(0);
  expect(all(made)).toEqual([
    { id: 3, n: 30 },
    { id: 1, n: 1 },
    { id: 2, n: 2 },
    { id: 7, n: 7 },
    { id: 8, n: 8 },
  ]);
});

test('runs fill the places of rows that went, and go on over the ends of pages', () => {
  const made = testTable(Plain, { arena });
  const ids = Array.from({ length: 2 * ROWS_PER_PAGE }, (_, id) => ({ id, n: id }));
  insertAll(made, Plain, ids);
  for (let id = 0; id < 1200; id += 2) made.port.delete(id);
  expect(made.table.live.pageCount).toBe(2);
  insertAll(
    made,
    Plain,
    Array.from({ length: 600 + ROWS_PER_PAGE }, (_, i) => ({ id: -1 - i, n: i })),
  );
  expect([made.table.live.pageCount, made.table.rowCount]).toEqual([3, 3 * ROWS_PER_PAGE]);
  expect([made.port.get(-1), made.port.get(-600 - ROWS_PER_PAGE), made.port.get(1)]).toEqual([
    { id: -1, n: 0 },
    { id: -600 - ROWS_PER_PAGE, n: 599 + ROWS_PER_PAGE },
    { id: 1, n: 1 },
  ]);
  expectIndexesInStep(made.table);
});

test('no runs where more than its key may refuse a row, where rows go to make room, and where memory is short', () => {
  const Cached = defineType('Cached', { id: t.int32(), n: t.int32() }, { key: 'id', evict: 'lru' });
  expect(testTable(Indexed, { arena }).table.inserter(1, 0)).toBeUndefined();
  expect(testTable(Cached, { arena }).table.inserter(1, 0)).toBeUndefined();
  const governor = new Governor({ limitBytes: 2 * GRANT_BYTES });
  const small = testTable(Plain, { arena: new Arena({ segmentBytes: 1 << 24, governor, poison: true }) });
  expect(small.table.inserter(1, 1 << 24)).toBeUndefined();
  expect(testTable(Plain, { arena }).table.inserter(256, 64)).toBeDefined();
});
