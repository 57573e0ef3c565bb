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

/**
 * MEMORY_LIMIT with the figures of the bound that was met. `change`: what found no room, as the message begins, such as
 * `Order: a write`.
 */
export function memoryLimit(
  shortage: Shortage,
  quota: MemoryQuota,
  arena: Arena,
  need: MemoryNeed,
  change = `${quota.type}: a write`,
): WeftError {
  const neededBytes = need.pageBytes + need.outsideBytes;
  const { type } = quota;
  const { usedBytes, limitBytes } =
    shortage === 'quota' ? quota : { usedBytes: arena.usedBytes, limitBytes: arena.limitBytes };
  const whose = shortage === 'quota' ? `the quota of ${type}` : 'the memory of the grid';
  const unit = unitOf(limitBytes);
  const used = `${inUnit(usedBytes, unit)} of ${inUnit(limitBytes, unit)} ${unit.name}`;
  const beside = usedBytes + neededBytes <= limitBytes ? unusable(shortage, quota, arena, need) : '';
  return new WeftError(
    'MEMORY_LIMIT',
    `${change} that may need ${amount(neededBytes)} more found no room: ${used}, ${whose}, are used${beside}.`,
    {
      hint:
        shortage === 'quota'
          ? `Delete rows of ${type}, or raise its quota: grid.setQuota(${type}, …).`
          : 'Delete rows, or give the grid more memory: grid.setMemory(…).',
      details: { type, limit: shortage, usedBytes, limitBytes, neededBytes },
    },
  );
}

/** Why what is free is of no use: without it the figures would say that there is room. */
function unusable(shortage: Shortage, quota: MemoryQuota, arena: Arena, need: MemoryNeed): string {
  const neededBytes = need.pageBytes + need.outsideBytes;
  const leftBytes = shortage === 'quota' ? quota.freeBytes : arena.limitBytes - arena.usedBytes;
  const reserveBytes = shortage === 'quota' ? quota.reserveBytes : arena.reserveBytes;
  const reserve =
    need.pageBytes === 0
      ? ''
      : shortage === 'quota'
        ? `; ${amount(reserveBytes)} more are kept for indexes that grow`
        : `; ${amount(reserveBytes)} more are kept for changes that make no row longer`;
  const isReserveAll = need.pageBytes > 0 && neededBytes + reserveBytes > leftBytes;
  if (isReserveAll || shortage === 'quota') return reserve;
  return `${reserve}; ${amount(arena.freeBytes)} more lie in free pages that this change cannot use`;
}

interface Unit {
  readonly name: 'MB' | 'kB';
  readonly bytes: number;
}

function unitOf(bytes: number): Unit {
  return bytes < 1e6 ? { name: 'kB', bytes: 1e3 } : { name: 'MB', bytes: 1e6 };
}

function amount(bytes: number): string {
  const unit = unitOf(bytes);
  return `${inUnit(bytes, unit)} ${unit.name}`;
}

/** As people read it: 0.4, 12, 512. */
function inUnit(bytes: number, unit: Unit): string {
  const number = bytes / unit.bytes;
  return number < 10 ? number.toFixed(1) : String(Math.round(number));
}
