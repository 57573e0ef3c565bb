import { checkerOf, type Checker } from '../kind/check.ts';
import type { ColumnSchema, TypeSchema } from './schema.ts';

const checkers = new WeakMap<ColumnSchema, Checker>();

/** `checkValue` with the column's checker made once and kept: for values of templates, patches and changes. */
export function checkedValue(schema: TypeSchema, column: ColumnSchema, value: unknown): unknown {
  let check = checkers.get(column);
  if (check === undefined) {
    check = checkerOf(column, schema.name);
    checkers.set(column, check);
  }
  return check(value);
}
