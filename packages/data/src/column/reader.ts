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
}
