import type { CompressionCodec, ParquetType, SchemaElement } from 'hyparquet';

/** What its pages must be known by: a column of the file that is no list and in no group. */
export interface FlatColumn {
  readonly element: SchemaElement;
  readonly type: ParquetType;
  readonly codec: CompressionCodec;
  /** Whether a row may have no value: then pages have levels. */
  readonly isOptional: boolean;
  /** Whether its bytes are handed out as text. */
  readonly isText: boolean;
}

/** A count that the file claims. Throws RangeError where it is none, or more than there can be. */
export function claimed(count: unknown, max: number, what: string): number {
  if (Number.isInteger(count) && (count as number) >= 0 && (count as number) <= max) return count as number;
  throw new RangeError(`it claims to have ${what} that it cannot have`);
}
