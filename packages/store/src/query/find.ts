import {
  compileProjection,
  type FindPlan,
  type OrderTerm,
  type Predicate,
  type Projection,
  type RowWork,
  type TypeSchema,
  type Work,
} from '@weft/data';
import type { Table } from '../table/table.ts';
import { type Access, chooseAccess } from './access.ts';
import type { QueryContext } from './context.ts';
import { matchRows, type MatchingRows } from './match-rows.ts';
import { compileRowOrder, type RowsInOrder } from './row-order.ts';
import { SortedRows } from './sorted-rows.ts';
import { TopRows } from './top-rows.ts';
import { walkInOrder } from './walk-in-order.ts';

/** Rows read into objects between two looks at the clock, and handed out together: some 0.2 ms. */
const BATCH_ROWS = 256;
/** Rows taken from an order between two looks at the clock: some 0.5 ms where texts are compared. */
const TAKEN_ROWS = 64;
/** Up to this limit the first rows of an order are kept in a heap; beyond, all are sorted. */
const TOP_ROWS_MAX = 4096;

/** The rows of one partition that answer a find, in batches. */
export function* findRows(context: QueryContext, plan: FindPlan): RowWork {
  const window = { offset: plan.offset ?? 0, limit: plan.limit ?? Infinity };
  if (window.limit === 0) return;
  const load = projectionOf(context.table, plan);
  const access = chooseAccess(context.table, plan.where);
  if (plan.orderBy === undefined) return yield* unordered(context, plan.where, access, { load, ...window });
  const walked = walkInOrder(context, plan, access);
  if (walked !== undefined)
    yield loadRows(context.table, load, walked.subarray(window.offset, window.offset + window.limit));
  else yield* ordered(context, plan, access, { load, ...window });
}

/** Which of the rows found are handed out, and what of them. */
interface Output {
  readonly load: Projection;
  readonly offset: number;
  readonly limit: number;
}

function* unordered(
  context: QueryContext,
  where: Predicate | undefined,
  access: Access,
  { load, offset, limit }: Output,
): RowWork {
  const { slice, counters } = context;
  const matching = yield* matchRows(context, where, { access });
  try {
    let skip = offset;
    let left = limit;
    let batch: object[] = [];
    for (let found = matching.step(); found >= 0; found = matching.step()) {
      const from = Math.min(skip, found);
      const to = Math.min(found, from + left);
      skip -= from;
      left -= to - from;
      counters.rowsMatched += to - from;
      for (let i = from; i < to; i++) batch.push(load(matching.view.columns, matching.rows[i]));
      if (left === 0) break;
      if (!matching.canPause) continue;
      if (batch.length >= BATCH_ROWS) {
        yield batch;
        batch = [];
        matching.resume();
      }
      if (!slice.isOver()) continue;
      yield;
      matching.resume();
    }
    if (batch.length > 0) yield batch;
  } finally {
    matching.close();
  }
}

function* ordered(context: QueryContext, plan: FindPlan, access: Access, { load, offset, limit }: Output): RowWork {
  const matching = yield* matchRows(context, plan.where, { access });
  try {
    const rows = yield* sortRows(context, matching, plan.orderBy!, offset + limit);
    yield* discard(context, matching, rows, offset);
    yield* handOut(context, matching, rows, { load, offset: 0, limit });
  } finally {
    matching.close();
  }
}

function* sortRows(
  { slice, counters }: QueryContext,
  matching: MatchingRows,
  orderBy: readonly OrderTerm[],
  wanted: number,
): Work<RowsInOrder> {
  const compare = compileRowOrder(matching.view, orderBy);
  const rows = wanted <= TOP_ROWS_MAX ? new TopRows(wanted, compare) : new SortedRows(compare);
  for (let found = matching.step(); found >= 0; found = matching.step()) {
    for (let i = 0; i < found; i++) rows.add(matching.rows[i]);
    counters.rowsMatched += found;
    if (!matching.canPause || !slice.isOver()) continue;
    yield;
    matching.resume();
  }
  for (const _ of rows.seal()) {
    if (!matching.canPause || !slice.isOver()) continue;
    yield;
    matching.resume();
  }
  return rows;
}

function* discard({ slice }: QueryContext, matching: MatchingRows, rows: RowsInOrder, count: number): Work<void> {
  const buffer = new Uint32Array(TAKEN_ROWS);
  for (let left = count; left > 0;) {
    const taken = rows.take(left < TAKEN_ROWS ? buffer.subarray(0, left) : buffer);
    if (taken === 0) return;
    left -= taken;
    if (!matching.canPause || !slice.isOver()) continue;
    yield;
    matching.resume();
  }
}

function* handOut(
  { slice }: QueryContext,
  matching: MatchingRows,
  rows: RowsInOrder,
  { load, limit }: Output,
): RowWork {
  const buffer = new Uint32Array(TAKEN_ROWS);
  let batch: object[] = [];
  for (let left = limit; left > 0;) {
    const taken = rows.take(left < TAKEN_ROWS ? buffer.subarray(0, left) : buffer);
    if (taken === 0) break;
    left -= taken;
    for (let i = 0; i < taken; i++) batch.push(load(matching.view.columns, buffer[i]));
    if (!matching.canPause) continue;
    if (batch.length < BATCH_ROWS && !slice.isOver()) continue;
    yield batch;
    batch = [];
    // Who took the batch may have waited for a turn already.
    if (slice.isOver()) yield;
    matching.resume();
  }
  if (batch.length > 0) yield batch;
}

function loadRows(table: Table, load: Projection, rows: Uint32Array): object[] {
  return Array.from(rows, (row) => load(table.columns, row));
}

const projections = new WeakMap<TypeSchema, Map<string, Projection>>();
/** Projections kept per type; a program has few. */
const PROJECTIONS_MAX = 64;

function projectionOf(table: Table, { select }: FindPlan): Projection {
  if (select === undefined) return table.rowCode.load;
  const known = projections.get(table.schema) ?? new Map<string, Projection>();
  projections.set(table.schema, known);
  const id = select.join();
  const found = known.get(id);
  if (found !== undefined) return found;
  if (known.size === PROJECTIONS_MAX) known.clear();
  const made = compileProjection(select.map((name) => table.schema.columns.find((column) => column.name === name)!));
  known.set(id, made);
  return made;
}
