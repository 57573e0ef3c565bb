import type { RowValues } from '@weft/data';

/** A row that is still in the bytes in which it came: a host writes it from there into its columns, without an object for it. */
export abstract class UnreadRow {
  /** Fills in values by ordinal, checked; what Weft keeps itself is left undefined. */
  abstract readInto(values: RowValues): void;
  /** As a caller gives it; for what is told of a row that was refused. */
  abstract toObject(): object;
}
