import { WeftError, type WasmMemory } from '@weft/base';
import {
  Arena,
  createColumn,
  Epochs,
  Heap,
  LiveRows,
  type ColumnPages,
  type HeapPages,
  type LivePages,
  type TypeSchema,
} from '@weft/data';
import type { TableSnapshot, TableView } from './table-snapshot.ts';

/**
 * A snapshot as another thread needs it: which units of the shared segments hold what. Plain data for `postMessage`, 4 bytes
 * for each page of each column.
 *
 * It is good for as long as the snapshot stays open on the host, which holds it (`retain`) until the reader has answered;
 * afterwards the pages hold other rows. The reader gets the segments (`Arena.segments`) beforehand: all that existed when the
 * snapshot opened.
 */
export interface SnapshotDescriptor {
  readonly type: string;
  readonly fingerprint: string;
  readonly lsn: number;
  /** By ordinal. */
  readonly columns: readonly ColumnPages[];
  readonly live: LivePages;
  readonly heap: HeapPages;
}

/** Describes an open snapshot. */
export function describeSnapshot({ schema, columns, live, heap, lsn }: TableSnapshot): SnapshotDescriptor {
  return {
    type: schema.name,
    fingerprint: schema.fingerprint,
    lsn,
    columns: columns.map((column) => column.describe()),
    live: live.describe(),
    heap: heap.describe(),
  };
}

/** A snapshot of another thread, to be read through the same columns. `arena` is over that thread's segments. */
export interface OpenedSnapshot extends TableView {
  readonly lsn: number;
  readonly arena: Arena;
}

/**
 * Opens a described snapshot over the host's segments. `schema` is this thread's own declaration of the type. Throws
 * TYPE_CONFLICT where it differs from the host's.
 */
export function openSnapshot(
  descriptor: SnapshotDescriptor,
  schema: TypeSchema,
  segments: readonly WasmMemory[],
): OpenedSnapshot {
  if (descriptor.type !== schema.name || descriptor.fingerprint !== schema.fingerprint)
    throw conflict(descriptor, schema);
  const arena = Arena.attach(segments);
  const memory = { arena, epochs: new Epochs(arena) };
  const heap = new Heap(memory);
  heap.adopt(descriptor.heap);
  const live = new LiveRows(memory);
  live.adopt(descriptor.live);
  const columns = schema.columns.map((column) => {
    const opened = createColumn(column, { memory, heap, live, isDistinct: false });
    opened.adopt(descriptor.columns[column.ordinal]);
    return opened;
  });
  return { schema, columns, live, lsn: descriptor.lsn, arena };
}

function conflict(descriptor: SnapshotDescriptor, schema: TypeSchema): WeftError {
  return new WeftError(
    'TYPE_CONFLICT',
    `The snapshot is of ${descriptor.type} (${descriptor.fingerprint}); the reader declares ${schema.name} (${schema.fingerprint}).`,
    {
      details: { type: descriptor.type },
    },
  );
}
