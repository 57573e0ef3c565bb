import { newCounters, ROWS_PER_PAGE, type Predicate } from '@weft/data';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testTable } from '../store.fixture.ts';
import type { TableView } from '../snapshot/table-snapshot.ts';
import { matchesOf, Order, orderOf, orderPredicate } from './query.fixture.ts';
import { RowScan } from './row-scan.ts';

const made = testTable(Order);
const { arena } = made;
for (let id = 0; id < 3.5 * ROWS_PER_PAGE; id++) made.write(orderOf(id));
for (let id = 0; id < ROWS_PER_PAGE; id += 3) made.port.delete(id);

function scanned(
  view: TableView,
  where: Predicate | undefined,
): { rows: number[]; counters: ReturnType<typeof newCounters> } {
  const counters = newCounters();
  const scan = new RowScan({ view, arena, where, counters });
  const rows: number[] = [];
  for (let found = scan.step(); found >= 0; found = scan.step()) rows.push(...scan.rows.subarray(0, found));
  scan.close();
  return { rows, counters };
}

test('a scan finds the rows that match in row order, whoever evaluates', () => {
  fc.assert(
    fc.property(orderPredicate, (where) => {
      expect(scanned(made.table, where).rows).toEqual(matchesOf(made.table, where));
    }),
    { numRuns: 60 },
  );
});

test('all rows are found where there is no predicate', () => {
  expect(scanned(made.table, undefined).rows.length).toBe(made.table.rowCount);
});

test('numbers and codes go through a kernel, text kept as refs row by row, and a mixture through both', () => {
  expect(
    scanned(
      made.table,
      made.where((r: any) => r.qty.gt(50)),
    ).counters.evaluator,
  ).toBe('kernel');
  expect(scanned(made.table, made.where({ symbol: 'S3' })).counters.evaluator).toBe('kernel');
  expect(
    scanned(
      made.table,
      made.where((r: any) => r.note.contains('9')),
    ).counters.evaluator,
  ).toBe('rows');
  const mixed = made.where((r: any) => r.qty.gt(50).and(r.note.endsWith('9')));
  expect(scanned(made.table, mixed)).toMatchObject({
    rows: matchesOf(made.table, mixed),
    counters: { evaluator: 'kernel' },
  });
});

test('pages that zone maps rule out are counted as skipped and none of their rows as read', () => {
  const { rows, counters } = scanned(
    made.table,
    made.where((r: any) => r.at.ge(new Date(1_700_000_000_000 + 3 * ROWS_PER_PAGE))),
  );
  expect(rows.length).toBe(ROWS_PER_PAGE / 2);
  expect([counters.pagesTotal, counters.pagesSkipped]).toEqual([4, 3]);
  expect(counters.rowsRead).toBeLessThanOrEqual(ROWS_PER_PAGE);
});

test('a scan over a snapshot sees the snapshot while the table changes between steps', () => {
  const snapshot = made.snapshot();
  const where = made.where((r: any) => r.qty.gt(50))!;
  const expected = matchesOf(snapshot, where);
  const scan = new RowScan({ view: snapshot, arena, where, counters: newCounters() });
  const rows: number[] = [];
  let id = 0;
  for (let found = scan.step(); found >= 0; found = scan.step()) {
    rows.push(...scan.rows.subarray(0, found));
    for (let i = 0; i < 50; i++, id += 7) made.write({ ...orderOf(id % 20_000), qty: 0 });
  }
  scan.close();
  expect(rows).toEqual(expected);
  snapshot.release();
});
