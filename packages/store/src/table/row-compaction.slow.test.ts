import { defineType, ROWS_PER_PAGE, t } from '@weft/data';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drained, pausing, testTable, type TestTable } from '../store.fixture.ts';
import { expectIndexesInStep, Indexed } from './table.fixture.ts';

const Row = defineType('Row', { id: t.int32().index('ordered'), text: t.string().optional() }, { key: 'id' });
const PAGES = 8;

/** Pages full of rows, of which `kept` of 16 are left, here and there. */
function sparse(kept: number): { made: TestTable; ids: number[] } {
  const made = testTable(Row);
  const ids: number[] = [];
  for (let id = 0; id < PAGES * ROWS_PER_PAGE; id++) made.write(rowOf(id));
  const release = made.table.rowCompaction.hold();
  for (let id = 0; id < PAGES * ROWS_PER_PAGE; id++) {
    if ((id * 7) % 16 < kept) ids.push(id);
    else made.port.delete(id);
  }
  release();
  return { made, ids };
}

function rowOf(id: number): object {
  return { id, text: id % 3 === 0 ? undefined : `text ${id % 1000}` };
}

function pagesOf({ table }: TestTable): number {
  return table.live.capacity / ROWS_PER_PAGE;
}

/** Writes that change nothing but let the housekeeping go on. */
function touch(made: TestTable, id: number, times: number): void {
  for (let i = 0; i < times; i++) made.write(rowOf(id));
}

test('rows left here and there go together, a few with each write, and the pages they leave give their memory back', () => {
  // The arena is shared with the tables of other tests.
  const othersBytes = testTable(Row).arena.takenBytes;
  const { made, ids } = sparse(2);
  expect(pagesOf(made)).toBe(PAGES);
  const bytes = made.arena.takenBytes - othersBytes;
  touch(made, ids[0]!, 1);
  expect(made.table.rowCompaction.moved).toBeLessThanOrEqual(2);
  touch(made, ids[0]!, ids.length);
  expect(pagesOf(made)).toBeLessThan(PAGES / 2);
  expect(made.arena.takenBytes - othersBytes).toBeLessThan(bytes * 0.6);
  for (const id of ids) expect(made.port.get(id)).toEqual(rowOf(id));
  expect(made.table.rowCount).toBe(ids.length);
  expectIndexesInStep(made.table);
  made.port.clear();
});

test('pages that are half full stay as they are', () => {
  const { made, ids } = sparse(9);
  touch(made, ids[0]!, 1000);
  expect([pagesOf(made), made.table.rowCompaction.moved]).toEqual([PAGES, 0]);
  made.port.clear();
});

test('an open snapshot shows every row once while they move beneath it', () => {
  const { made, ids } = sparse(1);
  const snapshot = made.snapshot();
  touch(made, ids[0]!, ids.length);
  expect(made.table.rowCompaction.moved).toBeGreaterThan(1000);
  const seen: unknown[] = [];
  for (let row = 0; row < snapshot.live.rowCount; row++)
    if (snapshot.live.has(row)) seen.push(made.table.rowCode.load(snapshot.columns, row));
  expect(seen).toEqual(ids.map(rowOf));
  snapshot.release();
  made.port.clear();
});

test('a change that pauses meets every row, though rows would have moved meanwhile', () => {
  const { made, ids } = sparse(1);
  const { moved } = made.table.rowCompaction;
  const changed = drained(
    made.port.change(undefined, [{ op: 'set', column: 'text', value: 'changed' }], pausing()),
    () => touch(made, ids[0]!, 20),
  );
  expect(changed).toBeGreaterThanOrEqual(ids.length - 1);
  expect(made.table.rowCompaction.moved).toBe(moved);
  const texts = new Set(ids.slice(1).map((id) => (made.port.get(id) as { text?: string }).text));
  expect([...texts]).toEqual(['changed']);
  touch(made, ids[0]!, 100);
  expect(made.table.rowCompaction.moved).toBeGreaterThan(moved);
  made.port.clear();
});

test('rows that are removed while their page is being emptied are not missed, nor are those that come', () => {
  const { made, ids } = sparse(2);
  touch(made, ids[0]!, 50);
  const rest = ids.filter((_, at) => at % 2 === 0);
  for (const [at, id] of ids.entries()) if (at % 2 === 1) made.port.delete(id);
  for (let id = 1_000_000; id < 1_002_000; id++) made.write(rowOf(id));
  for (const id of rest) expect(made.port.get(id)).toEqual(rowOf(id));
  expect(made.table.rowCount).toBe(rest.length + 2000);
  expectIndexesInStep(made.table);
  made.port.clear();
});

test('indexes of every sort follow the rows that move', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat(9)), (random) => {
      const made = testTable(Indexed);
      const next = (): number => random.next().value as number;
      const count = 4 * ROWS_PER_PAGE;
      for (let id = 0; id < count; id++)
        made.write({ id, group: 'g', amount: id % 50, name: `n${id % 9}`, code: `c${id}`, note: 'x' });
      for (let id = 0; id < count; id++) if (next() > 0) made.port.delete(made.table.keyCode.check({ group: 'g', id }));
      const left = made.table.rowCount;
      for (let i = 0; i < left; i++) made.write({ id: count, group: 'g', version: i } as object);
      expect(made.table.rowCompaction.moved).toBeGreaterThan(0);
      expectIndexesInStep(made.table);
      made.port.clear();
    }),
    { numRuns: 1 },
  );
});
