import { partitionOf, ROW_BITS, ROWS_PER_PAGE } from '@weft/data';
import type { Partition } from '../partition/partition.ts';
import { TableReplay } from '../replay/table-replay.ts';
import type { Table } from '../table/table.ts';
import type { Manifest } from './manifest.ts';
import { readJson, type PageSource } from './page-source.ts';
import { restoreBeside } from './restore-beside.ts';
import { restorePages, type RestorePace } from './restore-table.ts';
import type { StoredTable } from './stored-table.ts';

/** Rows between two looks at the slice: some 0.1 ms. */
const ROWS_PER_LOOK = 32;

/**
 * Fills new partitions with what a snapshot has of another number of them: row by row, each to the partition that its slot is in now.
 * Versions and expiries stay, as does what lay beside tables; positions begin anew, in the order of the old ones, so
 * that work queues stand as they stood. `scratch` makes a partition into which one table at a time is
 * read. Throws SNAPSHOT_DAMAGED, MEMORY_LIMIT.
 */
export async function restoreRows(
  manifest: Manifest,
  partitions: readonly Partition[],
  scratch: () => Partition,
  source: PageSource,
  pace: RestorePace,
): Promise<void> {
  const { partitions: stored } = manifest;
  for (const partition of partitions) {
    for (const declaration of stored[0]?.declarations ?? []) partition.log.types.adopt(declaration);
    for (const { schema } of partition.log.types.last()) partition.port(schema);
  }
  let base = 0;
  for (const { tables, declarations, lsn } of stored) {
    for (const name of tables) {
      const table = (await readJson(source, name)) as StoredTable;
      const declared = declarations.findLast(({ schema }) => schema.fingerprint === table.fingerprint)!;
      const from = scratch().port(declared.schema);
      try {
        await restorePages(from.table, table, source, pace);
        await moveRows(from.table, base, partitions, pace);
      } finally {
        from.clear();
      }
    }
    base += lsn;
  }
  for (const { log } of partitions) for (const { hlc } of stored) log.resumeAt(base, hlc);
  await restoreBeside(manifest, partitions, source, pace);
}

/** `base`: what the positions of rows are above. */
async function moveRows(
  { schema, live, columns }: Table,
  base: number,
  partitions: readonly Partition[],
  pace: RestorePace,
): Promise<void> {
  const to = partitions.map((partition) => new TableReplay(partition.port(schema).table));
  const slotOf = columns[schema.columns.findIndex(({ role }) => role === 'slot')];
  const lsnOf = columns[schema.columns.findIndex(({ role }) => role === 'lsn')];
  let rows = 0;
  for (let page = 0; page < live.pageCount; page++) {
    if (live.countIn(page) === 0) continue;
    for (let row = page << ROW_BITS; row < (page << ROW_BITS) + ROWS_PER_PAGE; row++) {
      if (!live.has(row)) continue;
      const slot = slotOf.get(row) as number;
      const number = partitionOf(slot, partitions.length);
      const values = columns.map((column) => column.get(row));
      to[number].insert(values, slot, base + (lsnOf.get(row) as number));
      if (++rows % ROWS_PER_LOOK === 0 && pace.slice.isOver()) await pace.turns.next();
    }
  }
}
