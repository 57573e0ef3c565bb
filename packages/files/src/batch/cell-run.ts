/** The cells of a column of a file for some rows of a batch that follow one another. */
export interface CellRun {
  /** The row of the batch that it begins at. */
  readonly row: number;
  readonly count: number;
  /** The cells of the rows one after another; with `indices`, the cells that there are, which a row may share with others. */
  readonly cells: ArrayLike<unknown>;
  /** Where in `cells` a row has its own, NONE where it has none. */
  readonly indices: Int32Array | undefined;
}

/** How cells of a column become values. */
export interface CellReading {
  /** Makes the value of a cell. Throws VALUE_INVALID, VALUE_OUT_OF_RANGE, VALUE_TOO_LARGE. */
  readonly read: (cell: unknown) => unknown;
  /** The number that a gather of numbers keeps for a cell, or NaN where it must be read. */
  readonly quick: ((cell: unknown) => number) | undefined;
  /** Whether a gather keeps 64-bit integers as they stand. */
  readonly isSame: boolean;
  readonly mayLack: boolean;
}

/** Index of a row without a cell. */
export const NONE = -1;

/** The cell of a row; null or undefined where it has none. `runs` follow one another, and the row is in one of them. */
export function cellAt(runs: readonly CellRun[], row: number): unknown {
  let low = 0;
  for (let high = runs.length - 1; low < high;) {
    const middle = (low + high + 1) >> 1;
    if (runs[middle]!.row <= row) low = middle;
    else high = middle - 1;
  }
  return cellOf(runs[low]!, row - runs[low]!.row);
}

/** The cell of a row of a run, from 0. */
export function cellOf({ cells, indices }: CellRun, at: number): unknown {
  if (indices === undefined) return cells[at];
  return indices[at] === NONE ? undefined : cells[indices[at]!];
}
