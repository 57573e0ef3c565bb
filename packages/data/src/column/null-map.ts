import { UNIT_BYTES } from '../memory/arena.ts';
import { ROW_BITS, ROW_MASK } from '../memory/layout.ts';
import { PageRun, type TableMemory } from '../memory/page-run.ts';
import type { LiveRows } from './live-rows.ts';
import type { ZoneMap } from './zone-map.ts';

/** Which rows of an optional column have no value. A page without absent values has no bitmap. */
export class NullMap {
  readonly pages: (Uint8Array<SharedArrayBuffer> | undefined)[];
  readonly #run: PageRun<Uint8Array<SharedArrayBuffer>>;
  readonly #memory: TableMemory;

  constructor(memory: TableMemory, from?: NullMap) {
    this.#memory = memory;
    this.#run =
      from === undefined ? new PageRun<Uint8Array<SharedArrayBuffer>>(memory, Uint8Array, UNIT_BYTES) : from.#run;
    this.pages = from === undefined ? this.#run.views : from.#run.freeze();
  }

  freeze(): NullMap {
    return new NullMap(this.#memory, this);
  }

  get bytes(): number {
    return this.#run.bytes;
  }

  has(row: number): boolean {
    const bits = this.pages[row >>> ROW_BITS];
    return bits !== undefined && (bits[(row & ROW_MASK) >>> 3]! & (1 << (row & 7))) !== 0;
  }

  /** Marks a row and counts it in the zone map. A bitmap that is needed is taken from the segment `near` says. */
  mark(row: number, zones: ZoneMap, near: () => number): void {
    if (this.has(row)) return;
    const page = row >>> ROW_BITS;
    const bits = this.pages[page] === undefined ? this.#run.add(page, near()).fill(0) : this.#own(page);
    bits[(row & ROW_MASK) >>> 3]! |= 1 << (row & 7);
    zones.addNulls(page, 1);
  }

  /** Marks all live rows of a page that has no marks. */
  markPage(page: number, live: LiveRows, zones: ZoneMap, near: number): void {
    const bits = this.pages[page] === undefined ? this.#run.add(page, near) : this.#own(page);
    bits.set(live.pages[page]!);
    zones.addNulls(page, live.countIn(page));
  }

  /** Puts the bitmap of a page that comes back from a copy. */
  restorePage(page: number, near: number, bits: Uint8Array): void {
    this.#run.add(page, near).set(bits);
  }

  /** Takes the mark of a row away, if it has one. */
  unmark(row: number, zones: ZoneMap): void {
    if (!this.has(row)) return;
    const page = row >>> ROW_BITS;
    this.#own(page)[(row & ROW_MASK) >>> 3]! &= ~(1 << (row & 7));
    zones.addNulls(page, -1);
  }

  /** Units of the bitmaps, for a reader in another thread. */
  describe(): Int32Array {
    return this.#run.unitsOf(this.pages);
  }

  adopt(units: Int32Array): void {
    this.#run.adopt(units);
  }

  removePage(page: number): void {
    this.#run.remove(page);
  }

  clear(): void {
    this.#run.clear();
  }

  #own(page: number): Uint8Array {
    return this.#run.born[page]! > this.#memory.epochs.newest ? this.pages[page]! : this.#run.own(page);
  }
}
