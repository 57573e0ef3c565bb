import { must } from '@weft/base';
import type { ColumnReader } from '../column/reader.ts';
import { comparatorOf } from '../kind/compare.ts';
import type { AggregatePlan, OrderTerm } from '../plan/plan.ts';
import { finish, WHOLE, type Slice, type Work } from '../plan/work.ts';
import type { ColumnSchema, TypeSchema } from '../type/schema.ts';
import type { AggregatePartial, Group } from './aggregate-partial.ts';
import { answerColumns } from './aggregate-shape.ts';
import { compileMatcher, type Matcher } from './matcher.ts';

/** One row of an aggregate's answer: the `by` columns, then the terms, by name. */
export type AggregateRow = Record<string, unknown>;

/** Groups finished, or rows put in order, between two looks at the clock. */
const ROWS_PER_STEP = 512;

/**
 * The answer of the fully merged partial: results per group, those that pass `having`, ordered and cut to `limit`.
 * Groups without an order come as they were first met. Throws NUMERIC_OVERFLOW where a result leaves its range.
 */
export function* finishInSlices(plan: AggregatePlan, partial: AggregatePartial, slice: Slice): Work<AggregateRow[]> {
  const columns = answerColumns(partial.shape);
  const rows: AggregateRow[] = [];
  const passes = compileHaving(partial.shape.type, columns, rows, plan);
  for (const [at, group] of partial.groups.entries()) {
    rows.push(rowOf(partial, group));
    if (!passes(rows.length - 1)) rows.pop();
    if (at % ROWS_PER_STEP === ROWS_PER_STEP - 1 && slice.isOver()) yield;
  }
  const isOrdered = plan.orderBy !== undefined && plan.orderBy.length > 0;
  const ordered = isOrdered ? yield* sortInSlices(rows, rowOrder(columns, plan.orderBy!), slice) : rows;
  return plan.limit === undefined ? ordered : ordered.slice(0, plan.limit);
}

/** The same in one turn. */
export function finishAggregate(plan: AggregatePlan, partial: AggregatePartial): AggregateRow[] {
  return finish(finishInSlices(plan, partial, WHOLE));
}

/** A stable merge sort from the bottom up, without a long turn. */
function* sortInSlices<T>(items: T[], compare: (a: T, b: T) => number, slice: Slice): Work<T[]> {
  let from = items;
  for (let start = 0; start < items.length; start += ROWS_PER_STEP) {
    const run = from.slice(start, start + ROWS_PER_STEP).sort(compare);
    for (let i = 0; i < run.length; i++) from[start + i] = run[i];
    if (slice.isOver()) yield;
  }
  for (let width = ROWS_PER_STEP; width < items.length; width *= 2) {
    const to: T[] = [];
    for (let start = 0; start < items.length; start += 2 * width) {
      const middle = Math.min(start + width, items.length);
      const end = Math.min(start + 2 * width, items.length);
      for (let a = start, b = middle; a < middle || b < end;) {
        to.push(b >= end || (a < middle && compare(from[a], from[b]) <= 0) ? from[a++] : from[b++]);
        if (to.length % ROWS_PER_STEP === 0 && slice.isOver()) yield;
      }
    }
    from = to;
  }
  return from;
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
function compileHaving(
  type: string,
  columns: readonly ColumnSchema[],
  rows: readonly AggregateRow[],
  { having }: AggregatePlan,
): Matcher {
  if (having === undefined) return () => true;
  const schema = { name: type, columns } as unknown as TypeSchema;
  const readers: ColumnReader[] = columns.map((column) => ({
    schema: column,
    get: (row) => rows[row][column.name],
    isNull: (row) => rows[row][column.name] === undefined,
  }));
  return compileMatcher(schema, having, readers);
}
