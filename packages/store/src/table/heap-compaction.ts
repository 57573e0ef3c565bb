import { HEAP_PAGE_BYTES, ROW_BITS, type Arena, type Heap, type LiveRows } from '@weft/data';

/** A column whose values lie in the heap. */
export interface HeapResident {
  /** Moves the row's value if it lies on a victim page. Bytes moved. */
  compact(row: number, isVictim: (page: number) => boolean): number;
}

/** A sweep begins once this many bytes of released values lie about … */
const WASTE_BYTES_MIN = 1 << 20;
/** … and they are this share of all that was written. */
const WASTE_SHARE = 1 / 3;
/** Bytes moved in one step, but for the last row's: some 50 µs. */
const MOVED_BYTES_MAX = 1 << 18;

/**
 * Empties heap pages of which much has been released: one pass over the rows moves what is still alive on them, a few rows
 * with each write, so that the work keeps step with the waste and no turn is long. A page goes when its last value has.
 */
export class HeapCompaction {
  readonly #arena: Arena;
  readonly #heap: Heap;
  readonly #live: LiveRows;
  readonly #columns: readonly HeapResident[];
  readonly #roomBytes: number;
  readonly #pages: number;
  #victims: ReadonlySet<number> | undefined;
  #row = 0;
  // The number of a page that went may name a new one meanwhile, which is not sparse.
  readonly #isVictim = (page: number): boolean => this.#victims!.has(page) && this.#heap.isSparse(page, this.#share);
  /** What makes a page a victim of this sweep. */
  #share = WASTE_SHARE;

  constructor({
    arena,
    heap,
    live,
    columns,
  }: {
    arena: Arena;
    heap: Heap;
    live: LiveRows;
    columns: readonly HeapResident[];
  }) {
    this.#arena = arena;
    this.#heap = heap;
    this.#live = live;
    this.#columns = columns;
    // Twice what is moved, for page ends left empty, and for each column two pages of refs that snapshots want copied.
    this.#roomBytes = 2 * MOVED_BYTES_MAX + columns.length * 2 * HEAP_PAGE_BYTES;
    // A page is left for the next when it is half full at least; the last row's values open one each.
    this.#pages = (2 * MOVED_BYTES_MAX) / HEAP_PAGE_BYTES + columns.length + 1;
  }

  /**
   * Looks at up to `rows` rows, where there is anything to do and room to do it. `share`: how much of the heap must have been
   * released for a sweep to begin. Whether it went on.
   */
  step(rows: number, share = WASTE_SHARE): boolean {
    if (this.#victims === undefined && !this.#begin(share)) return false;
    if (!this.#arena.hasPlenty(this.#roomBytes) && !this.#arena.hasRoom(this.#roomBytes, HEAP_PAGE_BYTES)) return false;
    if (this.#heap.pagesLeft < this.#pages) return false;
    const end = Math.min(this.#row + rows, this.#live.rowCount);
    for (let moved = 0; this.#row < end && moved < MOVED_BYTES_MAX; this.#row++) moved += this.#visit(this.#row);
    if (this.#row >= this.#live.rowCount) this.#victims = undefined;
    return true;
  }

  stop(): void {
    this.#victims = undefined;
  }

  #begin(share: number): boolean {
    const { usedBytes, liveBytes } = this.#heap;
    const waste = usedBytes - liveBytes;
    if (waste < WASTE_BYTES_MIN * Math.min(1, share / WASTE_SHARE) || waste < usedBytes * share) return false;
    const victims = new Set<number>();
    // Where such a share of all is waste, some page has that share of waste.
    for (let page = 0; page < this.#heap.pages.length; page++) if (this.#heap.isSparse(page, share)) victims.add(page);
    if (victims.size === 0) return false;
    this.#victims = victims;
    this.#share = share;
    this.#row = 0;
    return true;
  }

  #visit(row: number): number {
    if (!this.#live.has(row)) {
      // Whole pages that are gone are passed over at once.
      if (this.#live.countIn(row >>> ROW_BITS) === 0) this.#row = (((row >>> ROW_BITS) + 1) << ROW_BITS) - 1;
      return 0;
    }
    let moved = 0;
    for (const column of this.#columns) moved += column.compact(row, this.#isVictim);
    return moved;
  }
}
