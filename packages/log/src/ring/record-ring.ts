import { RecordBytes } from '../record/record-bytes.ts';

/** Records are written one behind the other into chunks of this size, less where little is retained; a longer one gets a chunk of its own. */
const CHUNK_BYTES_MAX = 1 << 20;
const CHUNK_BYTES_MIN = 1 << 16;
/** Chunks at least that a ring lets go of one after another. */
const CHUNKS_MIN = 8;

/** Hears of memory that was taken or, below zero, given back, in bytes. */
export type RingMeter = (bytes: number) => void;

interface Chunk {
  readonly target: RecordBytes;
  /** Lsn of the first record's first effect and of the last record's last. */
  readonly firstLsn: number;
  lastLsn: number;
  /** Where the last record ends. */
  end: number;
  next: Chunk | undefined;
}

/** Where a reader is. */
export interface RingPlace {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/**
 * The last records of a partition, in memory: readers and journal take them from here. Bounded in bytes: the oldest chunk goes once all
 * are over `retainBytes` and nobody who must have it needs it any more (`floorLsn`).
 */
export class RecordRing {
  readonly #retainBytes: number;
  readonly #chunkBytes: number;
  readonly #meter: RingMeter;
  #first: Chunk | undefined;
  #last: Chunk | undefined;
  #bytes = 0;
  /** Start of the record that is being written. */
  #start = 0;
  #spare: RecordBytes = new RecordBytes(0);
  #writtenBytes = 0;
  /** Records above this lsn stay, whatever is retained. */
  floorLsn = Infinity;
  /** All up to here is not in memory any more, or never was. */
  #base = 0;

  constructor(retainBytes: number, meter: RingMeter = () => undefined) {
    this.#retainBytes = retainBytes;
    this.#meter = meter;
    this.#chunkBytes = Math.min(CHUNK_BYTES_MAX, Math.max(CHUNK_BYTES_MIN, Math.floor(retainBytes / CHUNKS_MIN)));
  }

  /** Bytes beyond which the oldest chunk goes. */
  get retainBytes(): number {
    return this.#retainBytes;
  }

  /** Bytes of the chunks. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of all records that were ever written. */
  get writtenBytes(): number {
    return this.#writtenBytes;
  }

  /** Readers at this lsn or above find all that comes next. */
  get base(): number {
    return this.#base;
  }

  /** Nothing up to this lsn will be looked for here. */
  beginAt(lsn: number): void {
    this.#base = lsn;
  }

  /** Begins a record; `bytesMax`: at least what is written before the next `more`. */
  begin(bytesMax: number): RecordBytes {
    const last = this.#last;
    if (last !== undefined && last.end + bytesMax <= last.target.bytes.length) {
      this.#start = last.target.at = last.end;
      return last.target;
    }
    if (this.#spare.bytes.length < bytesMax) this.#spare = new RecordBytes(Math.max(this.#chunkBytes, bytesMax));
    this.#start = this.#spare.at = 0;
    return this.#spare;
  }

  /** Room for so many bytes more in the record that is being written: the same target, or another that has what was written so far. */
  more(target: RecordBytes, bytesMax: number): RecordBytes {
    if (target.at + bytesMax <= target.bytes.length) return target;
    const length = target.at - this.#start;
    const wider = new RecordBytes(Math.max(this.#chunkBytes, 2 * length + bytesMax));
    wider.bytes.set(target.bytes.subarray(this.#start, target.at));
    wider.at = length;
    this.#start = 0;
    this.#spare = wider;
    return wider;
  }

  /** Where the record that is being written begins in its target. */
  get start(): number {
    return this.#start;
  }

  /** The record is complete; it has the effects of these lsns. */
  end(target: RecordBytes, firstLsn: number, lastLsn: number): void {
    this.#writtenBytes += target.at - this.#start;
    const last = this.#last;
    if (last?.target === target) {
      last.end = target.at;
      last.lastLsn = lastLsn;
      return;
    }
    const chunk: Chunk = { target, firstLsn, lastLsn, end: target.at, next: undefined };
    this.#spare = new RecordBytes(0);
    this.#count(target.bytes.length);
    if (last === undefined) this.#first = chunk;
    else last.next = chunk;
    this.#last = chunk;
    this.trim();
  }

  /** Lets go of the oldest chunks that are too many and needed by nobody. */
  trim(): void {
    while (this.#first !== this.#last && this.#bytes > this.#retainBytes && this.#first!.lastLsn <= this.floorLsn) {
      this.#count(-this.#first!.target.bytes.length);
      this.#base = this.#first!.lastLsn;
      this.#first = this.#first!.next;
    }
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#meter(bytes);
  }

  /**
   * As `reader`, beginning with the last record that starts at `position` or before: it may have effects behind it. Where it is gone, so
   * are they.
   */
  readerFrom(position: number): RingReader | undefined {
    const from = this.reader(position);
    const before = from?.startOfLast() ?? -1;
    return before < 0 ? from : this.reader(before - 1);
  }

  /** A reader of the records whose first lsn is above `position`; `undefined` where some of them are gone. */
  reader(position: number): RingReader | undefined {
    let chunk = this.#first;
    if (position < this.#base) return undefined;
    if (chunk === undefined) return new RingReader(() => this.#first, position);
    while (chunk.next !== undefined && chunk.next.firstLsn <= position + 1) chunk = chunk.next;
    const from = chunk;
    return new RingReader(() => from, position);
  }
}

/** Reads one record after another. A chunk that is being read stays in memory, however old. */
export class RingReader {
  readonly #open: () => Chunk | undefined;
  #chunk: Chunk | undefined;
  #at = 0;
  #position: number;

  constructor(open: () => Chunk | undefined, position: number) {
    this.#open = open;
    this.#position = position;
  }

  /** Bytes that the ring has written and this reader has not seen, as far as the present chunk tells. */
  get lagBytes(): number {
    return this.#chunk === undefined ? 0 : this.#chunk.end - this.#at;
  }

  /** First lsn of the last record that the reader passes over; -1 where it passes over none of its first chunk. */
  startOfLast(): number {
    const chunk = this.#open();
    let last = -1;
    if (chunk === undefined) return last;
    const { view } = chunk.target;
    for (let at = 0; at < chunk.end; at += view.getUint32(at, true)) {
      const firstLsn = firstLsnAt(view, at);
      if (firstLsn > this.#position) break;
      last = firstLsn;
    }
    return last;
  }

  /** The next records that stand one behind the other, one at least and no more than so many bytes; `undefined` where there is none yet. */
  run(bytesMax: number): RingPlace | undefined {
    const first = this.next(Infinity);
    if (first === undefined) return undefined;
    const chunk = this.#chunk!;
    const { bytes, start } = first;
    let { end } = first;
    while (end < chunk.end) {
      const next = end + chunk.target.view.getUint32(end, true);
      if (next - start > bytesMax) break;
      end = next;
    }
    this.#at = end;
    return { bytes, start, end };
  }

  /** The next record that ends at `committed` or before; `undefined` where there is none yet. */
  next(committed: number): RingPlace | undefined {
    this.#chunk ??= this.#open();
    for (;;) {
      const chunk = this.#chunk;
      if (chunk === undefined) return undefined;
      if (this.#at === chunk.end) {
        if (chunk.next === undefined) return undefined;
        this.#chunk = chunk.next;
        this.#at = 0;
        continue;
      }
      const { bytes, view } = chunk.target;
      const start = this.#at;
      const firstLsn = firstLsnAt(view, start);
      if (firstLsn > committed) return undefined;
      const end = start + view.getUint32(start, true);
      this.#at = end;
      if (firstLsn <= this.#position) continue;
      return { bytes, start, end };
    }
  }
}

function firstLsnAt(view: DataView, start: number): number {
  return view.getUint32(start + 16, true) + view.getUint32(start + 20, true) * 0x1_0000_0000;
}
