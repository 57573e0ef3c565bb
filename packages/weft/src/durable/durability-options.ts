import type { Durability } from '@weft/client';
import { parseByteSize, WeftError, type ByteSize } from '@weft/base';
import type { JournalLevel } from '@weft/log';
import type { RecoveryProgress } from './recovery-progress.ts';

/** Options of `createGrid` that say what survives. */
export interface DurabilityOptions {
  /**
   * What a crash leaves: `'memory'` nothing, `'async'` all but the last moments, `'sync'` everything that was acknowledged; the last two need
   * `dataDir`. Without it and without a `dataDir` changes are not logged until somebody subscribes.
   */
  readonly durability?: Durability | undefined;
  /** Directory of this grid alone, made where it is not there. What it holds is read before `createGrid` resolves. Means `'async'` unless said otherwise. */
  readonly dataDir?: string | undefined;
  /**
   * Bytes of the journal, such as `'256MB'`, the default, after which a snapshot of all rows is written and the journal cut behind it. A
   * restart reads the last snapshot, and about so much of the journal at most. Only pages that changed since the snapshot before are written.
   */
  readonly snapshotEvery?: ByteSize | undefined;
  /** Directory of a backup that the grid begins with, in as many partitions or another number; `dataDir` must be new then. */
  readonly restore?: string | undefined;
  /** Is told how far reading `dataDir` is, some ten times a second and at the end. */
  readonly onRecovery?: ((progress: RecoveryProgress) => void) | undefined;
  /** Memory that the last changes may take, such as `'64MB'`, for subscribers that come back; 64 MiB, or an eighth of `memory` where that is less. */
  readonly retain?: ByteSize | undefined;
}

export const durabilityOptionNames = [
  'durability',
  'dataDir',
  'snapshotEvery',
  'restore',
  'onRecovery',
  'retain',
] as const;

/** What a grid's log is to do. */
export interface LogSettings {
  /** Undefined where nothing is logged until somebody wants it. */
  readonly durability: Durability | undefined;
  /** Of all partitions together. */
  readonly retainBytes: number;
  /** Whether the log begins once a backup is there. */
  readonly isForRestore?: boolean;
}

/** What a grid keeps on disk. */
export interface JournalSettings {
  readonly directory: string;
  readonly level: JournalLevel;
  readonly snapshotEveryBytes: number;
  readonly onRecovery: ((progress: RecoveryProgress) => void) | undefined;
}

export const SNAPSHOT_EVERY_BYTES_MIN = 1 << 16;
const SNAPSHOT_EVERY_BYTES_DEFAULT = 256 << 20;
export const RETAIN_BYTES_MIN = 1 << 20;
const RETAIN_BYTES_DEFAULT = 64 << 20;
const MEMORY_SHARE_RETAINED = 8;

/** Throws OPTION_INVALID. `memoryBytes`: what the grid may use, where it was said. */
export function logSettings(options: DurabilityOptions, memoryBytes: number | undefined): LogSettings {
  const { retain } = options;
  return {
    durability: checkDurability(options),
    retainBytes:
      retain === undefined
        ? Math.min(RETAIN_BYTES_DEFAULT, Math.floor((memoryBytes ?? Infinity) / MEMORY_SHARE_RETAINED))
        : parseByteSize(retain, 'createGrid: retain', RETAIN_BYTES_MIN),
  };
}

/** `undefined` where nothing is kept on disk. Throws OPTION_INVALID. */
export function journalSettings(options: DurabilityOptions): JournalSettings | undefined {
  const level = checkDurability(options);
  const { dataDir, onRecovery, snapshotEvery } = options;
  const snapshotEveryBytes =
    snapshotEvery === undefined
      ? SNAPSHOT_EVERY_BYTES_DEFAULT
      : parseByteSize(snapshotEvery, 'createGrid: snapshotEvery', SNAPSHOT_EVERY_BYTES_MIN);
  if (dataDir === undefined || level === undefined || level === 'memory') return undefined;
  if (onRecovery !== undefined && typeof onRecovery !== 'function')
    throw invalid('onRecovery is a function that is told of the progress');
  return { directory: dataDir, level, snapshotEveryBytes, onRecovery };
}

/** The directory of a backup. Throws OPTION_INVALID. */
export function restoreSetting({ restore }: DurabilityOptions): string | undefined {
  if (restore !== undefined && (typeof restore !== 'string' || restore === ''))
    throw invalid('restore is the path of a directory that grid.backup wrote');
  return restore;
}

function checkDurability({ durability, dataDir }: DurabilityOptions): Durability | undefined {
  if (dataDir !== undefined && (typeof dataDir !== 'string' || dataDir === ''))
    throw invalid('dataDir is the path of a directory');
  if (durability === undefined) return dataDir === undefined ? undefined : 'async';
  if (!['memory', 'async', 'sync'].includes(durability)) throw invalid(`durability is 'memory', 'async' or 'sync'`);
  if (durability === 'memory' && dataDir !== undefined)
    throw invalid(`durability 'memory' keeps nothing on disk; leave dataDir out, or say 'async' or 'sync'`);
  if (durability !== 'memory' && dataDir === undefined)
    throw invalid(`durability '${durability}' needs dataDir, the directory that the changes go to`);
  return durability;
}

function invalid(rule: string): WeftError<'OPTION_INVALID'> {
  return new WeftError('OPTION_INVALID', `createGrid: ${rule}.`);
}
