import type { ColumnSchema } from '../type/schema.ts';
import { Decimal } from '../value/decimal.ts';

/** One column of a batch. */
export interface BatchColumn {
  readonly ordinal: number;
  /** By row: the value; with `values` its position in them; with `as: 'millis'` the time of a `Date`. */
  readonly data: ArrayLike<unknown>;
  /** The values that there are, each once. `undefined` stands for none. */
  readonly values?: readonly unknown[] | undefined;
  readonly as?: 'millis' | undefined;
  /** 1 where the row has a value; absent where all have, or where `data` itself says so by `undefined`. */
  readonly present?: Uint8Array | undefined;
}

/** What a column gets whose value a batch lacks. Values that can be changed are copied, as in the row code. */
export function absentOf({ default: value }: ColumnSchema): () => unknown {
  if (typeof value === 'object' && !(value instanceof Decimal)) return () => structuredClone(value);
  return () => value;
}
