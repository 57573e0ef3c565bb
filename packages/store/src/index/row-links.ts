/**
 * A pair of row numbers for each row, in blocks that exist only where rows use them: the doubly linked lists of `HashIndex`.
 *
 *     block  [next₀ prev₀  next₁ prev₁  …]    Uint32Array, BLOCK_ROWS pairs
 *
 * The pair shares a cache line. A block is freed when its last row is released; one is kept aside for the next to come.
 */
import { assert } from '@weft/base';
import { unmetered, type Meter } from './meter.ts';

const BLOCK_BITS = 11;
const BLOCK_ROWS = 1 << BLOCK_BITS;
const BLOCK_MASK = BLOCK_ROWS - 1;
const BLOCK_BYTES = BLOCK_ROWS * 8;
/** What a block takes besides its pairs: the array's objects and its places in the two lists of blocks. Measured, Node 24. */
const BLOCK_OVERHEAD_BYTES = 520;

export class RowLinks {
  #blocks: (Uint32Array | undefined)[] = [];
  /** Rows in use per block. */
  #uses: number[] = [];
  #spare: Uint32Array | undefined;
  #blockCount = 0;
  readonly #meter: Meter;

  constructor(meter: Meter = unmetered) {
    this.#meter = meter;
  }

  get bytes(): number {
    return this.#blockCount * (BLOCK_BYTES + BLOCK_OVERHEAD_BYTES);
  }

  /** Begins to use the pair of a row. It is used once until released. */
  claim(row: number, next: number, prev: number): void {
    const at = row >>> BLOCK_BITS;
    const block = this.#blocks[at] ?? this.#addBlock(at);
    this.#uses[at]!++;
    block[(row & BLOCK_MASK) * 2] = next;
    block[(row & BLOCK_MASK) * 2 + 1] = prev;
  }

  /** Ends the use of the pair of a row. */
  release(row: number): void {
    const at = row >>> BLOCK_BITS;
    const uses = this.#uses[at]! - 1;
    assert(uses >= 0, 'a row is released that was not claimed');
    this.#uses[at] = uses;
    if (uses === 0) this.#dropBlock(at);
  }

  /** Reads the pair of a row and those of its neighbours, so that their cache lines are on their way. Any row may be asked. */
  touch(row: number): number {
    const block = this.#blockOf(row);
    if (block === undefined) return 0;
    return this.#peek(block[(row & BLOCK_MASK) * 2]!) + this.#peek(block[(row & BLOCK_MASK) * 2 + 1]!);
  }

  #peek(row: number): number {
    const block = this.#blockOf(row);
    return block === undefined ? 0 : block[(row & BLOCK_MASK) * 2]!;
  }

  #blockOf(row: number): Uint32Array | undefined {
    const at = row >>> BLOCK_BITS;
    return at < this.#blocks.length ? this.#blocks[at] : undefined;
  }

  next(row: number): number {
    return this.#blocks[row >>> BLOCK_BITS]![(row & BLOCK_MASK) * 2]!;
  }

  prev(row: number): number {
    return this.#blocks[row >>> BLOCK_BITS]![(row & BLOCK_MASK) * 2 + 1]!;
  }

  setNext(row: number, next: number): void {
    this.#blocks[row >>> BLOCK_BITS]![(row & BLOCK_MASK) * 2] = next;
  }

  setPrev(row: number, prev: number): void {
    this.#blocks[row >>> BLOCK_BITS]![(row & BLOCK_MASK) * 2 + 1] = prev;
  }

  clear(): void {
    this.#blocks = [];
    this.#uses = [];
    this.#spare = undefined;
    this.#countBlocks(-this.#blockCount);
  }

  #addBlock(at: number): Uint32Array {
    // Filled in order: an array with holes would turn into a slow dictionary.
    while (this.#blocks.length <= at) {
      this.#blocks.push(undefined);
      this.#uses.push(0);
    }
    const block = this.#spare ?? new Uint32Array(BLOCK_ROWS * 2);
    if (this.#spare === undefined) this.#countBlocks(1);
    this.#spare = undefined;
    this.#blocks[at] = block;
    return block;
  }

  #dropBlock(at: number): void {
    if (this.#spare === undefined) this.#spare = this.#blocks[at];
    else this.#countBlocks(-1);
    this.#blocks[at] = undefined;
  }

  #countBlocks(blocks: number): void {
    this.#blockCount += blocks;
    this.#meter(blocks * (BLOCK_BYTES + BLOCK_OVERHEAD_BYTES));
  }
}
