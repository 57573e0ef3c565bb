import { assert } from '@weft/base';
import type { Partition } from '../partition/partition.ts';
import type { StoredPartition } from './manifest.ts';
import { readJson, type PageSource } from './page-source.ts';
import { restoreTable, type RestorePace } from './restore-table.ts';
import type { StoredTable } from './stored-table.ts';

/**
 * Fills a partition that is new with what a snapshot has of it: types, tables, what lies beside them. Its log is off, and goes on behind the
 * snapshot (`resumeAt`) when the caller says so. Throws SNAPSHOT_DAMAGED, MEMORY_LIMIT.
 */
export async function restorePartition(
  partition: Partition,
  { declarations, tables, beside }: StoredPartition,
  source: PageSource,
  pace: RestorePace,
): Promise<void> {
  assert(!partition.log.isOn && partition.log.lsn === 0, 'a partition that is restored is new');
  for (const declaration of declarations) partition.log.types.adopt(declaration);
  for (const { schema } of partition.log.types.last()) partition.port(schema);
  for (const name of tables) {
    const table = (await readJson(source, name)) as StoredTable;
    const declared = declarations.findLast(
      ({ schema }) => schema.name === table.type && schema.fingerprint === table.fingerprint,
    );
    assert(declared !== undefined, 'a table is stored by a declaration of its partition');
    await restoreTable(partition.port(declared.schema).table, table, source, pace);
  }
  for (const [name, lists] of Object.entries(beside))
    for (const list of lists) partition.bringBeside(name, (await readJson(source, list)) as unknown[]);
}
