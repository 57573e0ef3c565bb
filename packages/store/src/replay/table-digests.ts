import { ROW_BITS, ROWS_PER_PAGE, type Slice, type Work } from '@weft/data';
import type { Table } from '../table/table.ts';
import { hashOfRow } from '../table/values-probe.ts';
import { RowHash } from './row-hash.ts';
import { SlotDigests } from './slot-digests.ts';

/** Rows between two looks at the clock: some 0.1 ms. */
const ROWS_PER_STEP = 64;

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
  let steps = 0;
  for (let page = 0; page < live.pages.length; page++) {
    if (live.pages[page] === undefined || lsn.zones.max(page) <= since) continue;
    const first = page << ROW_BITS;
    for (let row = first; row < first + ROWS_PER_PAGE; row++) {
      if (!live.has(row) || (lsn.get(row) as number) <= since) continue;
      // A row that its key does not lead to is not there for those who ask.
      if (isFound(table, row)) digests.add(slot.get(row) as number, hash.ofRow(columns, row));
      if (++steps % ROWS_PER_STEP === 0 && slice.isOver()) yield;
    }
  }
  return digests;
}

/** Nearly always the row is the first with its hash; else its key is read and asked for. */
function isFound(table: Table, row: number): boolean {
  const { keyIndex, keyColumns } = table.rowParts;
  if (keyIndex.candidate(hashOfRow(keyColumns, row)) === row) return true;
  const key = keyColumns.map((column) => column.get(row));
  return table.find(key.length === 1 ? key[0] : key) === row;
}
