import {
  AggregatePartial,
  type AggregatePlan,
  aggregateShape,
  KernelRun,
  lowerAggregate,
  NaiveAggregate,
  type Work,
} from '@weft/data';
import { chooseAccess } from './access.ts';
import { viewToScan, type HeldView, type QueryContext } from './context.ts';
import { dictionariesOf, kernelPage } from './kernel-pages.ts';
import { type Approach, matchRows } from './match-rows.ts';
import { compilePageTest } from './prune.ts';
import { PageRows } from './page-rows.ts';
import { unexpiredScan } from './unexpired.ts';

/** One partition's part of an aggregate. */
export function* aggregateRows(context: QueryContext, plan: AggregatePlan): Work<AggregatePartial> {
  const access = chooseAccess(context.table, plan.where);
  if (access.kind !== 'scan') return yield* aggregateMatches(context, plan, { access });
  const held = yield* viewToScan(context);
  const seen = ofUnexpired(plan, held, context);
  const run = openKernel(context, seen, held);
  if (run === undefined) return yield* aggregateMatches(context, plan, { held });
  try {
    return yield* aggregatePages(context, seen, held, run);
  } finally {
    held.release();
  }
}

function ofUnexpired(plan: AggregatePlan, { view }: HeldView, { momentMs }: QueryContext): AggregatePlan {
  const where = unexpiredScan(view, plan.where, momentMs());
  return where === undefined ? plan : { ...plan, where };
}

/** The kernel of a plan, where there is one. */
function openKernel({ table, arena }: QueryContext, plan: AggregatePlan, held: HeldView): KernelRun | undefined {
  try {
    const fragment = lowerAggregate(table.schema, plan, dictionariesOf(held.view));
    return fragment === undefined ? undefined : KernelRun.open(fragment, arena.segments);
  } catch (error) {
    held.release();
    throw error;
  }
}

/** Row by row, over the rows that match. */
function* aggregateMatches(context: QueryContext, plan: AggregatePlan, approach: Approach): Work<AggregatePartial> {
  const { slice, counters, table } = context;
  const matching = yield* matchRows(context, plan.where, approach);
  try {
    const naive = new NaiveAggregate(table.schema, plan, matching.view.columns);
    for (let found = matching.step(); found >= 0; found = matching.step()) {
      for (let i = 0; i < found; i++) naive.add(matching.rows[i]);
      counters.rowsMatched += found;
      counters.evaluator = 'rows';
      if (!matching.canPause || !slice.isOver()) continue;
      yield;
      matching.resume();
    }
    return naive.partial;
  } finally {
    matching.close();
  }
}

/** Page by page through a kernel; pages that kernels cannot read go row by row into the same partial. */
function* aggregatePages(
  context: QueryContext,
  plan: AggregatePlan,
  held: HeldView,
  run: KernelRun,
): Work<AggregatePartial> {
  const { table, arena, slice, counters } = context;
  const { view } = held;
  try {
    if (context.isTogether && held.canPause) {
      yield;
      held.resume();
    }
    const naive = new NaiveAggregate(
      table.schema,
      plan,
      view.columns,
      new AggregatePartial(aggregateShape(table.schema, plan)),
    );
    const byRow = new PageRows(view, plan.where);
    const mayMatch = compilePageTest(table.schema, view.columns, plan.where);
    counters.pagesTotal = view.live.pageCount;
    counters.evaluator = 'kernel';
    for (let page = 0; page < view.live.pageCount; page++) {
      if (view.live.countIn(page) === 0 || !mayMatch(page)) {
        counters.pagesSkipped++;
        continue;
      }
      counters.rowsRead += view.live.countIn(page);
      const cells = kernelPage(view, arena, run.inputs, page);
      if (cells !== undefined) {
        for (run.open(cells); run.step(naive.partial);) {
          if (held.canPause && slice.isOver()) {
            yield;
            held.resume();
          }
        }
      } else {
        counters.evaluator = 'rows';
        for (byRow.open(page); byRow.step((row) => naive.add(row));) {
          if (held.canPause && slice.isOver()) {
            yield;
            held.resume();
          }
        }
      }
      if (held.canPause && slice.isOver()) {
        yield;
        held.resume();
      }
    }
    while (run.drain(naive.partial)) {
      if (!held.canPause || !slice.isOver()) continue;
      yield;
      // Keys are codes, which mean what they meant for as long as the snapshot is open.
      held.resume();
    }
    return naive.partial;
  } finally {
    run.close();
  }
}
