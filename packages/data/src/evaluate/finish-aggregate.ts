import type { ColumnReader } from '../column/reader.ts';
import type { AggregatePlan } from '../plan/plan.ts';
import { finish, WHOLE, type Slice, type Work } from '../plan/work.ts';
import type { ColumnSchema, TypeSchema } from '../type/schema.ts';
import type { AggregatePartial, Group } from './aggregate-partial.ts';
import { type AggregateShape, answerColumns } from './aggregate-shape.ts';
import { Chunks } from './chunks.ts';
import { compileMatcher } from './matcher.ts';
import { rowOrder, type AggregateRow } from './row-order.ts';
import { joinInSlices, sortInSlices } from './sort-in-slices.ts';

/**
 * The answer of the fully merged partial: results per group, those that pass `having`, ordered and cut to `limit`.
 * Groups without an order come as they were first met. Throws NUMERIC_OVERFLOW where a result leaves its range.
 */
export function* finishInSlices(plan: AggregatePlan, partial: AggregatePartial, slice: Slice): Work<AggregateRow[]> {
  const columns = answerColumns(partial.shape);
  const limit = plan.limit ?? Infinity;
  const isOrdered = plan.orderBy !== undefined && plan.orderBy.length > 0;
  const rows = yield* finishGroups(columns, plan, partial, { slice, limit: isOrdered ? Infinity : limit });
  if (!isOrdered) return yield* joinInSlices(rows.chunks, slice);
  const ordered = yield* sortInSlices(rows.chunks, rowOrder(columns, plan.orderBy!), slice, limit);
  return yield* joinInSlices(ordered, slice);
}

/** The same in one turn. */
export function finishAggregate(plan: AggregatePlan, partial: AggregatePartial): AggregateRow[] {
  return finish(finishInSlices(plan, partial, WHOLE));
}

/** The rows that pass `having`, `limit` of them at most, in the order of groups. */
function* finishGroups(
  columns: readonly ColumnSchema[],
  plan: AggregatePlan,
  partial: AggregatePartial,
  { slice, limit }: { readonly slice: Slice; readonly limit: number },
): Work<Chunks<AggregateRow>> {
  const rows = new Chunks<AggregateRow>();
  const passes = compileHaving(partial.shape.type, columns, plan);
  for (const chunk of partial.groups.chunks) {
    for (const group of chunk) {
      const row = isLarge(partial, group) ? yield* rowInSlices(partial, group, slice) : rowOf(partial, group);
      if (rows.length < limit && passes(row)) rows.push(row);
    }
    if (slice.isOver()) yield;
  }
  return rows;
}

function rowOf({ shape, accumulators }: AggregatePartial, { keys, states }: Group): AggregateRow {
  const row = keysRow(shape, keys);
  for (let at = 0; at < states.length; at++) row[shape.terms[at].name] = accumulators[at].finish(states[at]);
  return row;
}

/** Whether a state of the group is too large to be finished in one step. */
function isLarge({ accumulators }: AggregatePartial, { states }: Group): boolean {
  for (let at = 0; at < states.length; at++) if (accumulators[at].inSlices?.isLarge(states[at])) return true;
  return false;
}

function* rowInSlices(
  { shape, accumulators }: AggregatePartial,
  { keys, states }: Group,
  slice: Slice,
): Work<AggregateRow> {
  const row = keysRow(shape, keys);
  for (const [at, accumulator] of accumulators.entries()) {
    const { inSlices } = accumulator;
    row[shape.terms[at].name] =
      inSlices === undefined ? accumulator.finish(states[at]) : yield* inSlices.finish(states[at], slice);
  }
  return row;
}

function keysRow(shape: AggregateShape, keys: readonly unknown[]): AggregateRow {
  const row: AggregateRow = {};
  for (let at = 0; at < keys.length; at++) row[shape.by[at].name] = keys[at];
  return row;
}

/** `having` is an ordinary predicate over the answer: its columns are read from the row that is asked about. */
function compileHaving(
  type: string,
  columns: readonly ColumnSchema[],
  { having }: AggregatePlan,
): (row: AggregateRow) => boolean {
  if (having === undefined) return () => true;
  const schema = { name: type, columns } as unknown as TypeSchema;
  let asked: AggregateRow = {};
  const readers: ColumnReader[] = columns.map((column) => ({
    schema: column,
    get: () => asked[column.name],
    isNull: () => asked[column.name] === undefined,
  }));
  const passes = compileMatcher(schema, having, readers);
  return (row) => {
    asked = row;
    return passes(0);
  };
}
