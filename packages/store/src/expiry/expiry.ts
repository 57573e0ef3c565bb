import { assert, type Clock } from '@weft/base';
import { expiryOf, ROW_BITS, ROW_MASK, TimestampColumn, type Column, type LiveRows, type TypeSchema } from '@weft/data';

/**
 * When the rows of a table expire: the column `_expiry`. A row has expired at that very millisecond and ever after; without a value it
 * never does.
 *
 * Nothing else is kept of it, for no row and no write: which pages may hold rows that have expired is told by the lower bounds of
 * the column's zone map, which each write keeps, wherever its row goes.
 */
export class Expiry {
  readonly ordinal: number;
  readonly #column: TimestampColumn;
  readonly #live: LiveRows;
  readonly #clock: Clock;
  readonly #ttlMs: number | undefined;

  constructor(schema: TypeSchema, columns: readonly Column[], live: LiveRows, clock: Clock) {
    this.ordinal = expiryOf(schema);
    const column = columns[this.ordinal];
    assert(column instanceof TimestampColumn, 'rows expire at instants');
    this.#column = column;
    this.#live = live;
    this.#clock = clock;
    this.#ttlMs = schema.ttlMs;
  }

  nowMs(): number {
    return this.#clock.wallMs();
  }

  /** Whether the row, which is there, has expired. */
  has(row: number, nowMs: number = this.#clock.wallMs()): boolean {
    return this.ofRow(row) <= nowMs;
  }

  /** When the row expires, in milliseconds since 1970; Infinity for never. */
  ofRow(row: number): number {
    return this.#column.millisOf(row);
  }

  /**
   * The expiry that a row is stored with now. `given`: what its write says, a time or `null` for never; `undefined` leaves it to the
   * declaration.
   */
  stamp(given: unknown): Date | undefined {
    if (given !== undefined) return given === null ? undefined : (given as Date);
    return this.#ttlMs === undefined ? undefined : new Date(Math.floor(this.#clock.wallMs() + this.#ttlMs));
  }

  /** No row expires sooner; Infinity where none ever does. In time with the pages. */
  firstMs(): number {
    let first = Infinity;
    for (let page = 0; page < this.#live.pageCount; page++) first = Math.min(first, this.#firstOf(page));
    return first;
  }

  /** The next page, from this one on and then from the first, that may hold rows that have expired; -1 where none does. */
  nextDue(from: number, nowMs: number): number {
    const { pageCount } = this.#live;
    for (let i = 0; i < pageCount; i++) {
      const page = (from + i) % pageCount;
      if (this.#firstOf(page) <= nowMs) return page;
    }
    return -1;
  }

  /** The next row of a page that has expired, from `row` on; the first row of the page behind where there is none. */
  nextExpired(row: number, nowMs: number): number {
    const page = row >>> ROW_BITS;
    const end = (page + 1) << ROW_BITS;
    const cells = this.#column.pages[page];
    if (cells === undefined) return end;
    const micros = Math.floor(nowMs) * 1000;
    const high = Math.floor(micros / 2 ** 32);
    const low = micros - high * 2 ** 32;
    const last = row + this.#live.rowsIn(page) - (row & ROW_MASK);
    for (let at = row; at < last; at++) {
      const cell = (at & ROW_MASK) << 1;
      const cellHigh = cells[cell + 1]!;
      if (cellHigh > high || (cellHigh === high && cells[cell]! >>> 0 > low)) continue;
      // The cell of a row without a value is zero, and places that are free hold anything.
      if (this.#live.has(at) && !this.#column.isNull(at)) return at;
    }
    return end;
  }

  /** Looks at all rows of a page, some 20 µs, so that it is due no sooner than its first row. */
  settle(page: number): void {
    const cells = this.#column.pages[page];
    if (cells === undefined) return;
    const first = page << ROW_BITS;
    const count = this.#live.rowsIn(page);
    let min = Infinity;
    for (let at = 0; at < count; at++) {
      const micros = cells[(at << 1) + 1]! * 2 ** 32 + (cells[at << 1]! >>> 0);
      if (micros < min && this.#live.has(first + at) && !this.#column.isNull(first + at)) min = micros;
    }
    this.#column.zones.raiseMin(page, min);
  }

  #firstOf(page: number): number {
    return this.#live.countIn(page) === 0 ? Infinity : this.#column.zones.min(page) / 1000;
  }
}

/** What `Expiry` is for types whose rows expire. */
export function createExpiry(
  schema: TypeSchema,
  columns: readonly Column[],
  live: LiveRows,
  clock: Clock,
): Expiry | undefined {
  return expiryOf(schema) < 0 ? undefined : new Expiry(schema, columns, live, clock);
}
