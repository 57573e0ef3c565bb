import type { Kind } from '../type/schema.ts';

/** The equal of a present value in a kind that a column may become; see `ColumnStep`. */
export function convertValue(from: Kind, to: Kind, value: unknown): unknown {
  return to.name === 'int64' && from.name !== 'int64' ? BigInt(value as number) : value;
}
