import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DiskFault, WeftError } from '@weft/base';
import { TurnSlice, type BackupReport, type Host } from '@weft/client';
import {
  beginGroups,
  GridCut,
  restorePartition,
  restoreRows,
  SnapshotStore,
  verifySnapshots,
  type Manifest,
  type Partition,
  type SnapshotCheck,
} from '@weft/store';
import { JOURNAL_DIRECTORY } from '@weft/log';
import { SNAPSHOTS_DIRECTORY } from '../durable/directory-snapshots.ts';
import { sha256 } from '../host/content-hash.ts';
import { lockDataDir } from '../host/data-lock.ts';
import { NodeDisk } from '../host/node-disk.ts';

/** How often a backup is begun anew where rows change so fast that the old ones are taken from it. */
const ATTEMPTS_MAX = 3;

/** Writes what partitions are in one moment. Throws BACKUP_FAILED, DATA_DIR_IN_USE, OPTION_INVALID, SNAPSHOT_TOO_OLD. */
export async function writeBackup(
  partitions: readonly Partition[],
  directory: string,
  host: Host,
): Promise<BackupReport> {
  const startedMs = host.clock.monotonicMs();
  checkIsApart(directory);
  return guarded(directory, async () => {
    const lock = await lockDataDir(directory);
    try {
      const store = await SnapshotStore.open({ disk: new NodeDisk(directory, () => lock.check()), hash: sha256 });
      const { takenMs, rows, bytes } = await write(store, partitions, host);
      const { writtenBytes } = store.pages;
      const durationMs = host.clock.monotonicMs() - startedMs;
      return { directory, takenAt: new Date(takenMs), rows, bytes, writtenBytes, durationMs };
    } finally {
      await lock.unlock();
    }
  });
}

/** A backup among the files of a data directory would be taken for a snapshot of it, or removed with one. */
function checkIsApart(directory: string): void {
  const path = resolve(directory);
  const grid = [path, dirname(path)].find((each) => existsSync(join(each, 'grid.json')));
  if (grid === undefined || (grid !== path && ![JOURNAL_DIRECTORY, SNAPSHOTS_DIRECTORY].includes(basename(path))))
    return;
  throw new WeftError('OPTION_INVALID', `grid.backup: ${directory} belongs to the data directory ${grid}.`, {
    hint: 'Name a directory that holds nothing but backups, best on another disk.',
    details: { directory },
  });
}

async function write(store: SnapshotStore, partitions: readonly Partition[], host: Host): Promise<Manifest> {
  const { clock, turns } = host;
  const pace = { turns, slice: new TurnSlice(turns) };
  for (let attempt = 1; ; attempt++)
    try {
      const cut = new GridCut(partitions);
      const committed = (): Promise<unknown> =>
        Promise.all(cut.partitions.flatMap(({ lsn, partition }) => partitions[partition]!.log.commits.wait(lsn) ?? []));
      return await store.write(cut, clock.wallMs(), pace, committed);
    } catch (error) {
      if (!WeftError.is(error, 'SNAPSHOT_TOO_OLD') || attempt === ATTEMPTS_MAX) throw error;
    }
}

/** A backup that is read. */
export class BackupDirectory {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly #store: SnapshotStore;

  private constructor(directory: string, store: SnapshotStore, manifest: Manifest) {
    this.directory = directory;
    this.#store = store;
    this.manifest = manifest;
  }

  /** Throws BACKUP_MISSING, BACKUP_FAILED, SNAPSHOT_DAMAGED, JOURNAL_FORMAT. */
  static async open(directory: string): Promise<BackupDirectory> {
    return guarded(directory, async () => {
      const store = await openStore(directory);
      const manifest = await store.newest();
      if (manifest === undefined) throw missing(directory);
      return new BackupDirectory(directory, store, manifest);
    });
  }

  /**
   * Fills new partitions, as many as there were or another number. `scratch`: makes a partition beside them. Throws SNAPSHOT_DAMAGED,
   * BACKUP_FAILED, MEMORY_LIMIT.
   */
  restore(
    partitions: readonly Partition[],
    scratch: () => Partition,
    { turns }: Host,
    onBytes: (bytes: number) => void,
  ): Promise<void> {
    const pace = { turns, slice: new TurnSlice(turns), onBytes };
    const { manifest } = this;
    return guarded(this.directory, async () => {
      if (partitions.length !== manifest.partitions.length)
        return restoreRows(manifest, partitions, scratch, this.#store.pages, pace);
      for (const [number, partition] of partitions.entries()) {
        const stored = manifest.partitions[number]!;
        await restorePartition(partition, stored, this.#store.pages, pace);
        partition.log.resumeAt(stored.lsn, stored.hlc);
        beginGroups(partition);
      }
    });
  }
}

/** Reads everything of a backup. Throws BACKUP_MISSING, BACKUP_FAILED, JOURNAL_FORMAT. */
export function verifyBackup(directory: string): Promise<SnapshotCheck> {
  return guarded(directory, async () => {
    const store = await openStore(directory);
    if (store.sequences.length === 0) throw missing(directory);
    return verifySnapshots(store);
  });
}

function openStore(directory: string): Promise<SnapshotStore> {
  return SnapshotStore.open({ disk: new NodeDisk(directory), hash: sha256, isReadOnly: true });
}

function missing(directory: string): WeftError<'BACKUP_MISSING'> {
  return new WeftError('BACKUP_MISSING', `There is no backup in ${directory}.`, { details: { directory } });
}

async function guarded<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!DiskFault.is(error) && !isOfFileSystem(error)) throw error;
    throw new WeftError('BACKUP_FAILED', `The backup in ${directory} failed: ${error.message}.`, {
      details: { directory },
      cause: error,
    });
  }
}

/** What the lock meets. */
function isOfFileSystem(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}
