import type { Arena, MemoryQuota, TypeSchema } from '@weft/data';
import type { SnapshotPool } from '../snapshot/snapshot-pool.ts';
import type { HeapCompaction } from '../table/heap-compaction.ts';
import type { TableContext } from '../table/table-context.ts';
import type { TableParts } from '../table/table-parts.ts';
import { Evictor } from './evictor.ts';

/** Of each bound on memory, this share is kept free beside the reserve: rows begin to go before a write has no room. */
const MARGIN_SHARE = 1 / 32;
/** A sweep of the heap begins once this share of it is released, where otherwise it waits for a third. */
const SHORT_WASTE_SHARE = 1 / 8;
/** Rows that compaction looks at with each write while memory is short. */
const SHORT_ROWS_PER_WRITE = 256;

/** The evictor of a table whose type is a cache; `undefined` for others. */
export function createEvictor(
  { evict }: TypeSchema,
  { arena, partitions }: TableContext,
  { live, heap, memory, evictions, victims }: TableParts,
  table: {
    readonly compaction: HeapCompaction;
    readonly snapshots: SnapshotPool;
    readonly remove: (row: number) => void;
    readonly sweep: (except: number) => boolean;
  },
): Evictor | undefined {
  if (evict === undefined || victims === undefined) return undefined;
  return new Evictor({
    victims,
    live,
    heap,
    log: evictions,
    rowsMax: evict.maxRows === undefined ? Infinity : Math.ceil(evict.maxRows / partitions),
    remove: table.remove,
    sweep: table.sweep,
    rowsPerStep: SHORT_ROWS_PER_WRITE,
    compact: () => table.compaction.step(SHORT_ROWS_PER_WRITE, SHORT_WASTE_SHARE),
    dropSnapshots() {
      const wereOpen = table.snapshots.openCount > 0;
      table.snapshots.close();
      return wereOpen;
    },
    isShort: () => isShort(memory.epochs.quota, arena),
  });
}

function isShort(quota: MemoryQuota, arena: Arena): boolean {
  if (quota.freeBytes < quota.reserveBytes + quota.limitBytes * MARGIN_SHARE) return true;
  return arena.limitBytes - arena.usedBytes < arena.reserveBytes + arena.limitBytes * MARGIN_SHARE;
}
