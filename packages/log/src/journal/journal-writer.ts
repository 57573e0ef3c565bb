import { DiskFault, type Checksum, type Timers, type WeftError } from '@weft/base';
import type { PartitionLog } from '../partition-log.ts';
import { diskFull, journalBusy, journalFailed } from './faults.ts';
import { Flushes } from './flushes.ts';
import { frameBytes } from './frame.ts';
import { Group } from './group.ts';
import { LogFeed } from './log-feed.ts';
import type { SegmentFile } from './segment-file.ts';
import type { Positions, Segment } from './segment.ts';

/** `sync`: committed is what is synced. `async`: what is in memory, and it is synced within SYNC_DELAY_MS or SYNC_BYTES_MAX. */
export type JournalLevel = 'async' | 'sync';

/** Level `async`: what was written is synced after so many milliseconds, */
export const SYNC_DELAY_MS = 50;
/** or once so many bytes wait for it. */
export const SYNC_BYTES_MAX = 4 * 1024 * 1024;
/** Bytes of records that wait for the disk, of all partitions: past it changes are refused with JOURNAL_BUSY. */
export const JOURNAL_BYTES_IN_FLIGHT_MAX = 64 * 1024 * 1024;
/** Level `async`: past so many of them, records are committed only once they are written, so that who waits for answers lets them be. */
export const JOURNAL_BYTES_AHEAD_MAX = 1024 * 1024;
/** Level `async`: bytes at most that are written and not synced; past it nothing is written until they are. */
export const UNSYNCED_BYTES_MAX = 16 * 1024 * 1024;
/** How long until it is tried again to write to a disk that was full. */
export const DISK_FULL_RETRY_MS = 250;

export interface JournalWriterParts {
  readonly level: JournalLevel;
  readonly file: SegmentFile;
  readonly logs: readonly PartitionLog[];
  readonly timers: Timers;
  /** Calls back in the next turn of the event loop: what is done in this one still belongs to the group. */
  readonly soon: (callback: () => void) => void;
  readonly bytesInFlightMax: number;
  readonly checksum: Checksum;
  /** Up to which lsn of each partition the journal has records already. */
  readonly positions: Positions;
  readonly onSegment: (segment: Segment) => void;
}

/**
 * Group commit: while one group is written and synced, what happens meanwhile becomes the next one. One piece of work at a time, begun by
 * a record and going on until there is nothing left.
 */
export class JournalWriter {
  readonly #parts: JournalWriterParts;
  readonly #feeds: readonly LogFeed[];
  readonly #group: Group;
  readonly #unlisten: readonly (() => void)[];
  readonly #flushes: Flushes = new Flushes();
  #state: 'idle' | 'running' | 'ended' = 'idle';
  /** The last run of the work. */
  #running: Promise<void> | undefined;
  #isClosing = false;
  #isSyncDue = false;
  #refusal: WeftError | undefined;
  /** Level `async`: whether records are committed only once they are written. */
  #isBehind = false;
  #failure: WeftError | undefined;
  /** Bytes of records, counted from the beginning: that there are, that are written, that are synced. */
  #recordedBytes = 0;
  #writtenBytes = 0;
  #syncedBytes = 0;
  /** Up to which lsn of each partition everything is written. */
  readonly #positions: number[];
  #syncing: Promise<void> | undefined;
  #callOffSync: (() => void) | undefined;
  #endPause: (() => void) | undefined;

  constructor(parts: JournalWriterParts) {
    this.#parts = parts;
    this.#group = new Group(parts.checksum);
    this.#positions = [...parts.positions];
    this.#feeds = parts.logs.map((log) => new LogFeed(log));
    this.#unlisten = this.#feeds.map((feed) => feed.log.onRecord(() => this.#recorded(feed)));
    if (parts.level === 'sync') for (const { log } of this.#feeds) log.holdCommits();
    this.#written();
  }

  /** Why nothing is written any more. */
  get failure(): WeftError | undefined {
    return this.#failure;
  }

  /** Bytes of records that wait for the disk. */
  get inFlightBytes(): number {
    return this.#recordedBytes - (this.#parts.level === 'sync' ? this.#syncedBytes : this.#writtenBytes);
  }

  /** Resolves once all that is recorded is synced. Throws JOURNAL_FAILED. */
  flush(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#syncedBytes === this.#recordedBytes) return Promise.resolve();
    const flushed = this.#flushes.wait(this.#recordedBytes);
    this.#start();
    return flushed;
  }

  /** As `flush`, for the last time: from here on a disk that is full is not waited for, but fails. */
  flushLast(): Promise<void> {
    this.#isClosing = true;
    this.#endPause?.();
    return this.flush();
  }

  /** Writes and syncs what there is, as far as the disk takes it, and ends. Throws JOURNAL_FAILED. */
  async close(): Promise<void> {
    try {
      await this.flushLast();
      await this.#idle();
      if (this.#failure === undefined) await this.#parts.file.seal();
    } finally {
      await this.#idle();
      this.#callOffSync?.();
      for (const unlisten of this.#unlisten) unlisten();
      this.#state = 'ended';
      await this.#parts.file.close();
    }
  }

  /** Nothing is under way on the disk. */
  async #idle(): Promise<void> {
    await this.#syncing?.catch(() => undefined);
    await this.#running;
  }

  #recorded(feed: LogFeed): void {
    const { writtenBytes } = feed.log.ring;
    this.#recordedBytes += writtenBytes - feed.seenBytes;
    feed.seenBytes = writtenBytes;
    this.#start();
    if (this.inFlightBytes > JOURNAL_BYTES_AHEAD_MAX) this.#slowDown();
  }

  #start(): void {
    if (this.#state !== 'idle') return;
    this.#state = 'running';
    this.#running = new Promise((resolve) => this.#parts.soon(() => resolve(this.#run())));
  }

  async #run(): Promise<void> {
    try {
      do {
        await this.#step();
        await new Promise<void>((resolve) => this.#parts.soon(resolve));
      } while (this.#isMore());
      if (this.#failure === undefined) this.#state = 'idle';
    } catch (error) {
      this.#fail(error);
    }
  }

  async #step(): Promise<void> {
    this.#group.clear();
    for (const feed of this.#feeds) feed.take(this.#group);
    if (this.#group.records > 0) await this.#write();
    if (this.#mustSync()) await this.#syncSoon();
    if (this.#failure !== undefined) return;
    if (this.#parts.level === 'sync') for (const { log, position } of this.#feeds) this.#commit(log, position);
    this.#recover();
  }

  /** At level `async` a sync goes on beside the next writes. */
  async #syncSoon(): Promise<void> {
    this.#syncing ??= this.#sync().finally(() => (this.#syncing = undefined));
    const mayGoOn = this.#parts.level === 'async' && this.#writtenBytes - this.#syncedBytes < UNSYNCED_BYTES_MAX;
    if (!mayGoOn) return this.#syncing;
    this.#syncing.then(
      () => this.#start(),
      (error: unknown) => this.#fail(error),
    );
  }

  #isMore(): boolean {
    if (this.#failure !== undefined) return false;
    return (
      this.#recordedBytes > this.#writtenBytes ||
      (this.#syncing === undefined && this.#mustSync()) ||
      (this.#parts.level === 'sync' && this.#feeds.some(({ log, position }) => position < log.lsn))
    );
  }

  async #write(): Promise<void> {
    const { file } = this.#parts;
    const bytes = this.#group.bodyBytes;
    await this.#untilThereIsSpace(async () => {
      if (file.isFull(frameBytes(bytes))) await this.#roll();
      await file.write(this.#group);
    });
    this.#writtenBytes += bytes;
    this.#written();
    if (this.#parts.level === 'async') this.#scheduleSync();
  }

  /** The group that is about to be written goes to another segment. */
  async #roll(): Promise<void> {
    const { file, onSegment } = this.#parts;
    await this.#syncing;
    if (!file.isSafe) await this.#sync();
    onSegment(await file.roll([...this.#positions]));
  }

  #written(): void {
    for (const { log, position } of this.#feeds) {
      while (this.#positions.length <= log.partition) this.#positions.push(0);
      this.#positions[log.partition] = position;
      if (this.#parts.level === 'async') log.ring.floorLsn = position;
      else log.ring.floorLsn = log.commits.committed;
    }
  }

  #mustSync(): boolean {
    const unsyncedBytes = this.#writtenBytes - this.#syncedBytes;
    if (unsyncedBytes === 0) return false;
    return this.#parts.level === 'sync' || this.#isSyncDue || unsyncedBytes >= SYNC_BYTES_MAX || !this.#flushes.isEmpty;
  }

  async #sync(): Promise<void> {
    this.#isSyncDue = false;
    this.#callOffSync?.();
    this.#callOffSync = undefined;
    const writtenBytes = this.#writtenBytes;
    await this.#parts.file.sync();
    this.#syncedBytes = writtenBytes;
    this.#flushes.done(writtenBytes);
  }

  #scheduleSync(): void {
    this.#callOffSync ??= this.#parts.timers.after(SYNC_DELAY_MS, () => {
      this.#callOffSync = undefined;
      this.#isSyncDue = true;
      this.#start();
    });
  }

  #commit(log: PartitionLog, position: number): void {
    log.ring.floorLsn = position;
    log.commits.commit(position);
  }

  /** More waits for the disk than is good. */
  #slowDown(): void {
    if (this.#failure !== undefined) return;
    const { level, bytesInFlightMax } = this.#parts;
    // Each record that is written meanwhile asks.
    if (level === 'async' && !this.#isBehind) {
      this.#isBehind = true;
      for (const { log } of this.#feeds) log.holdCommits();
    }
    if (this.inFlightBytes <= bytesInFlightMax || this.#refusal !== undefined) return;
    this.#refuse(journalBusy(this.inFlightBytes, bytesInFlightMax));
  }

  /** The disk has caught up as far as it has. */
  #recover(): void {
    const { level, bytesInFlightMax } = this.#parts;
    if (this.#refusal !== undefined && this.inFlightBytes <= bytesInFlightMax / 2) this.#refuse(undefined);
    if (level === 'sync') return;
    const isAhead = this.inFlightBytes > JOURNAL_BYTES_AHEAD_MAX;
    this.#isBehind = isAhead;
    for (const { log, position } of this.#feeds) {
      log.commits.commit(isAhead ? position : log.lsn);
      log.holdCommits(isAhead);
    }
  }

  /** Without space changes are refused, and the work is tried again until it is done. */
  async #untilThereIsSpace(work: () => Promise<void>): Promise<void> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      try {
        await work();
        return;
      } catch (error) {
        if (!DiskFault.is(error, 'full') || this.#isClosing) throw error;
        this.#refuse(diskFull(this.#parts.file.segment.place, error, this.#isAhead));
      }
      await this.#pause();
    }
  }

  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      const callOff = this.#parts.timers.after(DISK_FULL_RETRY_MS, resolve);
      this.#endPause = () => {
        callOff();
        resolve();
      };
    });
    this.#endPause = undefined;
  }

  /** Whether more may have been acknowledged than is synced. */
  get #isAhead(): boolean {
    return this.#parts.level === 'async';
  }

  #refuse(error: WeftError | undefined): void {
    this.#refusal = error;
    for (const { log } of this.#feeds) log.refuse(error);
  }

  /** What a failed write or sync left on the disk is not known: nothing is tried again. */
  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    const failure = journalFailed(this.#parts.file.segment.place, error, this.#isAhead);
    this.#state = 'ended';
    this.#failure = failure;
    this.#endPause?.();
    this.#callOffSync?.();
    this.#refuse(failure);
    for (const { log } of this.#feeds) {
      log.holdCommits();
      log.commits.fail(failure);
    }
    this.#flushes.fail(failure);
  }
}
