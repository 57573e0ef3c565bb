import { ROW_BITS, type Heap, type LiveRows } from '@weft/data';

/** A column whose values lie in the heap. */
export interface HeapResident {
  /** Moves the row's value if it lies on a victim page. */
  compact(row: number, isVictim: (page: number) => boolean): void;
}

/** A sweep begins once this many bytes of released values lie about … */
const WASTE_BYTES_MIN = 1 << 20;
/** … and they are this share of all that was written. */
const WASTE_SHARE = 1 / 3;

/**
 * Empties heap pages that are mostly released values: one pass over the rows moves what is still alive on them, a few rows
 * with each write, so that the work keeps step with the waste and no turn is long. A page goes when its last value has.
 */
export class HeapCompaction {
  readonly #heap: Heap;
  readonly #live: LiveRows;
  readonly #columns: readonly HeapResident[];
  #victims: ReadonlySet<number> | undefined;
  #row = 0;
  readonly #isVictim = (page: number): boolean => this.#victims!.has(page);

  constructor(heap: Heap, live: LiveRows, columns: readonly HeapResident[]) {
    this.#heap = heap;
    this.#live = live;
    this.#columns = columns;
  }

  /** Looks at up to `rows` rows, where there is anything to do. */
  step(rows: number): void {
    if (this.#victims === undefined && !this.#begin()) return;
    const end = Math.min(this.#row + rows, this.#live.rowCount);
    for (; this.#row < end; this.#row++) this.#visit(this.#row);
    if (this.#row >= this.#live.rowCount) this.#victims = undefined;
  }

  stop(): void {
    this.#victims = undefined;
  }

  #begin(): boolean {
    const { usedBytes, liveBytes } = this.#heap;
    const waste = usedBytes - liveBytes;
    if (waste < WASTE_BYTES_MIN || waste < usedBytes * WASTE_SHARE) return false;
    const victims = new Set<number>();
    for (let page = 0; page < this.#heap.pages.length; page++) if (this.#heap.isSparse(page)) victims.add(page);
    if (victims.size === 0) return false;
    this.#victims = victims;
    this.#row = 0;
    return true;
  }

  #visit(row: number): void {
    if (!this.#live.has(row)) {
      // Whole pages that are gone are passed over at once.
      if (this.#live.countIn(row >>> ROW_BITS) === 0) this.#row = (((row >>> ROW_BITS) + 1) << ROW_BITS) - 1;
      return;
    }
    for (const column of this.#columns) column.compact(row, this.#isVictim);
  }
}
