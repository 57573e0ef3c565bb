import { must } from '@weft/base';
import type { ColumnReader } from '../column/reader.ts';
import { comparatorOf } from '../kind/compare.ts';
import type { AggregatePlan, OrderTerm } from '../plan/plan.ts';
import type { ColumnSchema, TypeSchema } from '../type/schema.ts';
import type { AggregatePartial, Group } from './aggregate-partial.ts';
import { answerColumns } from './aggregate-shape.ts';
import { compileMatcher } from './matcher.ts';

/** One row of an aggregate's answer: the `by` columns, then the terms, by name. */
export type AggregateRow = Record<string, unknown>;

/**
 * The answer of the fully merged partial: results per group, those that pass `having`, ordered and cut to `limit`.
 * Groups without an order come as they were first met. Throws NUMERIC_OVERFLOW where a result leaves its range.
 */
export function finishAggregate(plan: AggregatePlan, partial: AggregatePartial): AggregateRow[] {
  const columns = answerColumns(partial.shape);
  let rows = partial.groups.map((group) => rowOf(partial, group));
  if (plan.having !== undefined) rows = filterRows(partial.shape.type, columns, rows, plan);
  if (plan.orderBy !== undefined && plan.orderBy.length > 0) rows.sort(rowOrder(columns, plan.orderBy));
  return plan.limit === undefined ? rows : rows.slice(0, plan.limit);
}

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

function rowOf({ shape, accumulators }: AggregatePartial, { keys, states }: Group): AggregateRow {
  const row: AggregateRow = {};
  for (let at = 0; at < keys.length; at++) row[shape.by[at].name] = keys[at];
  for (let at = 0; at < states.length; at++) row[shape.terms[at].name] = accumulators[at].finish(states[at]);
  return row;
}

/** `having` is an ordinary predicate over the answer: its columns are read from the rows just made. */
function filterRows(
  type: string,
  columns: readonly ColumnSchema[],
  rows: AggregateRow[],
  { having }: AggregatePlan,
): AggregateRow[] {
  if (having === undefined) return rows;
  const schema = { name: type, columns } as unknown as TypeSchema;
  const readers: ColumnReader[] = columns.map((column) => ({
    schema: column,
    get: (row) => rows[row][column.name],
    isNull: (row) => rows[row][column.name] === undefined,
  }));
  const matches = compileMatcher(schema, having, readers);
  return rows.filter((_, row) => matches(row));
}
