import { ROWS_PER_PAGE, type Column, type LiveRows, type Slice, type Work } from '@weft/data';
import { PartOrder, ROWS_AT_ONCE_MAX } from '../index/part-order.ts';
import type { Table } from '../table/table.ts';
import { hashRows } from '../table/values-probe.ts';
import { RowHash } from './row-hash.ts';
import { SlotDigests } from './slot-digests.ts';

/**
 * Reads all rows of a table, and finds each through its key: their digests by slot. The table must not change meanwhile, or the caller keeps
 * account of what does. `since`: rows whose last change is not behind this position are left out, pages of them without being read.
 */
export function* digestTable(table: Table, slice: Slice, since = 0): Work<SlotDigests> {
  const digests = new SlotDigests();
  const hash = new RowHash(table.schema);
  const slot = table.columns[table.schema.columns.findIndex(({ role }) => role === 'slot')];
  const lsn = table.columns[table.schema.columns.findIndex(({ role }) => role === 'lsn')];
  const { live, columns } = table;
  const rows = new Int32Array(ROWS_PER_PAGE);
  const hashes = new Int32Array(ROWS_AT_ONCE_MAX);
  const scratch = new Int32Array(ROWS_AT_ONCE_MAX);
  const pages = pagesBehind(live, lsn, since);
  const { keyIndex, keyColumns } = table.rowParts;
  const order = { rows: pages.reduce((sum, page) => sum + live.countIn(page), 0), indexRows: live.count };
  const keys = new PartOrder(order, (keyHash, row) => {
    if (keyIndex.candidate(keyHash) === row || isFound(table, row)) return;
    // A row that its key does not lead to is not there for those who ask.
    digests.remove(slot.get(row) as number, hash.ofRow(columns, row));
  });
  for (const page of pages) {
    const count = keepLater(lsn, rows.subarray(0, live.listIn(page, rows)), since);
    for (let from = 0; from < count; from += ROWS_AT_ONCE_MAX) {
      const some = rows.subarray(from, Math.min(count, from + ROWS_AT_ONCE_MAX));
      hash.ofRows(columns, some, hashes, scratch);
      for (let i = 0; i < some.length; i++) digests.add(slot.get(some[i]) as number, hashes[i]);
      hashRows(keyColumns, some, hashes);
      if (keys.add(hashes, some)) yield* keys.flush(slice);
      if (slice.isOver()) yield;
    }
  }
  yield* keys.flush(slice);
  return digests;
}

/** Pages with a row whose last change may be behind a position. */
function pagesBehind(live: LiveRows, lsn: Column, since: number): number[] {
  const pages: number[] = [];
  for (let page = 0; page < live.pages.length; page++)
    if (live.pages[page] !== undefined && lsn.zones.max(page) > since) pages.push(page);
  return pages;
}

/** Puts the rows in front whose last change is behind a position. How many. */
function keepLater(lsn: Column, rows: Int32Array, since: number): number {
  let count = 0;
  for (const row of rows) if ((lsn.get(row) as number) > since) rows[count++] = row;
  return count;
}

/** Where another row has the same hash. */
function isFound(table: Table, row: number): boolean {
  const { keyColumns } = table.rowParts;
  const key = keyColumns.map((column) => column.get(row));
  return table.find(key.length === 1 ? key[0] : key) === row;
}
