/** Which row of a cache goes next. */
export interface Victims {
  /** Memory that it takes, counted. */
  readonly bytes: number;
  /** Takes note of a new row. */
  add(row: number): void;
  /** Takes note that a row was read or changed. */
  use(row: number): void;
  /** The row to go, never `except`; NO_ROW (−1) where there is no other. Bounded, whatever the number of rows. */
  next(except: number): number;
  /** A page of rows is gone. */
  removePage(page: number): void;
  clear(): void;
}
