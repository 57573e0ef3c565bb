/** Hears of the rows of a table as its indexes do, in the turn of the write. It changes no row from there. */
export interface RowWatch {
  /** A row has come. */
  added(row: number): void;
  /** Cells of a row are about to change, and have changed. */
  changing(row: number): void;
  changed(row: number): void;
  /** A row is about to go. */
  removing(row: number): void;
  /** A row is about to get another number, and has got it. */
  moving(from: number): void;
  moved(from: number, to: number): void;
  /** All rows have gone. */
  cleared(): void;
}

/** Who watches the rows of a table, and of those that take them over. */
export interface Watched {
  by: RowWatch | undefined;
}
