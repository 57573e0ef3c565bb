import { WeftError, type Disk } from '@weft/base';
import type { Host, RecoveryStats, SnapshotStats } from '@weft/client';
import type { PartitionShare } from '@weft/data';
import {
  Journal,
  JOURNAL_DIRECTORY,
  openingFault,
  JournalRecords,
  type JournalLevel,
  type OlderRecords,
} from '@weft/log';
import type { Partition } from '@weft/store';
import { fastCrc32 } from '../host/native-crc32.ts';
import { faultOf } from '../host/node-disk.ts';
import { nodePlace, type DirectoryPlace } from './directory-place.ts';
import { DirectorySnapshots, SNAPSHOTS_DIRECTORY } from './directory-snapshots.ts';
import { readGridFile, withoutGridFile, writeGridFile, type GridFile } from './grid-file.ts';
import { recoverPartitions } from './recover-partitions.ts';
import { RecoveryMeter, type RecoveryProgress } from './recovery-progress.ts';

export interface DataDirectoryOptions {
  readonly directory: string;
  readonly level: JournalLevel;
  /** Bytes of the journal from one snapshot to the next. */
  readonly snapshotEveryBytes: number;
  /** Bytes of the last records that stay in the journal behind a snapshot, for subscribers that come back; none unless given. */
  readonly retainBytes?: number;
  /** Of a new grid; of one that is there it must be the same, where it is given: only a restore from a backup puts rows into another number. */
  readonly partitions: number | undefined;
  /** Which of a space's partitions they are, where other hosts have the rest: the same whenever it is opened. */
  readonly share?: PartitionShare | undefined;
  /** Whether a backup is to be restored to it: then it must be a new one, and is one until `begin`. */
  readonly isForRestore?: boolean;
  readonly host: Host;
  /** Where `directory` is: on this machine unless said otherwise. */
  readonly place?: DirectoryPlace;
}

interface DataDirectoryParts {
  readonly partitions: number;
  readonly share: PartitionShare | undefined;
  readonly host: Host;
  readonly disk: Disk;
  readonly journal: Journal;
  readonly snapshots: DirectorySnapshots;
  readonly unlock: () => Promise<void>;
}

/**
 * A grid on disk:
 *
 *     lock        the process that has the directory
 *     grid.json   its form, and how many partitions there are
 *     snapshots/  what there was at one moment
 *     journal/    what happened since
 */
export class DataDirectory {
  readonly partitions: number;
  /** Which of a space's they are, where the directory or its opener says so. */
  readonly share: PartitionShare | undefined;
  #journalBytesAtStart = 0;
  readonly #host: Host;
  readonly #disk: Disk;
  readonly #journal: Journal;
  readonly #snapshots: DirectorySnapshots;
  readonly #unlock: () => Promise<void>;

  private constructor({ partitions, share, host, disk, journal, snapshots, unlock }: DataDirectoryParts) {
    this.partitions = partitions;
    this.share = share;
    this.#host = host;
    this.#disk = disk;
    this.#journal = journal;
    this.#snapshots = snapshots;
    this.#unlock = unlock;
  }

  /** Throws DATA_DIR_IN_USE, JOURNAL_FORMAT, JOURNAL_DAMAGED, JOURNAL_FAILED, DISK_FULL, OPTION_INVALID. */
  static async open(options: DataDirectoryOptions): Promise<DataDirectory> {
    const {
      directory,
      level,
      snapshotEveryBytes,
      retainBytes,
      partitions,
      share,
      isForRestore = false,
      host,
      place = nodePlace(directory),
    } = options;
    const lock = await place.lock().catch((error: unknown) => {
      throw unusable(directory, error);
    });
    try {
      const guard = (): Promise<void> => lock.check();
      const disk = await place.disk('', guard);
      const found = await readGridFile(disk, directory);
      if (found !== undefined && isForRestore) throw isNotNew(directory);
      if (found === undefined && (await hasManifest(disk, ''))) throw isOfBackups(directory);
      const count = found?.partitions ?? partitions ?? 1;
      const isPart = share !== undefined && share.total > count;
      if (found !== undefined && partitions !== undefined && partitions !== found.partitions)
        throw otherPartitions(directory, found.partitions, partitions);
      if (found !== undefined) checkShare(directory, found, share);
      if (!isForRestore) await checkFiles(disk, directory, found === undefined);
      if (found === undefined && !isForRestore)
        await writeGridFile(disk, { partitions: count, ...(isPart && { share }) });
      const { random, timers } = host;
      const soon = (callback: () => void): void => place.soon(callback);
      const journal = await Journal.open({
        disk,
        level,
        checksum: fastCrc32,
        random,
        timers,
        soon,
        ...(retainBytes === undefined ? {} : { retainBytes }),
      });
      // The name of the snapshots must outlast a crash too: the journal is cut behind what is in them.
      const snapshots = await DirectorySnapshots.open({
        disk: await place.disk(SNAPSHOTS_DIRECTORY, guard),
        host,
        everyBytes: snapshotEveryBytes,
      });
      return new DataDirectory({
        partitions: count,
        share: found?.share ?? share,
        host,
        disk,
        journal,
        snapshots,
        unlock: () => lock.unlock(),
      });
    } catch (error) {
      await lock.unlock();
      throw openingFault(directory, error);
    }
  }

  /** Makes everything again that it holds. Throws JOURNAL_DAMAGED, CHECKSUM_MISMATCH, MEMORY_LIMIT. */
  async recover(
    partitions: readonly Partition[],
    onProgress: ((progress: RecoveryProgress) => void) | undefined,
  ): Promise<RecoveryStats> {
    const snapshot = this.#snapshots.last;
    const journalBytes = await this.#journalBytes(snapshot?.partitions.map(({ lsn }) => lsn) ?? []);
    const meter = new RecoveryMeter(journalBytes + (snapshot?.bytes ?? 0), this.#host.clock, onProgress);
    await this.#snapshots.restore(partitions, (bytes) => {
      meter.bytes += bytes;
      meter.tick('read');
    });
    const snapshotBytes = meter.bytes;
    await recoverPartitions({
      journal: this.#journal,
      from: snapshot?.partitions,
      partitions,
      turns: this.#host.turns,
      meter,
    });
    this.#journalBytesAtStart = journalBytes;
    const { bytes, changes, durationMs } = meter.tell('ready');
    return { bytes, snapshotBytes, changes, durationMs };
  }

  /** Names the log in positions of subscribers. */
  get logId(): string {
    return this.#journal.id;
  }

  /** Its records, for subscribers that were away for long. */
  records(): OlderRecords {
    return new JournalRecords(this.#journal);
  }

  /** From here on everything that the logs of these partitions record is written, and snapshots are taken. */
  async start(partitions: readonly Partition[]): Promise<void> {
    await this.#journal.start(partitions.map(({ log }) => log));
    this.#snapshots.start(partitions, this.#journal, this.#journalBytesAtStart);
  }

  /** Makes the directory that of a grid which was restored from a backup: all of it is there when this has resolved, or no grid is. */
  async begin(partitions: readonly Partition[]): Promise<void> {
    for await (const { segment } of this.#journal.frames()) throw isNotEmpty(segment.place);
    await this.start(partitions);
    await this.snapshot();
    const { share } = this;
    const isPart = share !== undefined && share.total > partitions.length;
    await writeGridFile(this.#disk, { partitions: partitions.length, ...(isPart && { share }) });
  }

  /** Takes a snapshot now. Throws SNAPSHOT_TOO_OLD, DISK_FULL, JOURNAL_FAILED. */
  async snapshot(): Promise<void> {
    await this.#snapshots.take();
  }

  snapshotStats(): SnapshotStats | undefined {
    return this.#snapshots.stats();
  }

  /** Waits until all that was recorded is on disk. Throws JOURNAL_FAILED, DISK_FULL. */
  flush(): Promise<void> {
    return this.#journal.flush();
  }

  /** As `flush`, before it is closed: a disk that is full is not waited for any more. Throws JOURNAL_FAILED. */
  flushLast(): Promise<void> {
    return this.#journal.flushLast();
  }

  /** Writes what there is, and gives the directory back. */
  async close(): Promise<void> {
    try {
      await this.#snapshots.close();
    } finally {
      await this.#journal.close().finally(this.#unlock);
    }
  }

  /** Of the files of the journal that are to be read. */
  async #journalBytes(from: readonly number[]): Promise<number> {
    let bytes = 0;
    for (const path of this.#journal.pathsBehind(from)) {
      const file = await this.#disk.open(path, 'read');
      bytes += await file.size();
      await file.close();
    }
    return bytes;
  }
}

/** Of a new directory nothing is there; of another one both, `grid.json` and a journal, or what a crash left of a new one. */
async function checkFiles(disk: Disk, directory: string, isNew: boolean): Promise<void> {
  const segments = (await disk.list(JOURNAL_DIRECTORY)).filter((name) => name.endsWith('.wal'));
  const manifests = (await disk.list(SNAPSHOTS_DIRECTORY)).filter((name) => name.startsWith('manifest-'));
  const [segment] = segments.map((name) => `${JOURNAL_DIRECTORY}/${name}`);
  const [manifest] = manifests.map((name) => `${SNAPSHOTS_DIRECTORY}/${name}`);
  const other = segment ?? manifest;
  if (isNew && other !== undefined) throw withoutGridFile(directory, other);
  if (segment === undefined && manifest !== undefined) throw withoutJournal(directory, manifest);
}

function withoutJournal(directory: string, other: string): WeftError<'JOURNAL_DAMAGED'> {
  return new WeftError('JOURNAL_DAMAGED', `${directory}: the journal is missing, but ${other} is there.`, {
    hint: `Put back the files of ${JOURNAL_DIRECTORY} from another copy. What the snapshot alone holds comes back by restoring from ${SNAPSHOTS_DIRECTORY}, which is a backup.`,
    details: { directory, file: JOURNAL_DIRECTORY, offset: 0 },
  });
}

/** What is wrong with the path, or with the disk behind it. */
function unusable(directory: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || WeftError.is(error)) return error;
  if (NO_DIRECTORY.includes(String(error.code)))
    return new WeftError(
      'OPTION_INVALID',
      `createGrid: dataDir ${JSON.stringify(directory)} cannot be a directory: ${error.code === 'EEXIST' ? 'it is a file' : error.message}.`,
      { hint: 'Name a directory that is there, or one that can be made.', cause: error },
    );
  return openingFault(directory, faultOf(directory, error));
}

/** Something on the path is a file, or the path is none, or nothing can be made there. */
const NO_DIRECTORY = ['ENOENT', 'EEXIST', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'ERR_INVALID_ARG_VALUE'];

async function hasManifest(disk: Disk, path: string): Promise<boolean> {
  return (await disk.list(path)).some((name) => name.startsWith('manifest-'));
}

function isOfBackups(directory: string): WeftError<'OPTION_INVALID'> {
  return new WeftError('OPTION_INVALID', `createGrid: dataDir: ${directory} is a directory of backups.`, {
    hint: 'Name another one; createGrid({ restore }) reads what is in this one.',
    details: { directory },
  });
}

function isNotNew(directory: string): WeftError<'OPTION_INVALID'> {
  return new WeftError('OPTION_INVALID', `createGrid: restore: the data directory ${directory} holds a grid already.`, {
    hint: 'Restore to a directory that is new; remove this one first if its grid is not wanted any more.',
    details: { directory },
  });
}

function isNotEmpty(path: string): WeftError<'OPTION_INVALID'> {
  return new WeftError('OPTION_INVALID', `createGrid: restore: ${path} has records of another grid.`, {
    hint: 'Restore to a directory that is new.',
    details: { file: path },
  });
}

function otherPartitions(directory: string, stored: number, asked: number): WeftError<'OPTION_INVALID'> {
  return new WeftError(
    'OPTION_INVALID',
    `createGrid: the data directory ${directory} is of a grid with ${stored} partitions, not ${asked}.`,
    {
      hint: `Leave partitions out, or say ${stored}. For ${asked}, write a backup and restore it to a new directory: createGrid({ restore, dataDir, partitions: ${asked} }), or weft backup and weft restore.`,
      details: { directory, stored, asked },
    },
  );
}

/** Those of a grid that has them all. */
function wholeShare(partitions: number): PartitionShare {
  return { first: 0, total: partitions };
}

/** A directory of one host is opened as that host's, and one of several by `weft start`. */
function checkShare(
  directory: string,
  { partitions, hosts, share: stored = wholeShare(partitions) }: GridFile,
  asked: PartitionShare | undefined,
): void {
  if (hosts !== undefined)
    throw new WeftError('OPTION_INVALID', `The data directory ${directory} is of a space with ${hosts} hosts.`, {
      hint: `Open it with weft start --hosts ${hosts}, or one of its hosts by its own directory below.`,
      details: { directory, hosts },
    });
  if (asked === undefined || (stored.first === asked.first && stored.total === asked.total)) return;
  throw new WeftError(
    'OPTION_INVALID',
    `The data directory ${directory} is of the partitions from ${stored.first} on, of ${stored.total}; asked for are those from ${asked.first} on, of ${asked.total}.`,
    { hint: 'Start with the number of hosts and partitions that it was made with.', details: { directory } },
  );
}
