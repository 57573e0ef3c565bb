import { assert, wasm, WeftError, type WasmMemory } from '@weft/base';
import { blocksOf, Buddy } from './buddy.ts';
import { GivenLater, type GivenPages } from './given-later.ts';
import { Governor, GRANT_BYTES } from './governor.ts';

/** Memory is handed out in blocks of 2^order units of this size. */
export const UNIT_BYTES = 1024;
/** Largest block: 16 MiB, twice VALUE_BYTES_MAX. */
export const BLOCK_ORDER_MAX = 14;
const UNIT_BITS_IN_SEGMENT = 20;
const UNITS_IN_SEGMENT_MASK = (1 << UNIT_BITS_IN_SEGMENT) - 1;
const WASM_PAGE_BYTES = 65_536;
/** Steps that a small limit is made of, and the least that one has. */
const STEPS_MIN = 64;
const STEP_BYTES_MIN = 1 << 20;
/** Of all memory, this share is kept from changes that grow: for copies that snapshots want, deletes, and compaction. */
const RESERVE_SHARE = 1 / 16;
/** Compaction moves a quarter of a mebibyte at a time. */
const RESERVE_BYTES_MIN = 1 << 20;
const RESERVE_BYTES_MAX = 256 << 20;
/** Blocks of this size are large enough for the reserve: pages of the heap. */
const RESERVE_BLOCK_BYTES = 65_536;
/** The largest page that a column has: 16-byte cells. */
const ORDINARY_BYTES = 131_072;

/** Runs that were given for later and are made ready with each block taken, and where there is no room without them: 0.4 µs each. */
const RUNS_PER_TAKE = 8;
const RUNS_PER_SHORTAGE = 256;

export const SEGMENT_BYTES_DEFAULT = 1 << 30;
/** Enough for 64 GiB; the real bound is the memory of the machine. */
export const SEGMENTS_MAX_DEFAULT = 64;

/** What freed pages are filled with when `poison` is on; a reader that sees it has read a freed page. */
export const POISON_BYTE = 0xdb;

export interface ArenaOptions {
  /** Size of each segment, a power of two from 16 MiB to 1 GiB. */
  readonly segmentBytes?: number;
  /** Segments at most; past it `take` fails with MEMORY_LIMIT. */
  readonly segmentsMax?: number;
  /** Fill freed blocks with POISON_BYTE: for tests. */
  readonly poison?: boolean;
  /** Grants memory in blocks of GRANT_BYTES as they are first touched; without one there is no bound but the segments. */
  readonly governor?: Governor;
  /** Reserves a segment of `pages` WebAssembly pages; throws RangeError where the addresses cannot be had. */
  readonly createMemory?: (pages: number) => WasmMemory;
}

/**
 * The shared memory of one host, in segments. A segment is a shared WebAssembly memory that is created at its full size,
 * so that no view of it ever goes stale, and is announced to workers once; memory that was never written costs nothing.
 *
 * A block is named by its *unit*: a global unit number, `segment << 20 | unit in the segment`. Unit 0 is never handed
 * out and means "no page" wherever a unit is stored.
 */
export class Arena {
  readonly segments: WasmMemory[] = [];
  readonly governor: Governor;
  /** Memory is touched in blocks of this order, or larger ones where they are asked for. */
  readonly #stepOrder: number;
  readonly #buffers: SharedArrayBuffer[] = [];
  readonly #buddies: Buddy[] = [];
  readonly #segmentBytes: number;
  readonly #segmentsMax: number;
  readonly #later = new GivenLater(UNIT_BYTES);
  readonly #poison: boolean;
  readonly #createMemory: (pages: number) => WasmMemory;

  constructor(options: ArenaOptions = {}) {
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES_DEFAULT;
    this.#segmentsMax = options.segmentsMax ?? SEGMENTS_MAX_DEFAULT;
    this.#poison = options.poison ?? false;
    this.#createMemory = options.createMemory ?? createSharedMemory;
    this.governor = options.governor ?? new Governor();
    this.#stepOrder = stepOrderOf(this.governor.limitBytes);
    const bytes = this.#segmentBytes;
    assert(
      bytes >= UNIT_BYTES << BLOCK_ORDER_MAX && bytes <= 1 << 30 && (bytes & (bytes - 1)) === 0,
      'segmentBytes is a power of two, 16 MiB to 1 GiB',
    );
    if (this.#segmentsMax > 0) this.#addSegment();
  }

  /** The segments of another thread's arena, to be read: nothing can be taken from them. */
  static attach(segments: readonly WasmMemory[]): Arena {
    const arena = new Arena({ segmentsMax: 0 });
    for (const memory of segments) arena.#see(memory);
    return arena;
  }

  /** A block of 2^order units, preferably in segment `near`. Its contents are undefined. Throws MEMORY_LIMIT. */
  take(order: number, near = 0): number {
    this.#giveSome(RUNS_PER_TAKE);
    let unit = this.#takeFromAny(order, near);
    while (unit === 0 && this.#giveSome(RUNS_PER_SHORTAGE)) unit = this.#takeFromAny(order, near);
    if (unit === 0) {
      this.#addSegment();
      unit = this.#takeFrom(this.#buddies.length - 1, order);
    }
    return unit;
  }

  #takeFromAny(order: number, near: number): number {
    let unit = this.#takeFrom(near, order);
    for (let s = 0; unit === 0 && s < this.#buddies.length; s++) unit = this.#takeFrom(s, order);
    return unit;
  }

  /** Gives a block back. Nobody may hold a view of it any more. */
  give(unit: number, order: number): void {
    if (this.#poison) this.bytes(unit, order).fill(POISON_BYTE);
    this.#buddies[unit >>> UNIT_BITS_IN_SEGMENT].give(unit & UNITS_IN_SEGMENT_MASK, order);
  }

  /** A run of `units` units: a block that holds it, whose end is given back at once where it is not needed. Throws MEMORY_LIMIT. */
  takeRun(units: number, near = 0): number {
    const order = orderOf(units * UNIT_BYTES);
    const unit = this.take(order, near);
    if (units === 1 << order) return unit;
    this.#buddies[unit >>> UNIT_BITS_IN_SEGMENT].cut(unit & UNITS_IN_SEGMENT_MASK, order, units);
    for (const [start, part] of blocksOf(units, 1 << order)) this.give(unit + start, part);
    return unit;
  }

  /** Gives a run back. Nobody may hold a view of it any more. */
  giveRun(unit: number, units: number): void {
    for (const [start, order] of blocksOf(0, units)) this.give(unit + start, order);
  }

  /**
   * The same for one of very many: the run counts as free at once, and is made ready for others as later calls take blocks, a few
   * with each. Tests that poison see it poisoned at once.
   */
  giveRunLater(unit: number, units: number): void {
    if (this.#poison) {
      this.giveRun(unit, units);
      return;
    }
    this.#later.push(unit, units);
  }

  /** The same for pages of `bytes` together. */
  givePagesLater(pages: GivenPages, bytes: number): void {
    this.#later.pushPages(pages, bytes);
    if (this.#poison) while (this.#giveSome(RUNS_PER_SHORTAGE));
  }

  /** Makes some of the runs that were given for later ready for others; false where there are none. */
  #giveSome(runs: number): boolean {
    if (this.#later.units === 0) return false;
    for (let given = 0; given < runs; given++) {
      const run = this.#later.pop();
      if (run === undefined) break;
      this.giveRun(run.unit, run.units);
    }
    return true;
  }

  /** The bytes of a block. */
  bytes(unit: number, order: number): Uint8Array<SharedArrayBuffer> {
    return new Uint8Array(this.buffer(unit), this.address(unit), UNIT_BYTES << order);
  }

  buffer(unit: number): SharedArrayBuffer {
    return this.#buffers[unit >>> UNIT_BITS_IN_SEGMENT];
  }

  /** Byte address of a block inside its segment. */
  address(unit: number): number {
    return (unit & UNITS_IN_SEGMENT_MASK) * UNIT_BYTES;
  }

  /** The unit that a view of a block begins at. */
  unitOf(view: { readonly buffer: SharedArrayBuffer; readonly byteOffset: number }): number {
    return (this.#buffers.indexOf(view.buffer) << UNIT_BITS_IN_SEGMENT) | (view.byteOffset / UNIT_BYTES);
  }

  segmentOf(unit: number): number {
    return unit >>> UNIT_BITS_IN_SEGMENT;
  }

  /** Bytes in blocks that are taken. */
  get takenBytes(): number {
    let units = 0;
    for (const buddy of this.#buddies) units += buddy.takenUnits;
    return (units - this.#later.units) * UNIT_BYTES;
  }

  /** Bytes of the newest segment that were never needed: whoever needs no more need not call `require`. */
  get untouchedBytes(): number {
    return this.#buddies[this.#buddies.length - 1].untouchedUnits * UNIT_BYTES;
  }

  /** Bytes that were touched: taken, or free for reuse. Never less than before. */
  get touchedBytes(): number {
    return this.segments.length * this.#segmentBytes - this.#untouchedUnits() * UNIT_BYTES;
  }

  /** Bytes touched and given back since: they are used again before others are touched. */
  get freeBytes(): number {
    return this.touchedBytes - this.takenBytes;
  }

  /** Bytes in use by all types: pages, and what lies beside them. */
  get usedBytes(): number {
    return this.takenBytes + this.governor.outsideBytes;
  }

  /** Bytes there may be: by the governor's limit and by the segments. */
  get limitBytes(): number {
    return Math.min(this.governor.limitBytes, this.#segmentsMax * this.#segmentBytes);
  }

  /** Bytes that changes which grow leave to those that do not. */
  get reserveBytes(): number {
    return Math.max(RESERVE_BYTES_MIN, Math.min(RESERVE_BYTES_MAX, this.limitBytes * RESERVE_SHARE));
  }

  /**
   * Whether so much is free, beside the reserve, that whoever needs `bytes` need not look closer. What is left of a limit is less
   * than a step of it, in the end, and never granted.
   */
  hasPlenty(bytes: number): boolean {
    return this.untouchedBytes >= bytes && this.governor.freeBytes >= bytes + this.reserveBytes + GRANT_BYTES;
  }

  /** Whether blocks of `bytes` together, none larger than `blockBytes`, can be taken from the segments that exist. */
  hasRoom(bytes: number, blockBytes: number): boolean {
    while (this.#roomBytes(blockBytes, 0) < bytes) if (!this.#giveSome(RUNS_PER_SHORTAGE)) return false;
    return true;
  }

  /**
   * The same for a change that grows, which leaves the reserve alone; a segment is added where that is all it takes. The reserve
   * may be in blocks as small as those that the change needs, and in pages of the heap.
   */
  hasRoomBesideReserve(bytes: number, blockBytes: number): boolean {
    const { reserveBytes } = this;
    while (!this.#leavesReserve(bytes, blockBytes, reserveBytes)) {
      if (this.#giveSome(RUNS_PER_SHORTAGE)) continue;
      if (!this.#mayAddSegment(blockBytes)) return false;
      this.#addSegment();
    }
    return true;
  }

  #leavesReserve(bytes: number, blockBytes: number, reserveBytes: number): boolean {
    const keptBytes = reserveBytes / 4;
    if (this.#roomBytes(Math.min(blockBytes, RESERVE_BLOCK_BYTES), keptBytes) < bytes + reserveBytes) return false;
    return blockBytes <= RESERVE_BLOCK_BYTES || this.#roomBytes(blockBytes, keptBytes) >= bytes;
  }

  /** Bytes of blocks of this size and larger that are free or may be granted, but for `keptBytes` of the latter. */
  #roomBytes(blockBytes: number, keptBytes: number): number {
    const order = orderOf(blockBytes);
    let units = 0;
    for (const buddy of this.#buddies) units += buddy.freeUnits(order);
    const untouchedBytes = Math.min(this.#grantableBytes(keptBytes), this.#untouchedUnits() * UNIT_BYTES);
    // A block larger than a step begins at a multiple of its size.
    const lostBytes = order > this.#stepOrder ? UNIT_BYTES << order : 0;
    return units * UNIT_BYTES + Math.max(0, untouchedBytes - lostBytes);
  }

  /** Bytes of steps that may still be granted. */
  #grantableBytes(keptBytes: number): number {
    const stepBytes = UNIT_BYTES << this.#stepOrder;
    return Math.max(0, Math.floor((this.governor.freeBytes - keptBytes) / stepBytes)) * stepBytes;
  }

  #untouchedUnits(): number {
    let units = 0;
    for (const buddy of this.#buddies) units += buddy.untouchedUnits;
    return units;
  }

  /** Whether another segment would bring blocks of this size. Its first unit is never handed out: no block is as large as a segment. */
  #mayAddSegment(blockBytes: number): boolean {
    if (this.segments.length >= this.#segmentsMax || UNIT_BYTES << orderOf(blockBytes) >= this.#segmentBytes)
      return false;
    // Where more may be granted than the segments have.
    return this.#untouchedUnits() * UNIT_BYTES < this.#grantableBytes(0);
  }

  /**
   * Makes sure that blocks of `bytes` together, none larger than ordinary pages or `blockBytes`, can be taken. Asked before a
   * change begins, so that it never fails in the middle. Throws MEMORY_LIMIT.
   */
  require(bytes: number, blockBytes: number): void {
    const largest = Math.max(ORDINARY_BYTES, blockBytes);
    while (!this.hasRoom(bytes, largest)) {
      if (!this.#mayAddSegment(largest)) throw this.#full();
      this.#addSegment();
    }
  }

  #takeFrom(segment: number, order: number): number {
    const unit = this.#buddies[segment]?.take(order) ?? -1;
    return unit < 0 ? 0 : (segment << UNIT_BITS_IN_SEGMENT) | unit;
  }

  #addSegment(): void {
    // The first block of a segment is touched with it: the buddy reserves a unit of it.
    if (this.segments.length >= this.#segmentsMax || this.governor.freeBytes < UNIT_BYTES << this.#stepOrder)
      throw this.#full();
    this.#see(this.#reserve(this.#segmentBytes / WASM_PAGE_BYTES));
    this.governor.grant(UNIT_BYTES << this.#stepOrder);
    this.#buddies.push(
      new Buddy({
        units: this.#segmentBytes / UNIT_BYTES,
        orderMax: BLOCK_ORDER_MAX,
        reservedUnits: 1,
        touchOrder: this.#stepOrder,
        mayTouch: (units) => this.governor.grant(units * UNIT_BYTES),
      }),
    );
  }

  #see(memory: WasmMemory): void {
    this.segments.push(memory);
    this.#buffers.push(memory.buffer);
  }

  #reserve(pages: number): WasmMemory {
    try {
      return this.#createMemory(pages);
    } catch (cause) {
      if (this.segments.length > 0) throw this.#full(cause);
      throw new WeftError(
        'ENVIRONMENT_UNSUITABLE',
        'Weft could not reserve the addresses of a shared memory segment (about 10 GB of address space).',
        {
          hint: 'Raise or remove the limit on virtual memory: `ulimit -v unlimited`.',
          cause,
        },
      );
    }
  }

  #full(cause?: unknown): WeftError {
    const bytesMax = this.limitBytes;
    return new WeftError(
      'MEMORY_LIMIT',
      `The store has used ${mebibytes(this.takenBytes)} of ${mebibytes(bytesMax)} MiB and has no free room of the size that the call needs; delete rows, or open the grid with a larger segmentsMax or segmentBytes.`,
      {
        details: { bytesTaken: this.takenBytes, bytesMax },
        cause,
      },
    );
  }
}

/** A step is GRANT_BYTES, or less where that is more than a sixty-fourth of the limit, but a mebibyte at least. */
function stepOrderOf(limitBytes: number): number {
  const bytes = Math.max(STEP_BYTES_MIN, Math.min(GRANT_BYTES, limitBytes / STEPS_MIN));
  return 31 - Math.clz32(bytes / UNIT_BYTES);
}

function createSharedMemory(pages: number): WasmMemory {
  return new wasm.Memory({ initial: pages, maximum: pages, shared: true });
}

/** The order of the smallest block that holds `bytes`. */
export function orderOf(bytes: number): number {
  return bytes <= UNIT_BYTES ? 0 : 32 - Math.clz32(Math.ceil(bytes / UNIT_BYTES) - 1);
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / (1 << 20));
}
