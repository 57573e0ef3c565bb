import { convertValue, longBytesOf, ROWS_PER_PAGE, type Arena, type Column, type LiveRows } from '@weft/data';

/** Rows that get their value in one step at most, where pages are not filled at once. */
const ROWS_PER_STEP = 1024;
/** Rows between two looks at the clock. */
const ROWS_PER_LOOK = 32;

/** Bytes that they take in the heap at most, but for one row's. */
export const STEP_BYTES_MAX = 1 << 17;

/** Where the values of a hidden column come from. */
export type HiddenValues =
  /** All rows that are stored get this one; `undefined`: none. */
  | { readonly kind: 'constant'; readonly value: unknown }
  /** Each row gets the equal of what this column holds. */
  | { readonly kind: 'converted'; readonly from: Column };

/**
 * A column of the coming declaration beside the rows of the present one. A walk over the pages gives the rows their values:
 *
 *     rows     0 …              end …               live.rowCount
 *              have their value │ hold nothing yet
 *     pages    0 … opened       │ are not there yet
 *
 * Writes keep the rows before the end in step and leave those behind it to the walk.
 */
export class HiddenColumn {
  readonly column: Column;
  /** Bytes in the heap that each row's value takes. */
  readonly longBytes: number;
  readonly #rowsPerStep: number;
  readonly #values: HiddenValues;
  readonly #live: LiveRows;
  readonly #arena: Arena;
  #end = 0;
  #opened = 0;

  constructor(column: Column, values: HiddenValues, { live, arena }: { live: LiveRows; arena: Arena }) {
    this.column = column;
    this.#values = values;
    this.#live = live;
    this.#arena = arena;
    this.longBytes =
      values.kind === 'constant' && values.value !== undefined ? longBytesOf(column.schema, values.value) : 0;
    this.#rowsPerStep = Math.max(1, Math.min(ROWS_PER_STEP, Math.floor(STEP_BYTES_MAX / Math.max(1, this.longBytes))));
  }

  /** Rows from here on hold nothing: Infinity once the walk is done. */
  get end(): number {
    return this.#end;
  }

  /** Gives some more rows their value, until the step is over; false once all have one. The caller has seen to room for a page. */
  step(isOver: () => boolean): boolean {
    const page = Math.floor(this.#end / ROWS_PER_PAGE);
    if (page >= this.#live.pageCount) {
      this.#end = this.#opened = Infinity;
      return false;
    }
    if (page >= this.#opened) this.#open(page);
    const next = (page + 1) * ROWS_PER_PAGE;
    if (this.#live.countIn(page) === 0) this.#end = next;
    else if (this.#values.kind === 'constant' && this.column.canFill(this.#values.value))
      this.#fill(page, this.#values.value, next);
    else this.#setSome(page, next, isOver);
    return true;
  }

  added(row: number): void {
    if (row < this.#end) this.column.set(row, this.#valueOf(row));
  }

  changed(row: number): void {
    if (row < this.#end && this.#values.kind === 'converted') this.column.replace(row, this.#valueOf(row));
  }

  removing(row: number): void {
    if (row < this.#end) this.column.remove(row);
  }

  pageAdded(page: number, near: number): void {
    if (page < this.#opened) this.column.addPage(page, near);
  }

  pageRemoved(page: number): void {
    if (page < this.#opened) this.column.removePage(page);
  }

  cleared(): void {
    this.column.clear();
    if (this.#end !== Infinity) this.#end = this.#opened = 0;
  }

  /** Makes the page, beside the others of its rows, so that a kernel finds all in one memory. */
  #open(page: number): void {
    this.#opened = page + 1;
    const bits = this.#live.pages[page];
    if (bits !== undefined) this.column.addPage(page, this.#arena.segmentOf(this.#arena.unitOf(bits)));
  }

  #fill(page: number, value: unknown, next: number): void {
    this.column.fill(page, value, this.#live);
    this.#end = next;
  }

  #setSome(page: number, next: number, isOver: () => boolean): void {
    const last = page * ROWS_PER_PAGE + this.#live.rowsIn(page);
    const end = Math.min(this.#end + this.#rowsPerStep, last);
    let row = this.#end;
    while (row < end) {
      if (this.#live.has(row)) this.column.set(row, this.#valueOf(row));
      row++;
      if (row % ROWS_PER_LOOK === 0 && isOver()) break;
    }
    this.#end = row < last ? row : next;
  }

  #valueOf(row: number): unknown {
    const values = this.#values;
    if (values.kind === 'constant') return values.value;
    const value = values.from.get(row);
    return value === undefined ? undefined : convertValue(values.from.schema.kind, this.column.schema.kind, value);
  }
}
