import { DiskFault, WeftError, type Disk } from '@weft/base';
import { TurnSlice, type Host, type SnapshotStats } from '@weft/client';
import type { Journal } from '@weft/log';
import { GridCut, SnapshotStore, restorePartition, type Manifest, type Partition } from '@weft/store';
import { sha256 } from '../host/content-hash.ts';

export const SNAPSHOTS_DIRECTORY = 'snapshots';
/** How often it is looked whether a snapshot is due. */
const LOOK_MS = 50;
/** After one that failed, the next is tried once so much more of the journal was written. */
const RETRY_SHARE = 1 / 4;

export interface SnapshotPlace {
  /** Of the directory that they are in. */
  readonly disk: Disk;
  readonly host: Host;
  readonly everyBytes: number;
}

export interface DirectorySnapshotsParts {
  readonly store: SnapshotStore;
  readonly host: Host;
  /** Bytes of the journal after which the next snapshot is taken. */
  readonly everyBytes: number;
}

/**
 * The snapshots of a data directory: taken when enough of the journal has been written since the last, which then is cut behind it. So a
 * restart reads the pages of the last snapshot and at most about that much of the journal.
 */
export class DirectorySnapshots {
  readonly #store: SnapshotStore;
  readonly #host: Host;
  readonly #everyBytes: number;
  #partitions: readonly Partition[] = [];
  #journal: Journal | undefined;
  #last: Manifest | undefined;
  #failure: unknown;
  /** Bytes that the logs had recorded when the last snapshot was taken, less what the journal had then behind it. */
  #fromBytes = 0;
  #dueBytes: number;
  #callOff: () => void = () => undefined;
  #running: Promise<unknown> | undefined;
  #isClosed = false;

  private constructor({ store, host, everyBytes }: DirectorySnapshotsParts) {
    this.#store = store;
    this.#host = host;
    this.#everyBytes = this.#dueBytes = everyBytes;
  }

  static async open({ disk, host, everyBytes }: SnapshotPlace): Promise<DirectorySnapshots> {
    const store = await SnapshotStore.open({ disk, hash: sha256 });
    const snapshots = new DirectorySnapshots({ store, host, everyBytes });
    snapshots.#last = await store.newest();
    return snapshots;
  }

  /** The last one that is whole. */
  get last(): Manifest | undefined {
    return this.#last;
  }

  stats(): SnapshotStats | undefined {
    const { rows, bytes, takenMs } = this.#last ?? {};
    const failure = this.#failure instanceof Error ? this.#failure.message : undefined;
    return takenMs === undefined && failure === undefined ? undefined : { takenMs, rows, bytes, failure };
  }

  /** Fills new partitions with the last one. Throws SNAPSHOT_DAMAGED, MEMORY_LIMIT. */
  async restore(partitions: readonly Partition[], onBytes: (bytes: number) => void): Promise<void> {
    const { turns } = this.#host;
    const pace = { turns, slice: new TurnSlice(turns), onBytes };
    for (const [number, partition] of partitions.entries()) {
      const stored = this.#last?.partitions[number];
      if (stored !== undefined) await restorePartition(partition, stored, this.#store.pages, pace);
    }
  }

  /** From here on snapshots are taken. `journalBytes`: what the journal holds behind the last one. */
  start(partitions: readonly Partition[], journal: Journal, journalBytes: number): void {
    this.#partitions = partitions;
    this.#journal = journal;
    this.#fromBytes = this.#recordedBytes() - journalBytes;
    this.#look();
  }

  /** Takes one now, after the one that is being taken. Throws SNAPSHOT_TOO_OLD, DISK_FULL, JOURNAL_FAILED. */
  async take(): Promise<Manifest> {
    while (this.#running !== undefined) await this.#running;
    const taking = this.#take();
    this.#running = taking.then(
      () => (this.#running = undefined),
      () => (this.#running = undefined),
    );
    return taking;
  }

  /**
   * Ends; one that is being taken is given up. The partitions are closed. None is taken for the sake of the next start: on two cores and a disk that
   * syncs, the pages behind 250 MB of journal took over 3 s to write, as long as making those changes again takes; and who ends a process seldom waits.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#callOff();
    await this.#running;
  }

  async #take(): Promise<Manifest> {
    const { clock, turns } = this.#host;
    const atBytes = this.#recordedBytes();
    const cut = new GridCut(this.#partitions);
    const pace = { turns, slice: new TurnSlice(turns) };
    try {
      this.#last = await this.#store.write(cut, clock.wallMs(), pace, () => this.#journal!.flush());
    } catch (error) {
      this.#dueBytes = this.#recordedBytes() - this.#fromBytes + this.#everyBytes * RETRY_SHARE;
      throw fault(error);
    }
    this.#fromBytes = atBytes;
    this.#dueBytes = this.#everyBytes;
    await this.#journal!.truncateBefore(this.#last.partitions.map(({ lsn }) => lsn));
    return this.#last;
  }

  #look(): void {
    this.#callOff = this.#host.timers.after(LOOK_MS, () => void this.#takeIfDue().then(() => this.#look()), 'idle');
    if (this.#isClosed) this.#callOff();
  }

  async #takeIfDue(): Promise<void> {
    const isDue = this.#recordedBytes() - this.#fromBytes >= this.#dueBytes;
    if (!isDue || this.#isClosed) return;
    try {
      await this.take();
      this.#failure = undefined;
    } catch (error) {
      // The journal has everything that the snapshot would have had: it is tried again later, and told by stats().
      if (!this.#isClosed) this.#failure = error;
    }
  }

  #recordedBytes(): number {
    return this.#partitions.reduce((bytes, { log }) => bytes + log.ring.writtenBytes, 0);
  }
}

/** What a disk could not do, as users are told. */
function fault(error: unknown): unknown {
  if (!DiskFault.is(error)) return error;
  const code = DiskFault.is(error, 'full') ? 'DISK_FULL' : 'JOURNAL_FAILED';
  return new WeftError(code, `A snapshot could not be written: ${error.path}: ${error.message}.`, {
    details: { file: error.path },
    cause: error,
  });
}
