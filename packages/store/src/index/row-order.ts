/** How an ordered index sees the rows of its table. The table implements it; the index holds prefixes and row numbers only. */
export interface RowOrder {
  /**
   * A number that never contradicts the order: a < b ⇒ prefixOf(a) ≤ prefixOf(b), and equal values have equal prefixes.
   * A row without a value has +Infinity; never NaN, never −Infinity.
   */
  prefixOf(row: number): number;
  /**
   * Negative, 0 or positive as the value of row `a` is below, equal to or above that of `b`; rows without a value are equal to
   * each other and above all others. Asked only where prefixes are equal and do not settle it.
   */
  compare(a: number, b: number): number;
  /**
   * Prefixes of a magnitude below this are the whole value, so that equal prefixes mean equal values: Infinity for int32, date,
   * float64 …; 2⁵³ for int64, decimal, timestamp; 0 for strings and for indexes over several columns.
   * Where it is above 0, +Infinity means "no value" and nothing else.
   */
  readonly exactBelow: number;
}

/** One end of a range of values. */
export interface Bound {
  /** The prefix of the bound's value. */
  readonly prefix: number;
  /** The sign of the row's value minus the bound's. Asked only where the row's prefix equals the bound's and does not settle it. */
  compareRow(row: number): number;
  /** Whether rows that compare equal belong to the range. */
  readonly inclusive: boolean;
}

/** A place between rows: right behind a row that a walk returned. It holds the row's value, so it outlives the row. */
export interface Position {
  readonly prefix: number;
  /** The sign of the row's value minus the position's. Asked as `Bound.compareRow` is. */
  compareRow(row: number): number;
  /** Settles the place among rows of equal value. */
  readonly row: number;
}

/** The bound between values and their absence, as an upper bound: rows without a value (in the first column) are outside. */
export const VALUES_ONLY: Bound = { prefix: Infinity, compareRow: () => 0, inclusive: false };

/** The rows a walk visits. */
export interface Range {
  readonly lower?: Bound | undefined;
  readonly upper?: Bound | undefined;
}

/** A range in a direction, perhaps from where an earlier walk stopped. */
export interface Walk extends Range {
  /** By value, rows of equal value by row number; `desc` is the exact reverse. */
  readonly direction: 'asc' | 'desc';
  /** The position of the last row that a walk over the same range and direction returned. */
  readonly after?: Position | undefined;
}

/**
 * Splits the order in two: rows before it and rows behind it. All searches of the tree look for a cut.
 * Among rows of equal value those with a number below `tieRow` are before it.
 */
export interface Cut {
  readonly prefix: number;
  /** Whether rows with an equal prefix have an equal value. */
  readonly exact: boolean;
  compareRow(row: number): number;
  readonly tieRow: number;
}

/** Ties of every row number are below this. */
const BEHIND_ALL_TIES = 2 ** 32;

/** Whether an equal prefix means an equal value. */
export function isExact(prefix: number, exactBelow: number): boolean {
  return Math.abs(prefix) < exactBelow || (prefix === Infinity && exactBelow > 0);
}

/** The cut where a range with this lower bound begins. */
export function cutBelow(bound: Bound, exactBelow: number): Cut {
  return cutAt(bound, bound.inclusive ? 0 : BEHIND_ALL_TIES, exactBelow);
}

/** The cut where a range with this upper bound ends. */
export function cutAbove(bound: Bound, exactBelow: number): Cut {
  return cutAt(bound, bound.inclusive ? BEHIND_ALL_TIES : 0, exactBelow);
}

/** The cut right before or right behind a position. */
export function cutBeside(position: Position, side: 'before' | 'behind', exactBelow: number): Cut {
  return cutAt(position, side === 'before' ? position.row : position.row + 1, exactBelow);
}

function cutAt(value: Pick<Cut, 'prefix' | 'compareRow'>, tieRow: number, exactBelow: number): Cut {
  return {
    prefix: value.prefix,
    exact: isExact(value.prefix, exactBelow),
    compareRow: (row) => value.compareRow(row),
    tieRow,
  };
}
