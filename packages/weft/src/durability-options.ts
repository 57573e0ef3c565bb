import type { Durability } from '@weft/client';
import { parseByteSize, WeftError, type ByteSize } from '@weft/base';

/** Options of `createGrid` that say what survives. */
export interface DurabilityOptions {
  /**
   * What a crash leaves: `'memory'` nothing, `'async'` all but the last moments, `'sync'` everything that was acknowledged; the last two need
   * `dataDir`. Without it and without a `dataDir` changes are not logged until somebody subscribes.
   */
  readonly durability?: Durability | undefined;
  /** Memory that the last changes may take, such as `'64MB'`, for subscribers that come back; 64 MiB, or an eighth of `memory` where that is less. */
  readonly retain?: ByteSize | undefined;
}

export const durabilityOptionNames = ['durability', 'retain'] as const;

/** What a grid's log is to do. */
export interface LogSettings {
  /** Undefined where nothing is logged until somebody wants it. */
  readonly durability: Durability | undefined;
  /** Of all partitions together. */
  readonly retainBytes: number;
}

export const RETAIN_BYTES_MIN = 1 << 20;
const RETAIN_BYTES_DEFAULT = 64 << 20;
const MEMORY_SHARE_RETAINED = 8;

/** Throws OPTION_INVALID. `memoryBytes`: what the grid may use, where it was said. */
export function logSettings({ durability, retain }: DurabilityOptions, memoryBytes: number | undefined): LogSettings {
  return {
    durability: checkDurability(durability),
    retainBytes:
      retain === undefined
        ? Math.min(RETAIN_BYTES_DEFAULT, Math.floor((memoryBytes ?? Infinity) / MEMORY_SHARE_RETAINED))
        : parseByteSize(retain, 'createGrid: retain', RETAIN_BYTES_MIN),
  };
}

function checkDurability(value: unknown): Durability | undefined {
  if (value === undefined || value === 'memory') return value;
  throw new WeftError('OPTION_INVALID', `createGrid: durability is 'memory'.`);
}
