import { ROW_BITS, ROW_MASK, ROWS_PER_PAGE } from '@weft/data';

const BYTES_PER_PAGE = ROWS_PER_PAGE / 8;

/**
 * One bit for each row: whether it was used since the hand of the clock passed. The host's alone: not in snapshots and not in
 * shared memory, since reads write it.
 */
export class ReferenceBits {
  /** Bits by page, lowest first, as those of `LiveRows`; `undefined` where no row was used. */
  readonly #pages: (Uint8Array | undefined)[] = [];
  #count = 0;

  get bytes(): number {
    return this.#count * BYTES_PER_PAGE;
  }

  set(row: number): void {
    const bits = this.#pages[row >>> ROW_BITS] ?? this.#add(row >>> ROW_BITS);
    bits[(row & ROW_MASK) >>> 3]! |= 1 << (row & 7);
  }

  reset(row: number): void {
    const bits = this.#pages[row >>> ROW_BITS];
    if (bits !== undefined) bits[(row & ROW_MASK) >>> 3]! &= ~(1 << (row & 7));
  }

  /** The bits of eight rows; `row` is the first. */
  ofEight(row: number): number {
    return this.#pages[row >>> ROW_BITS]?.[(row & ROW_MASK) >>> 3] ?? 0;
  }

  clearEight(row: number): void {
    const bits = this.#pages[row >>> ROW_BITS];
    if (bits !== undefined) bits[(row & ROW_MASK) >>> 3] = 0;
  }

  removePage(page: number): void {
    if (this.#pages[page] === undefined) return;
    this.#pages[page] = undefined;
    this.#count--;
  }

  clear(): void {
    this.#pages.length = this.#count = 0;
  }

  #add(page: number): Uint8Array {
    // One after another, so that the array has no holes.
    while (this.#pages.length <= page) this.#pages.push(undefined);
    this.#count++;
    return (this.#pages[page] = new Uint8Array(BYTES_PER_PAGE));
  }
}
