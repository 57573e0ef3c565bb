import type { ColumnSchema } from '../type/schema.ts';

/**
 * Reads one column of a table, live or as of a snapshot. `row` is a physical row number: `row >>> ROW_BITS` is its page.
 * The caller has checked that the row is live; a reader never checks again.
 */
export interface ColumnReader {
  readonly schema: ColumnSchema;
  /** The JavaScript value, `undefined` where the row has none. */
  get(row: number): unknown;
  /** Whether the row has no value. Cheaper than `get`. */
  isNull(row: number): boolean;
  /**
   * Where a comparison on the cells is cheaper than one on values made by `get`: the test whether a row's value equals
   * `value`, which is converted once, here. The test asks only about rows that have a value.
   */
  equalTo?(value: unknown): (row: number) => boolean;
  /** Likewise: negative, zero or positive as a row's value comes before, with or after `value` in the kind's order. */
  comparedTo?(value: unknown): (row: number) => number;
}
