/**
 * The index of primary keys and unique columns: hash of a key → the one row that has it.
 *
 * Extendible hashing (Fagin, Nievergelt, Pippenger, Strong 1979) over small segments:
 *
 *     spread hash  ████████░░░░░░░░░░░░░░░░░░░░░░░░
 *                  └ directory   depth bits → segment (several directory entries may share one)
 *
 * A full segment grows by an eighth up to some SPLIT_ROWS rows, then splits in two; the directory doubles when a split
 * needs a bit more than it has. The longest step copies one segment, some 30 µs, whatever the size of the index.
 *
 * Departure from the paper: a split that would not part the hashes within DEPTH_MAX bits is refused and the segment grows on.
 * That happens only if thousands of keys share their high hash bits; look-ups then slow down in proportion, nothing fails.
 */
import type { Slice, Work } from '@weft/data';
import type { KeyProbe } from './key-probe.ts';
import { HashSegment, spread } from './hash-segment.ts';
import { unmetered, type Meter } from './meter.ts';

/** A full segment of at least this many rows splits; since growth goes by eighths, none has more than 4,608. */
const SPLIT_ROWS = 4096;
/** Directory bits at most: 262,144 entries, enough for half a billion rows; copying it takes under a millisecond. */
const DEPTH_MAX = 18;
const ENTRY_BYTES = 8;
/** Rows that a segment is made for where it is known how many come, at most: below SPLIT_ROWS, so that those that get more do not split. */
const RESERVED_SEGMENT_ROWS = 3600;
/** Segments made between two looks at the slice: some 0.2 ms. */
const SEGMENTS_PER_LOOK = 16;

export class UniqueHashIndex {
  #depth = 1;
  /** 32 − depth, kept because every look-up needs it. */
  #shift = 31;
  #directory: HashSegment[] = [new HashSegment(1), new HashSegment(1)];
  #size = 0;
  #bytes = 0;
  readonly #meter: Meter;

  constructor(meter: Meter = unmetered) {
    this.#meter = meter;
    this.#count(walkedBytes(this.#directory));
  }

  /**
   * Makes room for so many rows in an index that has none, so that they come without a segment that grows or splits; that is two thirds
   * of what inserting many costs. Pauses for the sake of the slice.
   */
  *reserve(rows: number, slice: Slice): Work<void> {
    if (this.#size > 0 || rows <= RESERVED_SEGMENT_ROWS) return;
    const depth = Math.min(DEPTH_MAX, Math.ceil(Math.log2(rows / RESERVED_SEGMENT_ROWS)));
    // A fresh segment has room for some more: hashes fall where they like.
    const segmentRows = Math.ceil(rows / 2 ** depth);
    const directory: HashSegment[] = [];
    while (directory.length < 2 ** depth) {
      directory.push(HashSegment.forRows(depth, segmentRows));
      if (directory.length % SEGMENTS_PER_LOOK === 0 && slice.isOver()) yield;
    }
    this.#depth = depth;
    this.#shift = 32 - depth;
    this.#directory = directory;
    this.#count(walkedBytes(directory) - this.#bytes);
  }

  /** Rows held. */
  get size(): number {
    return this.#size;
  }

  /** Memory of the index, counted as it comes and goes. */
  bytes(): number {
    return this.#bytes;
  }

  /**
   * Some row with this hash, or NO_ROW (−1). It has the wanted key but for once in 2³² times the number of rows: the caller
   * compares the key itself, and where it differs asks `find`. Faster than `find` in a process with many kinds of keys, where
   * the call of `probe.matches` sees many classes and is no longer inlined (32 ns and 49 ns at 100,000 rows).
   */
  candidate(hash: number): number {
    const bits = spread(hash);
    return this.#directory[bits >>> this.#shift]!.candidate(bits);
  }

  /** The row with this hash that the probe accepts, or NO_ROW (−1). */
  find(hash: number, probe: KeyProbe): number {
    const bits = spread(hash);
    return this.#directory[bits >>> this.#shift]!.find(bits, probe);
  }

  /** Adds a row. The caller has seen by `find` that no row has its key. */
  insert(hash: number, row: number): void {
    const bits = spread(hash);
    this.#roomySegment(bits).insert(bits, row);
    this.#size++;
  }

  /** Adds a row unless there is one with this hash, whose key may be another; whether it did. */
  insertNew(hash: number, row: number): boolean {
    const bits = spread(hash);
    const isNew = this.#roomySegment(bits).insertNew(bits, row);
    if (isNew) this.#size++;
    return isNew;
  }

  /** Takes out a row that was inserted under this hash; false if it is not there. */
  remove(hash: number, row: number): boolean {
    const bits = spread(hash);
    const segment = this.#directory[bits >>> this.#shift]!;
    const before = segment.bytes;
    if (!segment.remove(bits, row)) return false;
    this.#size--;
    if (segment.bytes !== before) this.#count(segment.bytes - before);
    return true;
  }

  /** Says that the key of row `from` is now that of row `to`; false if `from` is not there. */
  relocate(hash: number, from: number, to: number): boolean {
    const bits = spread(hash);
    return this.#directory[bits >>> this.#shift]!.relocate(bits, from, to);
  }

  /** Forgets all rows and gives their memory back. */
  clear(): void {
    this.#depth = 1;
    this.#shift = 31;
    this.#directory = [new HashSegment(1), new HashSegment(1)];
    this.#size = 0;
    this.#count(walkedBytes(this.#directory) - this.#bytes);
  }

  /** The segment for a hash, with room for a row. */
  #roomySegment(bits: number): HashSegment {
    let segment = this.#directory[bits >>> this.#shift]!;
    while (segment.full) {
      this.#makeRoom(segment, bits);
      segment = this.#directory[bits >>> this.#shift]!;
    }
    return segment;
  }

  #makeRoom(segment: HashSegment, bits: number): void {
    const before = segment.bytes;
    if (segment.size < SPLIT_ROWS || segment.commonBits() >= DEPTH_MAX) segment.grow();
    else this.#split(segment, bits);
    this.#count(segment.bytes - before);
  }

  #split(segment: HashSegment, bits: number): void {
    if (segment.depth === this.#depth) this.#doubleDirectory();
    const span = 1 << (this.#depth - segment.depth);
    const first = (bits >>> this.#shift) & -span;
    const upper = segment.split();
    this.#directory.fill(upper, first + span / 2, first + span);
    this.#count(upper.bytes);
  }

  #doubleDirectory(): void {
    const narrow = this.#directory;
    const wide = new Array<HashSegment>(narrow.length * 2);
    for (let i = 0; i < narrow.length; i++) wide[2 * i] = wide[2 * i + 1] = narrow[i]!;
    this.#directory = wide;
    this.#depth++;
    this.#shift--;
    this.#count(narrow.length * ENTRY_BYTES);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#meter(bytes);
  }
}

/** What a directory and its segments take, by looking at all of them. */
function walkedBytes(directory: readonly HashSegment[]): number {
  let bytes = directory.length * ENTRY_BYTES;
  for (const segment of new Set(directory)) bytes += segment.bytes;
  return bytes;
}
