import { createColumn, Epochs, Heap, LiveRows, type Column, type TableMemory, type TypeSchema } from '@weft/data';
import { createVictims } from '../eviction/create-victims.ts';
import { EvictionLog } from '../eviction/eviction-log.ts';
import type { Victims } from '../eviction/victims.ts';
import type { Meter } from '../index/meter.ts';
import { UniqueHashIndex } from '../index/unique-hash-index.ts';
import type { SnapshotPool } from '../snapshot/snapshot-pool.ts';
import type { HeapResident } from './heap-compaction.ts';
import { createSecondaryIndex, type SecondaryIndex } from './secondary-index.ts';
import type { Watched } from './row-watch.ts';
import type { TableContext } from './table-context.ts';

/** What a table stands on. The table of a later declaration takes over what its columns and indexes have in common. */
export interface TableParts {
  readonly memory: TableMemory;
  readonly heap: Heap;
  readonly live: LiveRows;
  /** By ordinal. */
  readonly columns: readonly Column[];
  readonly keyIndex: UniqueHashIndex;
  readonly indexes: readonly SecondaryIndex[];
  readonly evictions: EvictionLog;
  /** Which rows go first, where the type is a cache. */
  readonly victims: Victims | undefined;
  /** Who hears of the rows: a work queue, where the type is one. */
  readonly watched: Watched;
  /** Absent for the first table. */
  readonly snapshots?: SnapshotPool;
}

/** The parts of a new table. */
export function createParts(schema: TypeSchema, { arena }: TableContext): TableParts {
  const memory = { arena, epochs: new Epochs(arena, arena.governor.quota(schema.name)) };
  const heap = new Heap(memory);
  const live = new LiveRows(memory);
  const columns = schema.columns.map((_, ordinal) => createTableColumn(schema, ordinal, { memory, heap, live }));
  const meter = meterOf(memory);
  const indexes = schema.indexes.map((index) => createSecondaryIndex(index, columns, meter));
  const victims = createVictims(schema.evict, live, indexes);
  const keyIndex = new UniqueHashIndex(meter);
  return {
    memory,
    heap,
    live,
    columns,
    keyIndex,
    indexes,
    evictions: new EvictionLog(),
    victims,
    watched: { by: undefined },
  };
}

/** Counts memory of indexes in the account of the table's type. */
export function meterOf({ epochs: { quota } }: TableMemory): Meter {
  return (bytes) => quota.addOutside(bytes);
}

/** One column of a table. */
export function createTableColumn(
  schema: TypeSchema,
  ordinal: number,
  { memory, heap, live }: Pick<TableParts, 'memory' | 'heap' | 'live'>,
): Column {
  const isKey = schema.key.length === 1 && schema.key[0] === ordinal;
  const isUnique = schema.indexes.some(
    ({ kind, columns }) => kind === 'unique' && columns.length === 1 && columns[0] === ordinal,
  );
  return createColumn(schema.columns[ordinal], { memory, heap, live, isDistinct: isKey || isUnique });
}

export function isHeapResident(column: Column): column is Column & HeapResident {
  return 'compact' in column;
}
