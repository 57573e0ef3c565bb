import type { Checksum, Disk, DiskFile, WriteMode } from '@weft/base';
import { DiskFault } from '@weft/base';
import { FRAME_HEADER_BYTES, FRAME_KINDS, sealFrame } from './frame.ts';
import type { Group } from './group.ts';
import type { JournalEnd } from './journal-scan.ts';
import { makeSegment, seedOf, UNFINISHED, type Positions, type Segment } from './segment.ts';
import { segmentName } from './segment-header.ts';

/** Frames at least that zeros are made ready for. */
const FRAMES_READY_MIN = 8;

export interface SegmentFileParts {
  readonly disk: Disk;
  readonly directory: string;
  readonly checksum: Checksum;
  /** A segment that has so many bytes is followed by another. */
  readonly segmentBytes: number;
  /** Zeros that are written in front of short frames, so that a sync need not record a longer file each time; 0: none. */
  readonly readyBytes: number;
  /** `write-through`: each frame is synced before the next is written. */
  readonly mode: WriteMode;
}

/**
 * The end of a journal, to which frames are written, in the last segment or one that it begins. One call at a time. What the disk cannot do
 * comes as a `DiskFault`; after one that is not `full` nothing may be called any more but `close`.
 */
export class SegmentFile {
  readonly #parts: SegmentFileParts;
  readonly #seed: number;
  #segment: Segment;
  #file: DiskFile;
  #at: number;
  #sequence: number;
  /** The last frame that was synced. */
  #safe: number;
  #chain: number;
  /** Up to where zeros are ready to be written over. */
  #readyAt: number;
  /** Whether bytes of a frame that did not fit may stand behind the end. */
  #isTorn = false;

  private constructor(parts: SegmentFileParts, file: DiskFile, end: JournalEnd) {
    this.#parts = parts;
    this.#seed = seedOf(end.segment.journal, parts.checksum);
    this.#file = file;
    this.#segment = end.segment;
    this.#at = this.#readyAt = end.at;
    this.#sequence = this.#safe = end.sequence;
    this.#chain = end.chain;
  }

  /**
   * Goes on where a journal ends. What a crash left behind the end is cut off. What nothing says to be safe is written again before it
   * is synced: the disk may have failed to keep it and said so to a process that is gone.
   */
  static async goOn(parts: SegmentFileParts, end: JournalEnd): Promise<SegmentFile> {
    const file = await parts.disk.open(end.segment.path, parts.mode);
    try {
      const unsafe = new Uint8Array(end.at - end.unsafeAt);
      await file.read(end.unsafeAt, unsafe);
      if (unsafe.length > 0) await file.write(end.unsafeAt, unsafe);
      if (end.restBytes > 0) await file.truncate(end.at);
      await file.sync();
      return new SegmentFile(parts, file, end);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The segment that is written to. */
  get segment(): Segment {
    return this.#segment;
  }

  /** Where the next frame goes. */
  get at(): number {
    return this.#at;
  }

  /** Whether all frames are synced. */
  get isSafe(): boolean {
    return this.#safe === this.#sequence;
  }

  /** Whether the next frame, of this length, is to go into a new segment. */
  isFull(length: number): boolean {
    return this.#at > this.#segment.framesAt && this.#at + length > this.#parts.segmentBytes;
  }

  /** Writes a group as the next frame. After `full` the same group is to be written again. */
  async write(group: Group): Promise<void> {
    await this.#cutTorn();
    const length = group.finish();
    await this.#makeReady(length);
    const head = {
      length,
      kind: FRAME_KINDS.records,
      chain: this.#chain,
      sequence: this.#sequence + 1,
      safe: this.#safe,
      records: group.records,
    };
    const crc = sealFrame(group.bytes, 0, head, this.#parts.checksum, this.#seed);
    await this.#append(group.bytes.subarray(0, length));
    this.#chain = crc;
    this.#sequence++;
  }

  async sync(): Promise<void> {
    const sequence = this.#sequence;
    await syncForGood(this.#file, this.#segment.place);
    this.#safe = sequence;
  }

  /** Goes on in a new segment. All frames are synced. `positions`: up to which lsn records were written. */
  async roll(positions: Positions): Promise<Segment> {
    const { disk, directory, checksum, mode } = this.#parts;
    const header = { journal: this.#segment.journal, firstSequence: this.#sequence + 1 };
    const before = this.#file;
    try {
      const made = { header, positions, chain: this.#chain, mode };
      const { segment, file } = await makeSegment(disk, directory, made, checksum);
      await this.#end(before);
      this.#file = file;
      this.#segment = segment;
      this.#at = this.#readyAt = segment.framesAt;
      this.#sequence = this.#safe = segment.firstSequence;
      this.#chain = segment.start.crc;
    } catch (error) {
      if (DiskFault.is(error, 'full'))
        await disk.remove(`${directory}/${segmentName(header.firstSequence)}${UNFINISHED}`);
      throw error;
    }
    await before.close();
    return this.#segment;
  }

  /** Writes that nothing is missing behind the last frame, so that damage to it is known from a torn end. All frames are synced. */
  async seal(): Promise<void> {
    const bytes = new Uint8Array(FRAME_HEADER_BYTES);
    const sequence = this.#sequence + 1;
    const head = {
      length: bytes.length,
      kind: FRAME_KINDS.records,
      chain: this.#chain,
      sequence,
      safe: this.#safe,
      records: 0,
    };
    this.#chain = sealFrame(bytes, 0, head, this.#parts.checksum, this.#seed);
    await this.#append(bytes);
    this.#sequence = sequence;
    if (this.#readyAt > this.#at) await this.#file.truncate(this.#at);
    await this.sync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** The last frame of a segment says that another follows, so that it is missed where it is not there. Without space there is none. */
  async #end(file: DiskFile): Promise<void> {
    const bytes = new Uint8Array(FRAME_HEADER_BYTES);
    const sequence = this.#sequence + 1;
    const head = {
      length: bytes.length,
      kind: FRAME_KINDS.end,
      chain: this.#chain,
      sequence,
      safe: this.#safe,
      records: 0,
    };
    sealFrame(bytes, 0, head, this.#parts.checksum, this.#seed);
    try {
      await file.write(this.#at, bytes);
    } catch (error) {
      if (!DiskFault.is(error, 'full')) throw error;
    }
    if (this.#readyAt > this.#at + bytes.length) await file.truncate(this.#at + bytes.length);
    await syncForGood(file, this.#segment.place);
  }

  async #append(bytes: Uint8Array): Promise<void> {
    try {
      await this.#file.write(this.#at, bytes);
    } catch (error) {
      this.#isTorn = true;
      throw error;
    }
    this.#at += bytes.length;
  }

  async #cutTorn(): Promise<void> {
    if (!this.#isTorn) return;
    await this.#file.truncate(this.#at);
    this.#readyAt = this.#at;
    this.#isTorn = false;
  }

  /** Zeros in front of frames that are short against them; where there is no space for them, it goes without. */
  async #makeReady(length: number): Promise<void> {
    const { readyBytes, segmentBytes } = this.#parts;
    if (this.#at + length <= this.#readyAt || length > readyBytes / FRAMES_READY_MIN) return;
    const from = Math.max(this.#at, this.#readyAt);
    const to = Math.min(this.#at + readyBytes, segmentBytes);
    if (to <= from) return;
    try {
      await this.#file.write(from, new Uint8Array(to - from));
      this.#readyAt = to;
    } catch (error) {
      this.#isTorn = true;
      if (!DiskFault.is(error, 'full')) throw error;
      await this.#cutTorn();
    }
  }
}

/** A sync that found no space is not tried again either: what it left on the disk is not known. */
async function syncForGood(file: DiskFile, path: string): Promise<void> {
  try {
    await file.sync();
  } catch (error) {
    if (DiskFault.is(error, 'full')) throw new DiskFault('failed', path, error.message, { cause: error });
    throw error;
  }
}
