import { assert } from '@weft/base';
import { ROW_BITS, ROWS_PER_PAGE, type Column, type LiveRows, type Slice, type Work } from '@weft/data';
import type { Follower } from '../table/follower.ts';
import { isHeapResident } from '../table/table-parts.ts';

/** A column that nobody reads any more, but for snapshots, which keep its pages from reuse as they do others. */
export interface LeavingColumn {
  readonly column: Column;
  /** Rows from here on hold nothing. */
  readonly end: number;
}

/** Rows whose values in the heap are given back with each write: some 20 µs for each column. */
const ROWS_PER_STEP = 256;

/**
 * Gives the pages of columns back, and the values that they name in the heap: a little with each write, or all in slices.
 *
 * Which rows hold a value is known from the rows that are alive. So the rest of a page is given back before the first of its
 * rows comes or goes, and the live bits are those of the moment at which the columns left.
 */
export class LeavingColumns implements Follower {
  readonly roomBytes = 0;
  readonly heapPages = 0;
  /** Indexes go at once. */
  readonly ownIndexes = [];
  readonly #columns: readonly LeavingColumn[];
  /** Those whose values lie in the heap. */
  readonly #long: readonly LeavingColumn[];
  readonly #live: LiveRows;
  readonly #whenGone: () => void;
  /** By page: whether it has been given back. */
  readonly #isGone: Uint8Array;
  #page = 0;
  /** Rows of the present page that have been given back already. */
  #rows = 0;
  #isOver = false;

  /** `whenGone` is called once all is given back. */
  constructor(columns: readonly LeavingColumn[], live: LiveRows, whenGone: () => void) {
    this.#columns = columns;
    this.#long = columns.filter(({ column }) => isHeapResident(column));
    this.#live = live;
    this.#whenGone = whenGone;
    this.#isGone = new Uint8Array(live.pageCount);
  }

  get ownColumns(): readonly Column[] {
    return this.#columns.map(({ column }) => column);
  }

  get bytes(): number {
    return this.#columns.reduce((bytes, { column }) => bytes + column.bytes, 0);
  }

  /** Gives some more rows back; false once all are gone. */
  step(): boolean {
    if (this.#isOver) return false;
    while (this.#isGone[this.#page] === 1) this.#nextPage();
    if (this.#page >= this.#isGone.length) this.#finish();
    else if (this.#giveRows(this.#page, this.#rows, this.#rows + ROWS_PER_STEP)) this.#rows += ROWS_PER_STEP;
    else this.#givePage(this.#page);
    return !this.#isOver;
  }

  *giveBack(slice: Slice): Work<void> {
    while (this.step()) if (slice.isOver()) yield;
  }

  adding(row: number): void {
    this.#settle(row >>> ROW_BITS);
  }

  added(): void {
    this.step();
  }

  changing(): void {
    this.step();
  }

  changed(): void {}

  removing(row: number): void {
    this.#settle(row >>> ROW_BITS);
    this.step();
  }

  pageAdded(): void {}

  pageRemoved(page: number): void {
    assert(page >= this.#isGone.length || this.#isGone[page] === 1, 'a page goes after the last of its rows');
  }

  cleared(): void {
    if (!this.#isOver) this.#finish();
  }

  /** Gives back what is left of a page at once: half a millisecond at most for a column of long values. */
  #settle(page: number): void {
    if (page >= this.#isGone.length || this.#isGone[page] === 1) return;
    this.#giveRows(page, page === this.#page ? this.#rows : 0, ROWS_PER_PAGE);
    this.#givePage(page);
  }

  /** False where the page has no rows from `from` on. */
  #giveRows(page: number, from: number, to: number): boolean {
    const rows = this.#long.length === 0 ? 0 : this.#live.rowsIn(page);
    if (from >= rows || this.#live.countIn(page) === 0) return false;
    const first = page * ROWS_PER_PAGE;
    for (const { column, end } of this.#long) {
      const last = Math.min(first + Math.min(to, rows), end);
      for (let row = first + from; row < last; row++) if (this.#live.has(row)) column.remove(row);
    }
    return true;
  }

  #givePage(page: number): void {
    this.#isGone[page] = 1;
    for (const { column } of this.#columns) if (column.cells(page) !== undefined) column.removePage(page);
  }

  #nextPage(): void {
    this.#page++;
    this.#rows = 0;
  }

  #finish(): void {
    this.#isOver = true;
    for (const { column } of this.#columns) column.clear();
    this.#whenGone();
  }
}
