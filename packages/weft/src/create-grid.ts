import type { Grid } from '@weft/client';
import { checkOptionNames, nearestName, type AnyType, type PartitionShare } from '@weft/data';
import { type ByteSize, parseByteSize, type Turns, WeftError } from '@weft/base';
import { checkTypes } from './check-types.ts';
import { BackupDirectory } from './backup/backup-directory.ts';
import { DataDirectory } from './durable/data-directory.ts';
import {
  durabilityOptionNames,
  restoreSetting,
  journalSettings,
  logSettings,
  type DurabilityOptions,
} from './durable/durability-options.ts';
import { EmbeddedGrid } from './embedded-grid.ts';
import { FairTurns } from './host/fair-turns.ts';
import { nodeHost } from './host/node-host.ts';
import { MEMORY_BYTES_MIN } from './host/memory-least.ts';
import { gridGovernor } from './host/process-memory.ts';

/** Options of `createGrid`. */
export interface GridOptions extends DurabilityOptions {
  /** Types to create at once; others are created when `grid.space(Type)` first names them. */
  readonly types?: readonly AnyType[] | undefined;
  /** Partitions that rows are spread over by their routing value: 1 (the default) to 4,096. */
  readonly partitions?: number | undefined;
  /**
   * Memory that rows, indexes and dictionaries may use, such as `'512MB'`, 32 MiB at least; writes past it fail with MEMORY_LIMIT.
   * What machine or container have, less headroom for Node, is the most and the default.
   */
  readonly memory?: ByteSize | undefined;
  /**
   * Memory that the rows of a type may use of it, by the type's name: `{ Order: '100MB' }`. Where `types` are given, of those only;
   * a type that comes later gets its quota from `grid.setQuota`.
   */
  readonly quotas?: Readonly<Record<string, ByteSize>> | undefined;
  /** Bytes of old pages that open reads of one type and partition may hold; past it the oldest gets SNAPSHOT_TOO_OLD. 256 MiB by default. */
  readonly pinnedBytesMax?: number | undefined;
  /** Size of a memory segment in bytes, a power of two from 16 MiB to 1 GiB (the default). Memory is used as rows come. */
  readonly segmentBytes?: number | undefined;
  /** Segments at most, 64 by default; when they are full, writes fail with MEMORY_LIMIT. */
  readonly segmentsMax?: number | undefined;
  /** Fill freed memory with a pattern, to find readers of freed pages. For tests; slow. */
  readonly poison?: boolean | undefined;
}

const PARTITIONS_MAX = 4096;
const optionNames = [
  'types',
  'partitions',
  'memory',
  'quotas',
  'pinnedBytesMax',
  'segmentBytes',
  'segmentsMax',
  'poison',
  ...durabilityOptionNames,
];

/**
 * Opens a grid inside this process: it opens no port, loads no native addon and is ready in milliseconds.
 *
 *     await using grid = await createGrid({ types: [Order], partitions: 3 });
 *     const orders = grid.space(Order);
 *
 * With a `dataDir` it is ready once all that the directory holds is there again.
 *
 * Throws OPTION_INVALID, TYPE_CONFLICT, what a data directory may be like (DATA_DIR_IN_USE, JOURNAL_DAMAGED, JOURNAL_FORMAT, JOURNAL_FAILED, DISK_FULL,
 * SNAPSHOT_DAMAGED, CHECKSUM_MISMATCH) or a backup (BACKUP_MISSING, BACKUP_FAILED, SNAPSHOT_DAMAGED), and ENVIRONMENT_UNSUITABLE where the process may not reserve addresses.
 */
export async function createGrid(options: GridOptions = {}): Promise<Grid> {
  return openGrid(options);
}

/** The same of some of the partitions of a space: `share` says which those of this grid are. `turns`: of its long work, where that of others waits in the same row. */
export async function openGrid(
  options: GridOptions,
  share?: PartitionShare,
  turns: Turns = new FairTurns(),
): Promise<EmbeddedGrid> {
  checkOptionNames('createGrid', options, optionNames);
  const { memory, quotas } = options;
  const { partitions, pinnedBytesMax, segmentBytes, segmentsMax, poison, types = [] } = options;
  checkTypes('createGrid', types);
  checkNumber('partitions', partitions, 1, PARTITIONS_MAX);
  checkNumber('pinnedBytesMax', pinnedBytesMax, 0, Number.MAX_SAFE_INTEGER);
  checkSegmentBytes(segmentBytes);
  checkNumber('segmentsMax', segmentsMax, 1, 1024);
  const memoryBytes = memory === undefined ? undefined : parseByteSize(memory, 'createGrid: memory', MEMORY_BYTES_MIN);
  const log = logSettings(options, memoryBytes);
  const quotaBytes = quotasOf(quotas);
  checkQuotaNames(quotaBytes, types);
  const governor = gridGovernor(memoryBytes);
  for (const [type, bytes] of quotaBytes) governor.quota(type).setLimit(bytes);
  const host = nodeHost(turns);
  const journal = journalSettings(options);
  const restore = restoreSetting(options);
  const backup = restore === undefined ? undefined : await BackupDirectory.open(restore);
  const isForRestore = backup !== undefined;
  const count = partitions ?? backup?.manifest.partitions.length;
  const directory =
    journal === undefined
      ? undefined
      : await DataDirectory.open({
          ...journal,
          retainBytes: log.retainBytes,
          partitions: count,
          share,
          isForRestore,
          host,
        });
  const grid = new EmbeddedGrid({
    host,
    partitions: directory?.partitions ?? count ?? 1,
    ...shareOf(directory?.share ?? share),
    log: { ...log, isForRestore },
    ...(pinnedBytesMax === undefined ? {} : { pinnedBytesMax }),
    arena: {
      governor,
      ...(segmentBytes === undefined ? {} : { segmentBytes }),
      ...(segmentsMax === undefined ? {} : { segmentsMax }),
      ...(poison === undefined ? {} : { poison }),
    },
  });
  try {
    if (backup !== undefined) await grid.restore(backup, directory, options.onRecovery);
    else if (directory !== undefined) await grid.recover(directory, journal?.onRecovery);
    for (const type of types) grid.space(type);
  } catch (error) {
    await grid.close();
    throw directory === undefined ? error : storedConflict(error);
  }
  return grid;
}

function shareOf(share: PartitionShare | undefined): { readonly share?: PartitionShare } {
  return share === undefined ? {} : { share };
}

/** There is no grid yet whose `evolve` could be called. */
function storedConflict(error: unknown): unknown {
  if (!WeftError.is(error, 'TYPE_CONFLICT') || error.details['evolvable'] !== true) return error;
  const { type } = error.details;
  const hint = `Open the grid without ${type} among its types, or with the stored declaration, and call await grid.evolve(${type}).`;
  return new WeftError('TYPE_CONFLICT', error.message, { hint, details: error.details, cause: error });
}

function quotasOf(quotas: unknown): [type: string, bytes: number][] {
  if (quotas === undefined) return [];
  if (typeof quotas !== 'object' || quotas === null || Array.isArray(quotas))
    throw new WeftError('OPTION_INVALID', `createGrid: quotas is an object such as { Order: '100MB' }.`);
  return Object.entries(quotas)
    .filter(([, size]) => size !== undefined)
    .map(([type, size]) => [type, parseByteSize(size, `createGrid: quota of ${type}`)]);
}

/** Types may come later, so without any a name cannot be told from a wrong one. */
function checkQuotaNames(quotas: readonly (readonly [type: string, bytes: number])[], types: readonly AnyType[]): void {
  // What is no type at all is refused where it is created.
  const names = (types as readonly (AnyType | undefined)[]).flatMap((type) => type?.name ?? []);
  const [unknown] = quotas.find(([type]) => names.length > 0 && !names.includes(type)) ?? [];
  if (unknown === undefined) return;
  const nearest = nearestName(unknown, names);
  throw new WeftError(
    'OPTION_INVALID',
    `createGrid: quotas names ${JSON.stringify(unknown)}, which is none of types. ` +
      (nearest === undefined
        ? `They are ${names.join(', ')}; of a type that comes later: grid.setQuota.`
        : `Did you mean ${nearest}?`),
  );
}

function checkNumber(option: string, value: unknown, min: number, max: number): void {
  if (value === undefined || (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max))
    return;
  throw new WeftError('OPTION_INVALID', `createGrid: ${option} is a whole number from ${min} to ${max}.`);
}

function checkSegmentBytes(value: unknown): void {
  checkNumber('segmentBytes', value, 1 << 24, 1 << 30);
  if (typeof value !== 'number' || (value & (value - 1)) === 0) return;
  throw new WeftError('OPTION_INVALID', 'createGrid: segmentBytes is a power of two from 16 MiB to 1 GiB.');
}
