import { UNIT_BYTES } from '../memory/arena.ts';
import { PageRun, type TableMemory } from '../memory/page-run.ts';

const ENTRY_BITS = 2;
const PAGES_PER_BLOCK_BITS = 5;
const PAGES_PER_BLOCK_MASK = (1 << PAGES_PER_BLOCK_BITS) - 1;

/** The bounds of one page: of an empty one Infinity, −Infinity and 0. */
export interface ZoneImage {
  readonly min: number;
  readonly max: number;
  /** Rows without a value. */
  readonly absent: number;
}

/**
 * Bounds of one column, page by page: [min, max, nulls, –] as doubles, 32 pages to a block of 1 KiB.
 *
 * Bounds are of *prefixes* (`Column.prefixOf`), numbers that never order two values the wrong way round, so one map serves
 * numbers, times and text, and a test against it uses ≤ and ≥ only. Writes widen them; they are narrowed when a page is emptied, and by
 * those who have looked at all rows of it.
 */
export class ZoneMap {
  readonly blocks: (Float64Array<SharedArrayBuffer> | undefined)[];
  readonly #run: PageRun<Float64Array<SharedArrayBuffer>>;
  readonly #memory: TableMemory;

  constructor(memory: TableMemory, from?: ZoneMap) {
    this.#memory = memory;
    this.#run =
      from === undefined ? new PageRun<Float64Array<SharedArrayBuffer>>(memory, Float64Array, UNIT_BYTES) : from.#run;
    this.blocks = from === undefined ? this.#run.views : from.#run.freeze();
  }

  freeze(): ZoneMap {
    return new ZoneMap(this.#memory, this);
  }

  get bytes(): number {
    return this.#run.bytes;
  }

  min(page: number): number {
    return this.#read(page, 0);
  }

  max(page: number): number {
    return this.#read(page, 1);
  }

  nulls(page: number): number {
    return this.#read(page, 2);
  }

  /** Empties the bounds of a page that is added, or whose rows are all gone. */
  reset(page: number, near: number): void {
    const block = page >>> PAGES_PER_BLOCK_BITS;
    if (this.blocks[block] === undefined) this.#run.add(block, near);
    const zones = this.#own(block);
    const at = (page & PAGES_PER_BLOCK_MASK) << ENTRY_BITS;
    zones[at] = Infinity;
    zones[at + 1] = -Infinity;
    zones[at + 2] = 0;
  }

  /** Sets the bounds of a page that comes back from a copy. */
  restore(page: number, { min, max, absent }: ZoneImage, near: number): void {
    this.reset(page, near);
    const zones = this.#own(page >>> PAGES_PER_BLOCK_BITS);
    const at = (page & PAGES_PER_BLOCK_MASK) << ENTRY_BITS;
    zones[at] = min;
    zones[at + 1] = max;
    zones[at + 2] = absent;
  }

  /** Makes the bounds of a page hold `prefix`. */
  widen(page: number, prefix: number): void {
    const block = page >>> PAGES_PER_BLOCK_BITS;
    const seen = this.blocks[block]!;
    const at = (page & PAGES_PER_BLOCK_MASK) << ENTRY_BITS;
    if (prefix >= seen[at]! && prefix <= seen[at + 1]!) return;
    const zones = this.#own(block);
    if (prefix < zones[at]!) zones[at] = prefix;
    if (prefix > zones[at + 1]!) zones[at + 1] = prefix;
  }

  /** Raises the lower bound of a page to what its rows were found to hold; Infinity where none has a value. */
  raiseMin(page: number, min: number): void {
    if (this.#read(page, 0) === min) return;
    this.#own(page >>> PAGES_PER_BLOCK_BITS)[(page & PAGES_PER_BLOCK_MASK) << ENTRY_BITS] = min;
  }

  addNulls(page: number, count: number): void {
    const zones = this.#own(page >>> PAGES_PER_BLOCK_BITS);
    zones[((page & PAGES_PER_BLOCK_MASK) << ENTRY_BITS) + 2]! += count;
  }

  /** Units of the blocks, for a reader in another thread. */
  describe(): Int32Array {
    return this.#run.unitsOf(this.blocks);
  }

  adopt(units: Int32Array): void {
    this.#run.adopt(units);
  }

  clear(): void {
    this.#run.clear();
  }

  #read(page: number, field: number): number {
    return this.blocks[page >>> PAGES_PER_BLOCK_BITS]![((page & PAGES_PER_BLOCK_MASK) << ENTRY_BITS) + field]!;
  }

  #own(block: number): Float64Array {
    return this.#run.born[block]! > this.#memory.epochs.newest ? this.blocks[block]! : this.#run.own(block);
  }
}
