import { assert, WeftError } from '@weft/base';
import { ROWS_PER_PAGE, type Column, type KeyCode, type LiveRows, type TypeSchema } from '@weft/data';
import { NO_ROW } from '../index/key-probe.ts';
import { UniqueSecondary, type SecondaryIndex } from '../table/secondary-index.ts';

/** Rows that an index gains in one step at most: each some 2 µs of cache misses. */
const ROWS_PER_STEP = 128;
/** Rows between two looks at the clock: code that has not run for a while takes ten times as long. */
const ROWS_PER_LOOK = 8;

/** An ordinal of the present declaration and its column. */
export interface IndexedColumn {
  readonly ordinal: number;
  readonly column: Column;
}

export interface HiddenIndexParts {
  readonly index: SecondaryIndex;
  /** The present columns that its values follow from. */
  readonly from: readonly IndexedColumn[];
  readonly live: LiveRows;
  /** How the rows of the present table are named in messages. */
  readonly naming: {
    readonly schema: TypeSchema;
    readonly keyCode: KeyCode;
    readonly columns: readonly Column[];
    /** Removes a row if it has expired; whether it did. */
    removeExpired(row: number): boolean;
  };
}

/** An index of the coming declaration. It holds the rows before its end, which moves over the table once all columns are filled. */
export class HiddenIndex {
  readonly index: SecondaryIndex;
  readonly #from: readonly IndexedColumn[];
  readonly #live: LiveRows;
  readonly #naming: HiddenIndexParts['naming'];
  #end = 0;
  /** The row that was taken out and comes back with its new values, or NO_ROW. */
  #changing = NO_ROW;

  constructor({ index, from, live, naming }: HiddenIndexParts) {
    this.index = index;
    this.#from = from;
    this.#live = live;
    this.#naming = naming;
  }

  /** Takes in some more rows, until the step is over; false once all are there. Throws UNIQUE_VIOLATION. */
  step(isOver: () => boolean): boolean {
    const page = Math.floor(this.#end / ROWS_PER_PAGE);
    if (page >= this.#live.pageCount) {
      this.#end = Infinity;
      return false;
    }
    const next = (page + 1) * ROWS_PER_PAGE;
    const last = this.#live.countIn(page) === 0 ? 0 : page * ROWS_PER_PAGE + this.#live.rowsIn(page);
    const end = Math.min(this.#end + ROWS_PER_STEP, last);
    while (this.#end < end) {
      if (this.#live.has(this.#end) && !this.#isClearedAway(this.#end)) this.index.add(this.#end);
      this.#end++;
      if (this.#end % ROWS_PER_LOOK === 0 && isOver()) break;
    }
    if (this.#end >= last) this.#end = next;
    return true;
  }

  /** Throws UNIQUE_VIOLATION, as `changed` does. The row is not in the index then. */
  added(row: number): void {
    if (row < this.#end) this.#add(row);
  }

  changing(row: number, values: readonly unknown[], ordinals: readonly number[] | undefined): void {
    assert(this.#changing === NO_ROW, 'a row changes while another does');
    if (row >= this.#end || !this.#from.some((from) => isChanged(from, row, values, ordinals))) return;
    this.index.remove(row);
    this.#changing = row;
  }

  changed(row: number): void {
    if (this.#changing !== row) return;
    this.#changing = NO_ROW;
    this.#add(row);
  }

  removing(row: number): void {
    if (row < this.#end) this.index.remove(row);
  }

  cleared(): void {
    this.index.clear();
    if (this.#end !== Infinity) this.#end = 0;
  }

  #add(row: number): void {
    const holder = this.#holderOf(row);
    if (holder !== NO_ROW && !this.#naming.removeExpired(holder)) throw this.#violation(row, holder, this.index);
    this.index.add(row);
  }

  /** Makes way for a row that was there before; whether it has gone itself. Rows that have expired are in nobody's way. */
  #isClearedAway(row: number): boolean {
    const holder = this.#holderOf(row);
    if (holder === NO_ROW) return false;
    if (this.#naming.removeExpired(row)) return true;
    if (this.#naming.removeExpired(holder)) return false;
    throw this.#violation(row, holder, this.index);
  }

  /** The row that has the unique values of another one. */
  #holderOf(row: number): number {
    if (!(this.index instanceof UniqueSecondary)) return NO_ROW;
    const values = this.index.columns.map((column) => column.get(row));
    return values.includes(undefined) ? NO_ROW : this.index.find(values);
  }

  #violation(row: number, holder: number, { schema: { name } }: SecondaryIndex): WeftError {
    const { schema } = this.#naming;
    return new WeftError(
      'UNIQUE_VIOLATION',
      `${schema.name}: the rows ${this.#nameOf(holder)} and ${this.#nameOf(row)} have the same values of the new unique index ${name}; the declaration stays as it was.`,
      { details: { type: schema.name, index: name } },
    );
  }

  #nameOf(row: number): string {
    const { keyCode, columns } = this.#naming;
    const key = keyCode.columns.map(({ ordinal }) => columns[ordinal].get(row));
    return `(${keyCode.describe(key.length === 1 ? key[0] : key)})`;
  }
}

function isChanged(
  { ordinal, column }: IndexedColumn,
  row: number,
  values: readonly unknown[],
  ordinals: readonly number[] | undefined,
): boolean {
  const at = ordinals === undefined ? ordinal : ordinals.indexOf(ordinal);
  return at >= 0 && !column.equals(row, values[at]);
}
