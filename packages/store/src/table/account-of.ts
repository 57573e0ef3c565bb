import type { TableAccount } from '@weft/data';
import type { Table } from './table.ts';

/**
 * What the bytes of a table are of; while its declaration changes, also the columns and indexes of the other declaration, under the
 * same names or others. In time with its columns and indexes, not with its rows.
 */
export function accountOf(table: Table): TableAccount {
  const { heap, follower } = table;
  const columns = [...table.columns, ...(follower?.ownColumns ?? [])];
  const indexes = [...table.indexes, ...(follower?.ownIndexes ?? [])];
  return {
    columns: columns.map(({ schema: { name }, bytes, dictionaryBytes }) => ({ name, bytes, dictionaryBytes })),
    indexes: [
      { name: KEY_INDEX_NAME, bytes: table.keyIndexBytes },
      ...indexes.map((index) => ({ name: index.schema.name, bytes: index.bytes() })),
    ],
    heap: { bytes: heap.bytes, usedBytes: heap.usedBytes, liveBytes: heap.liveBytes },
    rowMapBytes: table.rowMapBytes,
    rowPlaces: table.live.capacity,
    pinnedBytes: table.snapshots.pinnedBytes,
  };
}

/** The index of the key in accounts and statistics. */
const KEY_INDEX_NAME = 'key';
