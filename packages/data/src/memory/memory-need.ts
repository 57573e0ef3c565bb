import { WeftError } from '@weft/base';
import type { Arena } from './arena.ts';
import type { MemoryQuota } from './memory-quota.ts';

/** What a change that grows may need at most beyond what its table has. */
export interface MemoryNeed {
  /** Blocks of the arena, together. */
  readonly pageBytes: number;
  /** The largest of them. */
  readonly blockBytes: number;
  /** Beside the arena: growth of indexes. */
  readonly outsideBytes: number;
}

/** The bound that stands in the way: the type's quota, or the memory of the grid. */
export type Shortage = 'quota' | 'grid';

/**
 * The bound that a change which grows would pass, `undefined` where it has room. What this leaves alone is for changes that do not
 * grow: those ask `arena.hasRoom` only. No walk over rows or pages: some 0.1 µs.
 */
export function shortageOf(quota: MemoryQuota, arena: Arena, need: MemoryNeed): Shortage | undefined {
  const { pageBytes, blockBytes, outsideBytes } = need;
  const bytes = pageBytes + outsideBytes;
  if (bytes === 0) return undefined;
  if (quota.freeBytes < bytes + (pageBytes > 0 ? quota.reserveBytes : 0)) return 'quota';
  if (outsideBytes > 0 && arena.governor.usableBytes(arena.takenBytes) < outsideBytes) return 'grid';
  if (pageBytes > 0 && isPastLoweredLimit(arena, bytes)) return 'grid';
  return pageBytes === 0 || arena.hasRoomBesideReserve(pageBytes, blockBytes) ? undefined : 'grid';
}

/** Whether free pages would be used beyond a limit that was set below what was granted. */
function isPastLoweredLimit({ governor, usedBytes, reserveBytes, limitBytes }: Arena, bytes: number): boolean {
  return governor.isBelowGranted && usedBytes + bytes + reserveBytes > limitBytes;
}

/** MEMORY_LIMIT with the figures of the bound that was met. */
export function memoryLimit(shortage: Shortage, quota: MemoryQuota, arena: Arena, need: MemoryNeed): WeftError {
  const neededBytes = need.pageBytes + need.outsideBytes;
  const { type } = quota;
  const { usedBytes, limitBytes } =
    shortage === 'quota' ? quota : { usedBytes: arena.usedBytes, limitBytes: arena.limitBytes };
  const whose = shortage === 'quota' ? `the quota of ${type}` : 'the memory of the grid';
  // Else the figures would say that there is room.
  const hasFreePages = shortage === 'grid' && usedBytes + neededBytes <= limitBytes;
  const unusable = hasFreePages
    ? `; ${megabytes(arena.freeBytes)} MB more lie in free pages that this write cannot use`
    : '';
  return new WeftError(
    'MEMORY_LIMIT',
    `${type}: a write that may need ${megabytes(neededBytes)} MB more found no room: ${megabytes(usedBytes)} of ${megabytes(limitBytes)} MB, ${whose}, are used${unusable}.`,
    {
      hint:
        shortage === 'quota'
          ? `Delete rows of ${type}, or raise its quota: grid.setQuota(${type}, …).`
          : 'Delete rows, or give the grid more memory: grid.setMemory(…).',
      details: { type, limit: shortage, usedBytes, limitBytes, neededBytes },
    },
  );
}

/** As people read it: 0.4, 12, 512. */
function megabytes(bytes: number): string {
  const amount = bytes / 1e6;
  return amount < 10 ? amount.toFixed(1) : String(Math.round(amount));
}
