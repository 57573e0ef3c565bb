/**
 * One segment of a hash index: an open-addressing table of at most a few thousand rows.
 *
 *     cells  [hash₀ row₀  hash₁ row₁  …]     Int32Array, two cells per slot; hash 0 means an empty slot
 *
 * Linear probing, at most LOAD_MAX full, deletion by backward shift (Knuth, The Art of Computer Programming 3, 6.4,
 * algorithm R), so there are no tombstones and a segment never ages. The whole hash is stored beside the row: growing,
 * splitting and deleting need no look at the table (its keys are a cache miss or two each), a wrong row is proposed once in 2³²,
 * and hash and row share a cache line.
 *
 * A hash here is *spread*: see `spread`. Its highest bits choose the segment, its low 16 bits the home slot. Cells are signed,
 * since V8 keeps a signed 32-bit number in a register or pointer but boxes an unsigned one above 2³¹.
 */
import type { KeyProbe } from './key-probe.ts';
import { NO_ROW } from './key-probe.ts';

/** Slots that may be in use, as a share of all. Unsuccessful probes then read 22 slots on average, successful ones 4. */
const LOAD_MAX = 0.85;
/** Growth of one step. Right after it a segment is 0.85 / 1.125 = 0.755 full, which makes 10.6 bytes per row the worst case. */
const GROWTH = 1.125;
/** Load after a split or after shrinking: room for some inserts before the next growth. */
const LOAD_FRESH = 0.78;
/** Below this load, a segment shrinks when a row leaves it. */
const LOAD_MIN = 0.4;
const SLOTS_MIN = 8;
/** What a segment takes besides its cells: objects on V8's heap (274) and the buffer's native part. Measured, Node 24. */
const OVERHEAD_BYTES = 560;

/**
 * Scatters a caller's hash over all 32 bits, one to one but for 0, which becomes 1. The result is signed.
 * The caller's hash is murmur3's, of whose low 12 bits a partition sees only a few patterns.
 */
export function spread(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  bits ^= bits >>> 15;
  return bits === 0 ? 1 : bits;
}

export class HashSegment {
  /** How many of the highest hash bits all rows here share. */
  depth: number;
  /** Rows held. */
  size = 0;
  #cells: Int32Array;
  #sizeMax: number;

  constructor(depth: number, slots = SLOTS_MIN) {
    this.depth = depth;
    this.#cells = new Int32Array(slots * 2);
    this.#sizeMax = sizeMaxOf(slots);
  }

  /** One that takes so many rows before it grows. */
  static forRows(depth: number, rows: number): HashSegment {
    return new HashSegment(depth, slotsFor(rows));
  }

  get full(): boolean {
    return this.size === this.#sizeMax;
  }

  get bytes(): number {
    return this.#cells.length * Int32Array.BYTES_PER_ELEMENT + OVERHEAD_BYTES;
  }

  /** Some row with this spread hash, or NO_ROW. */
  candidate(hash: number): number {
    const cells = this.#cells;
    const length = cells.length;
    let at = homeOf(hash, length);
    for (;;) {
      const held = cells[at]!;
      if (held === hash) return cells[at + 1]! >>> 0;
      if (held === 0) return NO_ROW;
      at += 2;
      if (at === length) at = 0;
    }
  }

  /** The row with this spread hash that the probe accepts, or NO_ROW. */
  find(hash: number, probe: KeyProbe): number {
    const cells = this.#cells;
    const length = cells.length;
    let at = homeOf(hash, length);
    for (;;) {
      const held = cells[at]!;
      if (held === hash) {
        const row = cells[at + 1]! >>> 0;
        if (probe.matches(row)) return row;
      } else if (held === 0) return NO_ROW;
      at += 2;
      if (at === length) at = 0;
    }
  }

  /** Adds a row unless one with this hash is here; whether it did. The segment is not full. */
  insertNew(hash: number, row: number): boolean {
    const cells = this.#cells;
    const length = cells.length;
    let at = homeOf(hash, length);
    for (;;) {
      const held = cells[at]!;
      if (held === hash) return false;
      if (held === 0) break;
      at += 2;
      if (at === length) at = 0;
    }
    cells[at] = hash;
    cells[at + 1] = row;
    this.size++;
    return true;
  }

  /** Adds a row that is not here. The segment is not full. */
  insert(hash: number, row: number): void {
    place(this.#cells, hash, row);
    this.size++;
  }

  /** Takes out a row; false if it is not here. */
  remove(hash: number, row: number): boolean {
    const at = this.#locate(hash, row);
    if (at < 0) return false;
    closeGap(this.#cells, at);
    this.size--;
    const slots = this.#cells.length / 2;
    if (this.size < slots * LOAD_MIN && slots > SLOTS_MIN) this.#resize(slotsFor(this.size));
    return true;
  }

  /** Puts row `to` where row `from` is, under the same hash; false if `from` is not here. */
  relocate(hash: number, from: number, to: number): boolean {
    const at = this.#locate(hash, from);
    if (at < 0) return false;
    this.#cells[at + 1] = to;
    return true;
  }

  /** Makes room for an eighth more rows. */
  grow(): void {
    this.#resize(Math.ceil((this.#cells.length / 2) * GROWTH));
  }

  /** How many of the highest bits are the same in all hashes held: 32 if there is but one hash. */
  commonBits(): number {
    const cells = this.#cells;
    let first = 0;
    let differing = 0;
    for (let at = 0; at < cells.length; at += 2) {
      const held = cells[at]!;
      if (held === 0) continue;
      if (first === 0) first = held;
      differing |= held ^ first;
    }
    return Math.clz32(differing);
  }

  /** Moves the rows whose next hash bit is 1 to a new segment; both are one bit deeper afterwards. */
  split(): HashSegment {
    const cells = this.#cells;
    const mask = 0x8000_0000 >>> this.depth;
    const upperSize = countWith(cells, mask);
    const upper = new HashSegment(this.depth + 1, slotsFor(upperSize));
    const lowerSlots = slotsFor(this.size - upperSize);
    const lowerCells = new Int32Array(lowerSlots * 2);
    for (let at = 0; at < cells.length; at += 2) {
      const held = cells[at]!;
      if (held === 0) continue;
      place((held & mask) === 0 ? lowerCells : upper.#cells, held, cells[at + 1]!);
    }
    upper.size = upperSize;
    this.#adopt(lowerCells);
    this.size -= upperSize;
    this.depth++;
    return upper;
  }

  #resize(slots: number): void {
    const cells = this.#cells;
    const wider = new Int32Array(slots * 2);
    for (let at = 0; at < cells.length; at += 2) {
      const held = cells[at]!;
      if (held !== 0) place(wider, held, cells[at + 1]!);
    }
    this.#adopt(wider);
  }

  #adopt(cells: Int32Array): void {
    this.#cells = cells;
    this.#sizeMax = sizeMaxOf(cells.length / 2);
  }

  #locate(hash: number, row: number): number {
    const cells = this.#cells;
    const length = cells.length;
    let at = homeOf(hash, length);
    for (;;) {
      const held = cells[at]!;
      if (held === 0) return -1;
      if (held === hash && cells[at + 1]! >>> 0 === row) return at;
      at += 2;
      if (at === length) at = 0;
    }
  }
}

/** The first cell of the hash's home slot: the low 16 bits scaled to the number of slots (above 2¹⁶ slots not evenly, but within). */
function homeOf(hash: number, length: number): number {
  return (((hash & 0xffff) * (length >>> 1)) >>> 16) * 2;
}

function sizeMaxOf(slots: number): number {
  return Math.floor(slots * LOAD_MAX);
}

function slotsFor(size: number): number {
  return Math.max(SLOTS_MIN, Math.ceil(size / LOAD_FRESH));
}

function place(cells: Int32Array, hash: number, row: number): void {
  const length = cells.length;
  let at = homeOf(hash, length);
  while (cells[at] !== 0) {
    at += 2;
    if (at === length) at = 0;
  }
  cells[at] = hash;
  cells[at + 1] = row;
}

/** Empties a slot and moves back what was pushed past it, so that no probe ends early. */
function closeGap(cells: Int32Array, gapAt: number): void {
  const length = cells.length;
  let gap = gapAt;
  let at = gapAt;
  for (;;) {
    at += 2;
    if (at === length) at = 0;
    const held = cells[at]!;
    if (held === 0) break;
    // The entry may fill the gap unless its home lies behind the gap, cyclically: it would then be probed for too late.
    const home = homeOf(held, length);
    const homeAfterGap = gap <= at ? gap < home && home <= at : gap < home || home <= at;
    if (homeAfterGap) continue;
    cells[gap] = held;
    cells[gap + 1] = cells[at + 1]!;
    gap = at;
  }
  cells[gap] = 0;
}

function countWith(cells: Int32Array, mask: number): number {
  let count = 0;
  for (let at = 0; at < cells.length; at += 2) {
    if ((cells[at]! & mask) !== 0) count++;
  }
  return count;
}
