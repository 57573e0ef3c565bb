import { WeftError } from '@weft/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AggregatePartial } from '../evaluate/aggregate-partial.ts';
import { aggregateShape } from '../evaluate/aggregate-shape.ts';
import { finishAggregate } from '../evaluate/finish-aggregate.ts';
import { compileMatcher } from '../evaluate/matcher.ts';
import { NaiveAggregate } from '../evaluate/naive-aggregate.ts';
import type { AggregatePlan } from '../plan/plan.ts';
import { FilterRun } from './filter-run.ts';
import { KernelRun } from './kernel-run.ts';
import { lowerAggregate } from './lower-aggregate.ts';
import { lowerFilter } from './lower-filter.ts';
import { type Fixture, fixture, segments } from './pages.fixture.ts';
import { aggregatePlan, pageOf, pageSpec, predicate, sampleSchema as schema } from './random-case.fixture.ts';

const pages = fc.array(pageSpec, { maxLength: 3 });

test('aggregate kernels answer as the naive evaluator does, errors included', () => {
  let lowered = 0;
  fc.assert(
    fc.property(pages, aggregatePlan, fc.constantFrom(3, 1_000_000), (specs, plan, groupsMax) => {
      const table = fixture(schema, specs.map(pageOf));
      const fragment = lowerAggregate(schema, plan, table.dictionaries);
      if (fragment === undefined) return;
      lowered++;
      // Which of several groups overflows first is a matter of their order, and that is no promise.
      const grouped = plan.by.length > 0;
      const byKernel = outcome(grouped, () => finishAggregate(plan, runKernel(table, fragment, groupsMax)));
      const byRows = outcome(grouped, () => finishAggregate(plan, runRows(table, plan, groupsMax)));
      expect(byKernel).toEqual(byRows);
    }),
    { numRuns: 3000 },
  );
  expect(lowered).toBeGreaterThan(1000);
});

test('filter kernels select the rows that the naive matcher accepts', () => {
  let lowered = 0;
  fc.assert(
    fc.property(pages, predicate, (specs, where) => {
      const table = fixture(schema, specs.map(pageOf));
      const fragment = lowerFilter(schema, where, table.dictionaries);
      if (fragment === undefined) return;
      lowered++;
      const matches = compileMatcher(schema, where, table.readers);
      const rest = fragment.residual && compileMatcher(schema, fragment.residual, table.readers);
      const run = new FilterRun(fragment, segments);
      table.pages.forEach((_, number) => {
        const page = table.kernelPage(number, fragment.inputs);
        const count = run.page(page);
        expect(run.count(page)).toBe(count);
        const selected = [...run.selection.subarray(0, count)].map((row) => (number << 13) | row);
        const kept = rest === undefined ? selected : selected.filter(rest);
        expect(kept).toEqual(table.liveRows(number).filter(matches));
      });
      run.close();
    }),
    { numRuns: 3000 },
  );
  expect(lowered).toBeGreaterThan(1000);
});

function runKernel(
  table: Fixture,
  fragment: NonNullable<ReturnType<typeof lowerAggregate>>,
  groupsMax: number,
): AggregatePartial {
  const run = new KernelRun(fragment, segments, groupsMax);
  try {
    table.pages.forEach((_, number) => run.page(table.kernelPage(number, fragment.inputs)));
    return run.partial();
  } finally {
    run.close();
  }
}

function runRows(table: Fixture, plan: AggregatePlan, groupsMax: number): AggregatePartial {
  const partial = new AggregatePartial(aggregateShape(schema, plan), groupsMax);
  const naive = new NaiveAggregate(schema, plan, table.readers, partial);
  const matches = plan.where === undefined ? () => true : compileMatcher(schema, plan.where, table.readers);
  table.pages.forEach((_, number) =>
    table
      .liveRows(number)
      .filter(matches)
      .forEach((row) => naive.add(row)),
  );
  return partial;
}

/** Rows in an order of their own, as neither evaluator promises one; or the error. */
function outcome(grouped: boolean, run: () => readonly Record<string, unknown>[]): unknown {
  try {
    return run().map(show).sort();
  } catch (error) {
    if (!WeftError.is(error)) throw error;
    return { code: error.code, message: grouped ? '' : error.message };
  }
}

function show(row: Record<string, unknown>): string {
  return JSON.stringify(row, (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value === undefined ? 'absent' : value,
  );
}
