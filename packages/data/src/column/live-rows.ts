import { assert } from '@weft/base';
import { UNIT_BYTES } from '../memory/arena.ts';
import { BITMAP_BYTES, ROW_BITS, ROW_MASK, ROWS_PER_PAGE } from '../memory/layout.ts';
import { PageRun, type TableMemory } from '../memory/page-run.ts';

/** Holes a page must have before new rows go there: filling fewer at a time would touch a page for each row. */
const HOLES_MIN = ROWS_PER_PAGE / 16;

/** Where the bitmaps lie and what they hold. Can be posted to another thread. */
export interface LivePages {
  readonly units: Int32Array;
  /** Live rows of each page. */
  readonly counts: Int32Array;
  readonly count: number;
  readonly rowCount: number;
}

/**
 * Which rows exist, and where the next one goes. New rows fill the holes of one page after another before the table grows,
 * so that writes stay together and fewer pages are copied for snapshots.
 */
export class LiveRows {
  /** Bitmaps by page, `undefined` where the page is not in memory. */
  readonly pages: (Uint8Array<SharedArrayBuffer> | undefined)[];
  readonly #run: PageRun<Uint8Array<SharedArrayBuffer>>;
  readonly #memory: TableMemory;
  /** Live rows of each page. */
  #counts: number[];
  /** Pages with HOLES_MIN holes or more, some of which may have been filled since. */
  readonly #holed: number[] = [];
  readonly #isHoled: boolean[] = [];
  readonly #removed: number[] = [];
  #count: number;
  #rowCount: number;
  /** Page that is being filled, and where to look next in it. */
  #page = -1;
  #at = 0;
  /** Page that is being emptied: no new row goes there. */
  #drained = -1;

  constructor(memory: TableMemory, from?: LiveRows) {
    this.#memory = memory;
    this.#run =
      from === undefined ? new PageRun<Uint8Array<SharedArrayBuffer>>(memory, Uint8Array, UNIT_BYTES) : from.#run;
    this.pages = from === undefined ? this.#run.views : this.#run.freeze();
    this.#counts = from === undefined ? [] : from.#counts.slice();
    this.#count = from === undefined ? 0 : from.#count;
    this.#rowCount = from === undefined ? 0 : from.#rowCount;
  }

  freeze(): LiveRows {
    return new LiveRows(this.#memory, this);
  }

  /** What a reader in another thread needs. */
  describe(): LivePages {
    return {
      units: this.#run.unitsOf(this.pages),
      counts: Int32Array.from(this.#counts),
      count: this.#count,
      rowCount: this.#rowCount,
    };
  }

  /** Sees the bitmaps of another thread's table. Afterwards this one is only read. */
  adopt({ units, counts, count, rowCount }: LivePages): void {
    this.#run.adopt(units);
    this.#counts = Array.from(counts);
    this.#count = count;
    this.#rowCount = rowCount;
  }

  /** Puts the bitmap of a page that comes back from a copy; pages come in order, the holes between them too (`undefined`). */
  restorePage(page: number, near: number, bits: Uint8Array | undefined): void {
    assert(this.#counts.length === page, 'pages come back in order');
    if (bits === undefined) {
      this.#run.views.push(undefined);
      this.#run.units.push(0);
      this.#run.born.push(0);
      this.#removed.push(page);
      this.#counts.push(0);
      this.#isHoled.push(false);
      return;
    }
    this.#run.add(page, near).set(bits);
    let count = 0;
    for (const byte of bits) for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
    this.#counts.push(count);
    this.#isHoled.push(false);
    this.#count += count;
    this.#listHoles(page);
  }

  /** After the last page. `rowCount`: see there. */
  restored(rowCount: number): void {
    this.#rowCount = rowCount;
    const last = this.pages.length - 1;
    if (this.pages[last] === undefined) return;
    this.#unlistHoles(last);
    this.#page = last;
    this.#at = 0;
  }

  /** Rows that exist. */
  get count(): number {
    return this.#count;
  }

  /** One past the highest row that ever existed since the table was cleared. */
  get rowCount(): number {
    return this.#rowCount;
  }

  get pageCount(): number {
    return this.pages.length;
  }

  get bytes(): number {
    return this.#run.bytes;
  }

  /** Places for rows in pages that exist. */
  get capacity(): number {
    return (this.pages.length - this.#removed.length) << ROW_BITS;
  }

  countIn(page: number): number {
    return this.#counts[page] ?? 0;
  }

  /** Rows of a page to look at: all that ever existed. */
  rowsIn(page: number): number {
    return Math.min(ROWS_PER_PAGE, this.#rowCount - (page << ROW_BITS));
  }

  has(row: number): boolean {
    const bits = this.pages[row >>> ROW_BITS];
    return bits !== undefined && (bits[(row & ROW_MASK) >>> 3]! & (1 << (row & 7))) !== 0;
  }

  /** Puts the numbers of a page's rows, ascending, into `rows`, which has room for ROWS_PER_PAGE. How many. */
  listIn(page: number, rows: Int32Array): number {
    const bits = this.pages[page];
    if (bits === undefined) return 0;
    const first = page << ROW_BITS;
    let count = 0;
    for (let byte = 0; byte < BITMAP_BYTES; byte++)
      for (let rest = bits[byte]!; rest !== 0; rest &= rest - 1)
        rows[count++] = first + (byte << 3) + 31 - Math.clz32(rest & -rest);
    return count;
  }

  /** The page that is being emptied, −1 where none is. */
  get drained(): number {
    return this.#drained;
  }

  /** The live bits of eight rows, of which `row` is the first. */
  ofEight(row: number): number {
    const bits = this.pages[row >>> ROW_BITS];
    return bits === undefined ? 0 : bits[(row & ROW_MASK) >>> 3]!;
  }

  /** The page with the fewest rows, but some, and neither `except` nor the one that is being filled; −1 where there is none. */
  sparsestPage(except: number): number {
    let sparsest = -1;
    for (let page = 0; page < this.pages.length; page++) {
      if (page === except || page === this.#page || this.#counts[page] === 0 || this.pages[page] === undefined)
        continue;
      if (sparsest < 0 || this.#counts[page]! < this.#counts[sparsest]!) sparsest = page;
    }
    return sparsest;
  }

  /** Keeps new rows out of a page, so that it can be emptied, until another is named. −1: of none. Not the page that is being filled. */
  drain(page: number): void {
    const previous = this.#drained;
    this.#drained = page;
    if (page >= 0) this.#unlistHoles(page);
    if (previous >= 0 && previous !== page) this.#listHoles(previous);
  }

  /** The row that the next insert should use, or -1 where a page must be added first. */
  next(): number {
    for (;;) {
      const row = this.#nextIn(this.#page);
      if (row >= 0) return row;
      const holed = this.#holed.pop();
      if (holed === undefined) break;
      this.#isHoled[holed] = false;
      this.#page = holed;
      this.#at = 0;
    }
    return -1;
  }

  /** How many places side by side are free from `row` on, which is, `max` and the end of its page at most. */
  freeFrom(row: number, max: number): number {
    const bits = this.pages[row >>> ROW_BITS]!;
    const first = row & ROW_MASK;
    const end = Math.min(ROWS_PER_PAGE, first + max);
    let at = first + 1;
    while (at < end && (bits[at >>> 3]! & (1 << (at & 7))) === 0) at++;
    return at - first;
  }

  /** Lets new rows fill the page with the most holes, however few, where they would need a page otherwise. Looks at every page. */
  openHoles(): void {
    const page = this.sparsestPage(this.#drained);
    if (page < 0 || this.#counts[page] === ROWS_PER_PAGE || this.#isHoled[page]) return;
    this.#isHoled[page] = true;
    this.#holed.push(page);
  }

  /** The page that is added next: one that was removed, or a new one at the end. */
  get nextPage(): number {
    return this.#removed.at(-1) ?? this.pages.length;
  }

  addPage(page: number, near: number): void {
    if (this.#removed.at(-1) === page) this.#removed.pop();
    this.#run.add(page, near).fill(0);
    this.#counts[page] = 0;
    this.#isHoled[page] = false;
    this.#page = page;
    this.#at = 0;
  }

  add(row: number): void {
    const page = row >>> ROW_BITS;
    this.#own(page)[(row & ROW_MASK) >>> 3]! |= 1 << (row & 7);
    this.#counts[page]!++;
    this.#count++;
    if (row >= this.#rowCount) this.#rowCount = row + 1;
  }

  /** Adds rows side by side on one page. */
  addRun(row: number, count: number): void {
    const page = row >>> ROW_BITS;
    const bits = this.#own(page);
    for (let at = row & ROW_MASK; at < (row & ROW_MASK) + count; at++) bits[at >>> 3]! |= 1 << (at & 7);
    this.#counts[page]! += count;
    this.#count += count;
    if (row + count > this.#rowCount) this.#rowCount = row + count;
  }

  remove(row: number): void {
    const page = row >>> ROW_BITS;
    this.#own(page)[(row & ROW_MASK) >>> 3]! &= ~(1 << (row & 7));
    this.#counts[page]!--;
    this.#count--;
    if (page === this.#page) {
      if ((row & ROW_MASK) < this.#at) this.#at = row & ROW_MASK;
    } else this.#listHoles(page);
  }

  /** Whether a page is empty and not the one that is being filled: its memory can go. */
  isRemovable(page: number): boolean {
    return this.#counts[page] === 0 && page !== this.#page;
  }

  removePage(page: number): void {
    this.#run.remove(page);
    this.#removed.push(page);
    this.#unlistHoles(page);
    if (page === this.#drained) this.#drained = -1;
  }

  clear(): void {
    this.#run.clear();
    this.#counts.length = this.#holed.length = this.#isHoled.length = this.#removed.length = 0;
    this.#count = this.#rowCount = 0;
    this.#page = this.#drained = -1;
    this.#at = 0;
  }

  #listHoles(page: number): void {
    const hasFew = this.pages[page] === undefined || ROWS_PER_PAGE - this.#counts[page]! < HOLES_MIN;
    if (hasFew || this.#isHoled[page] || page === this.#drained || page === this.#page) return;
    this.#isHoled[page] = true;
    this.#holed.push(page);
  }

  #unlistHoles(page: number): void {
    if (!this.#isHoled[page]) return;
    this.#isHoled[page] = false;
    this.#holed.splice(this.#holed.indexOf(page), 1);
  }

  #nextIn(page: number): number {
    const bits = page < 0 ? undefined : this.pages[page];
    if (bits === undefined) return -1;
    for (let byte = this.#at >>> 3; byte < BITMAP_BYTES; byte++) {
      const holes = ~bits[byte]! & 255;
      if (holes !== 0) {
        const at = (byte << 3) + 31 - Math.clz32(holes & -holes);
        this.#at = at;
        return (page << ROW_BITS) + at;
      }
    }
    return -1;
  }

  #own(page: number): Uint8Array {
    return this.#run.born[page]! > this.#memory.epochs.newest ? this.pages[page]! : this.#run.own(page);
  }
}
