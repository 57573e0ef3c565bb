import type { Checksum, Disk, DiskFile } from '@weft/base';
import { HEADER_BYTES } from '../record/record.ts';
import { firstLsnOfRecord, partitionOfRecord } from '../record/record-head.ts';
import { damaged } from './faults.ts';
import { FRAME_HEADER_BYTES, FRAME_KINDS, type FrameHead } from './frame.ts';
import { isSegmentName } from './segment-header.ts';
import { readSegment, seedOf, type Positions, type Segment } from './segment.ts';
import { SegmentWindow, type FramePlace } from './segment-window.ts';

/** Some records, one behind the other: `bytes` between `start` and `end` stay as they are until the next frame is asked for. */
export interface JournalFrame {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly head: FrameHead;
  readonly segment: Segment;
  /** Where the frame begins in its file. */
  readonly at: number;
}

/** Where a journal ends that was read as far as it can be. */
export interface JournalEnd {
  readonly segment: Segment;
  /** Where the next frame goes. */
  readonly at: number;
  /** Bytes that follow and are no frames: zeros that were made ready, or what a crash left of the last writes. */
  readonly restBytes: number;
  /** Whether they are more than zeros. */
  readonly isTorn: boolean;
  /** From here on nothing says that it outlasts a crash. */
  readonly unsafeAt: number;
  readonly sequence: number;
  readonly chain: number;
  /** By partition: an lsn behind which no record begins. */
  readonly positions: Positions;
}

/** The segments of a journal, in order. Throws JOURNAL_DAMAGED, JOURNAL_FORMAT. */
export async function readSegments(disk: Disk, directory: string, checksum: Checksum): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const name of await disk.list(directory)) {
    if (!isSegmentName(name)) continue;
    const path = `${directory}/${name}`;
    const file = await disk.open(path, 'read');
    try {
      segments.push(await readSegment(disk, path, file, checksum));
    } finally {
      await file.close();
    }
  }
  const foreign = segments.find(({ journal }) => journal !== segments[0]!.journal);
  if (foreign !== undefined) throw damaged(foreign.place, 0, 'this segment is of another journal');
  return segments;
}

/**
 * Reads the frames of segments in order and checks that each follows from the one before. What cannot be read at the end of the last
 * one, and was not safe, is torn: the end is in front of it. Everything else that cannot be read is damage.
 */
export class JournalScan {
  readonly #disk: Disk;
  readonly #segments: readonly Segment[];
  readonly #checksum: Checksum;
  readonly #seed: number;
  #sequence = 0;
  #chain = 0;
  /** Frames that nothing says to be safe yet: sequence and place. */
  #unsafe: { readonly sequence: number; readonly at: number }[] = [];
  /** By partition: the last lsn that a record began with. */
  readonly #lsns: number[] = [];
  #end: JournalEnd | undefined;

  /** `segments`: at least one. */
  constructor(disk: Disk, segments: readonly Segment[], checksum: Checksum) {
    this.#disk = disk;
    this.#segments = segments;
    this.#checksum = checksum;
    this.#seed = seedOf(segments[0]!.journal, checksum);
  }

  /** Where the journal ends; `undefined` until all frames are read. */
  get end(): JournalEnd | undefined {
    return this.#end;
  }

  /** Frames that hold records. Throws JOURNAL_DAMAGED. */
  async *frames(): AsyncGenerator<JournalFrame, void> {
    for (const [i, segment] of this.#segments.entries()) {
      const file = await this.#disk.open(segment.path, 'read');
      try {
        yield* this.#segment(segment, file, this.#segments[i + 1]);
      } finally {
        await file.close();
      }
    }
  }

  async *#segment(segment: Segment, file: DiskFile, next: Segment | undefined): AsyncGenerator<JournalFrame, void> {
    this.#begin(segment);
    const window = new SegmentWindow(file, await file.size(), this.#checksum, this.#seed);
    let at = segment.framesAt;
    let isEnded = false;
    for (;;) {
      const place = await window.frame(at);
      if (place === undefined || !this.#follows(place.head)) break;
      if (place.head.kind === FRAME_KINDS.end) {
        isEnded = true;
        break;
      }
      this.#step(place.head, at);
      yield this.#checkedFrame(place, segment, at);
      at += place.head.length;
    }
    if (next !== undefined) {
      if (next.firstSequence !== this.#sequence + 1 || next.start.chain !== this.#chain)
        throw damaged(
          segment.place,
          at,
          `frame ${this.#sequence + 1} is missing or cannot be read, and ${next.place} follows`,
        );
    } else if (isEnded) throw damaged(segment.place, at, 'the segment that follows this one is missing');
    else await this.#finish(segment, window, at);
  }

  /** Takes the start frame, whose own check is done. */
  #begin({ place, start, firstSequence, positions }: Segment): void {
    if (firstSequence <= this.#sequence) throw damaged(place, 0, `a segment before has its frame ${firstSequence} too`);
    this.#sequence = firstSequence;
    this.#chain = start.crc;
    this.#unsafe = [];
    for (const [partition, lsn] of positions.entries()) {
      if (lsn < (this.#lsns[partition] ?? 0)) throw damaged(place, 0, `positions of partition ${partition} go back`);
      this.#lsns[partition] = lsn;
    }
  }

  #follows({ kind, sequence, chain }: FrameHead): boolean {
    return kind !== FRAME_KINDS.start && sequence === this.#sequence + 1 && chain === this.#chain;
  }

  #step({ sequence, crc, safe }: FrameHead, at: number): void {
    this.#sequence = sequence;
    this.#chain = crc;
    this.#unsafe = this.#unsafe.filter((frame) => frame.sequence > safe);
    this.#unsafe.push({ sequence, at });
  }

  async #finish(segment: Segment, window: SegmentWindow, at: number): Promise<void> {
    const witness = await window.witness(at, this.#sequence + 1);
    if (witness !== undefined)
      throw damaged(
        segment.place,
        at,
        `frame ${this.#sequence + 1} cannot be read, and the frame at byte ${witness} shows that it was written`,
      );
    this.#end = {
      segment,
      at,
      restBytes: window.size - at,
      isTorn: !(await window.isBlank(at)),
      unsafeAt: this.#unsafe[0]?.at ?? at,
      sequence: this.#sequence,
      chain: this.#chain,
      positions: Array.from(this.#lsns, (lsn: number | undefined) => lsn ?? 0),
    };
  }

  /** The records of a frame, whose lengths and positions are looked at. */
  #checkedFrame({ head, bytes, start }: FramePlace, segment: Segment, at: number): JournalFrame {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const first = start + FRAME_HEADER_BYTES;
    const last = start + head.length;
    let end = first;
    for (let i = 0; i < head.records; i++) {
      const length = end + HEADER_BYTES <= last ? view.getUint32(end, true) : 0;
      if (length < HEADER_BYTES || end + length > last)
        throw damaged(segment.place, at, `record ${i} of frame ${head.sequence} is longer than the frame`);
      this.#checkLsn(bytes, end, segment, at);
      end += length;
    }
    return { bytes, start: first, end, head, segment, at };
  }

  #checkLsn(bytes: Uint8Array, record: number, segment: Segment, at: number): void {
    const partition = partitionOfRecord(bytes, record);
    const lsn = firstLsnOfRecord(bytes, record);
    if (lsn <= (this.#lsns[partition] ?? 0))
      throw damaged(segment.place, at, `lsn ${lsn} of partition ${partition} follows ${this.#lsns[partition]}`);
    this.#lsns[partition] = lsn;
  }
}
