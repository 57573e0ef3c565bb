import { must } from '@weft/base';
import { comparatorOf } from '../kind/compare.ts';
import type { OrderTerm } from '../plan/plan.ts';
import type { ColumnSchema } from '../type/schema.ts';

/** One row of an aggregate's answer: the `by` columns, then the terms, by name. */
export type AggregateRow = Record<string, unknown>;

/** The order of rows by several columns; absent values last when ascending, first when descending. */
export function rowOrder(
  columns: readonly ColumnSchema[],
  terms: readonly OrderTerm[],
): (a: AggregateRow, b: AggregateRow) => number {
  const steps = terms.map(({ column: name, direction }) => {
    const column = columns.find((candidate) => candidate.name === name);
    const compare = comparatorOf(must(column, `the answer has no column ${name}: the plan was not checked`).kind);
    return { name, compare, sign: direction === 'asc' ? 1 : -1 };
  });
  return (a, b) => {
    for (const { name, compare, sign } of steps) {
      const order = compareAbsentLast(a[name], b[name], compare) * sign;
      if (order !== 0) return order;
    }
    return 0;
  };
}

function compareAbsentLast(a: unknown, b: unknown, compare: (a: unknown, b: unknown) => number): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
  return compare(a, b);
}
