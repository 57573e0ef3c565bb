import { compileMatcher, ROW_BITS, type Matcher, type Predicate } from '@weft/data';
import type { TableView } from '../snapshot/table-snapshot.ts';

/** Rows looked at between two looks at the clock. */
const ROWS_PER_STEP = 256;

/** The matching rows of one page after another, row by row. The page of a live table may go between steps. */
export class PageRows {
  readonly #view: TableView;
  readonly #matches: Matcher;
  #row = 0;
  #end = 0;

  constructor(view: TableView, where: Predicate | undefined) {
    this.#view = view;
    this.#matches = where === undefined ? () => true : compileMatcher(view.schema, where, view.columns);
  }

  open(page: number): void {
    this.#row = page << ROW_BITS;
    this.#end = this.#row + this.#view.live.rowsIn(page);
  }

  /** Hands some more matching rows to `each`; false at the end of the page. */
  step(each: (row: number) => void): boolean {
    const end = Math.min(this.#end, this.#row + ROWS_PER_STEP);
    for (; this.#row < end; this.#row++)
      if (this.#view.live.has(this.#row) && this.#matches(this.#row)) each(this.#row);
    return this.#row < this.#end;
  }
}
