import { assert, type Checksum, type Disk, type Random, type Timers, type WeftError } from '@weft/base';
import type { PartitionLog } from '../partition-log.ts';
import { damaged, openingFault } from './faults.ts';
import { JOURNAL_BYTES_IN_FLIGHT_MAX, JournalWriter, type JournalLevel } from './journal-writer.ts';
import { JournalScan, readSegments, type JournalFrame } from './journal-scan.ts';
import { SegmentFile, type SegmentFileParts } from './segment-file.ts';
import { makeSegment, UNFINISHED, type Positions, type Segment } from './segment.ts';

/** A segment with so many bytes is followed by another. */
export const SEGMENT_BYTES_DEFAULT = 64 * 1024 * 1024;
/** Zeros that are written in front of short frames: on ext4 a sync takes a third to a seventh of the time where the file does not grow. */
export const READY_BYTES_DEFAULT = 1024 * 1024;
export const JOURNAL_DIRECTORY = 'journal';

export interface JournalOptions {
  readonly disk: Disk;
  readonly level: JournalLevel;
  readonly checksum: Checksum;
  readonly random: Random;
  readonly timers: Timers;
  /** Calls back in the next turn of the event loop. */
  readonly soon: (callback: () => void) => void;
  readonly segmentBytes?: number;
  /** Level `sync`: bytes of zeros that are written in front of frames. */
  readonly readyBytes?: number;
  readonly bytesInFlightMax?: number;
  /** Of the last records, whole segments with so many bytes are kept for subscribers that come back, also where a snapshot holds what they did. */
  readonly retainBytes?: number;
}

/**
 * The journal of a grid: the records of all its partitions, in the order in which they happened, in the files of a directory. Its life:
 *
 *     const journal = await Journal.open(options);
 *     for await (const frame of journal.frames()) …       // what it holds: all of it is to be read once
 *     await journal.start(logs);                          // positions have been set by `resumeAt`; nothing is recorded yet
 *     …                                                   // every record of the logs goes to the journal by itself
 *     await journal.close();
 *
 * Whoever opens it owns the directory: see the lock of the disk.
 */
export class Journal {
  readonly #options: JournalOptions;
  readonly #segments: Segment[];
  #scan: JournalScan | undefined;
  #writer: JournalWriter | undefined;

  private constructor(options: JournalOptions, segments: Segment[]) {
    this.#options = options;
    this.#segments = segments;
  }

  /** Opens the journal of a disk, or begins one. Throws JOURNAL_DAMAGED, JOURNAL_FORMAT, DISK_FULL, JOURNAL_FAILED. */
  static async open(options: JournalOptions): Promise<Journal> {
    const { disk, checksum } = options;
    try {
      await disk.makeDirectory(JOURNAL_DIRECTORY);
      await disk.syncDirectory('');
      for (const name of await disk.list(JOURNAL_DIRECTORY))
        if (name.endsWith(UNFINISHED)) await disk.remove(`${JOURNAL_DIRECTORY}/${name}`);
      const segments = await readSegments(disk, JOURNAL_DIRECTORY, checksum);
      if (segments.length === 0) segments.push(await begin(options));
      return new Journal(options, segments);
    } catch (error) {
      throw openingFault(disk.locate(JOURNAL_DIRECTORY), error);
    }
  }

  /** 32 hexadecimal digits, made when the journal began. */
  get id(): string {
    return this.#segments[0]!.journal;
  }

  /** Up to which lsn of each partition records are not in the journal any more, since a snapshot holds what they did. */
  get positions(): Positions {
    return this.#segments[0]!.positions;
  }

  /** Why nothing is written any more: JOURNAL_FAILED. */
  get failure(): WeftError | undefined {
    return this.#writer?.failure;
  }

  /** Bytes of records that wait for the disk. */
  get inFlightBytes(): number {
    return this.#writer?.inFlightBytes ?? 0;
  }

  /**
   * All records behind `from`, and some in front of it, in the order in which they happened. To be read to the end, once, before `start`.
   * Throws JOURNAL_DAMAGED.
   */
  async *frames(from: Positions = []): AsyncGenerator<JournalFrame, void> {
    assert(this.#scan === undefined, 'a journal is read once');
    const { disk, checksum } = this.#options;
    this.#checkBegin(from);
    const first = this.#segments.findLastIndex(({ positions }) => isWithin(positions, from));
    const scan = new JournalScan(disk, this.#segments.slice(first), checksum);
    this.#scan = scan;
    try {
      yield* scan.frames();
    } catch (error) {
      throw openingFault(disk.locate(JOURNAL_DIRECTORY), error);
    }
  }

  /**
   * The same for somebody who reads while it is written, as often as they like, up to about what there is when they come to the end; `undefined`
   * where some records behind `from` are not in the journal any more. Throws JOURNAL_DAMAGED, also where the end moves on while it is read.
   */
  framesAgain(from: Positions): AsyncGenerator<JournalFrame, void> | undefined {
    const { disk, checksum } = this.#options;
    const first = this.#segments.findLastIndex(({ positions }) => isWithin(positions, from));
    return first < 0 ? undefined : new JournalScan(disk, this.#segments.slice(first), checksum).frames();
  }

  /** Paths of the segments that `frames` reads, below the directory of the disk. */
  pathsBehind(from: Positions): string[] {
    const first = this.#segments.findLastIndex(({ positions }) => isWithin(positions, from));
    return this.#segments.slice(Math.max(0, first)).map(({ path }) => path);
  }

  /** From here on every record of these logs is written. They are at the positions where the journal ends, and nothing was recorded since. */
  async start(logs: readonly PartitionLog[]): Promise<void> {
    const end = this.#scan?.end;
    assert(end !== undefined && this.#writer === undefined, 'a journal is read to its end, then started once');
    const { disk, checksum, level, timers, soon, segmentBytes = SEGMENT_BYTES_DEFAULT } = this.#options;
    const { bytesInFlightMax = JOURNAL_BYTES_IN_FLIGHT_MAX } = this.#options;
    const readyBytes = level === 'sync' ? (this.#options.readyBytes ?? READY_BYTES_DEFAULT) : 0;
    const mode = level === 'sync' ? 'write-through' : 'write';
    const parts: SegmentFileParts = { disk, directory: JOURNAL_DIRECTORY, checksum, segmentBytes, readyBytes, mode };
    try {
      const file = await SegmentFile.goOn(parts, end);
      const onSegment = (segment: Segment): void => void this.#segments.push(segment);
      const { positions } = end;
      this.#writer = new JournalWriter({
        level,
        file,
        logs,
        timers,
        soon,
        bytesInFlightMax,
        checksum,
        positions,
        onSegment,
      });
    } catch (error) {
      throw openingFault(end.segment.place, error);
    }
  }

  /** Resolves once all that is recorded is synced. Throws JOURNAL_FAILED. */
  async flush(): Promise<void> {
    await this.#writer?.flush();
  }

  /** As `flush`, before it is closed: a disk that is full is not waited for any more. Throws JOURNAL_FAILED. */
  async flushLast(): Promise<void> {
    await this.#writer?.flushLast();
  }

  /** Removes the segments that hold nothing behind these positions, but for those that are retained: a snapshot that outlasts a crash has all of it. */
  async truncateBefore(positions: Positions): Promise<void> {
    const { disk, retainBytes = 0, segmentBytes = SEGMENT_BYTES_DEFAULT } = this.#options;
    const kept = 1 + Math.ceil(retainBytes / segmentBytes);
    while (this.#segments.length > kept && isWithin(this.#segments[1]!.positions, positions)) {
      // One at a time, so that no crash leaves a gap.
      await disk.remove(this.#segments.shift()!.path);
      await disk.syncDirectory(JOURNAL_DIRECTORY);
    }
  }

  /** Writes and syncs what is recorded, and ends. Throws JOURNAL_FAILED where that cannot be. */
  async close(): Promise<void> {
    await this.#writer?.close();
  }

  #checkBegin(from: Positions): void {
    const { place, positions } = this.#segments[0]!;
    const partition = positions.findIndex((lsn, i) => lsn > (from[i] ?? 0));
    if (partition < 0) return;
    const what = `it begins behind lsn ${positions[partition]} of partition ${partition}, and the snapshot ends at ${from[partition] ?? 0}`;
    throw damaged(place, 0, what);
  }
}

/** Whether one is nowhere behind the other. */
function isWithin(positions: Positions, others: Positions): boolean {
  return positions.every((lsn, i) => lsn <= (others[i] ?? 0));
}

async function begin({ disk, checksum, random }: JournalOptions): Promise<Segment> {
  const journal = Array.from({ length: 4 }, () => random.uint32().toString(16).padStart(8, '0')).join('');
  const made = { header: { journal, firstSequence: 1 }, positions: [], chain: 0, mode: 'write' as const };
  const { segment, file } = await makeSegment(disk, JOURNAL_DIRECTORY, made, checksum);
  await file.close();
  return segment;
}
