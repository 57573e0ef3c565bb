import { expect, test, vi } from 'vitest';
import { testSchema } from '../kernel/pages.fixture.ts';
import type { AggregatePlan } from '../plan/plan.ts';
import { finish, WHOLE, type Work } from '../plan/work.ts';
import { AggregatePartial } from './aggregate-partial.ts';
import { aggregateShape } from './aggregate-shape.ts';
import { CHUNK_ITEMS } from './chunks.ts';
import { finishInSlices } from './finish-aggregate.ts';
import { LEAF_MAX } from './identity-map.ts';

const schema = testSchema({ id: { name: 'int32' }, text: { name: 'string' } }, []);

/** Over after every step. */
const SHORT = { isOver: () => true };

const byId: AggregatePlan = { by: ['id'], select: [{ name: 'rows', fn: 'count' }] };
const distinctTexts: AggregatePlan = { by: [], select: [{ name: 'texts', fn: 'distinct', column: 'text' }] };

function partialOf(plan: AggregatePlan): AggregatePartial {
  return new AggregatePartial(aggregateShape(schema, plan));
}

function withGroups(count: number): AggregatePartial {
  const partial = partialOf(byId);
  for (let id = 0; id < count; id++) (partial.group([id]).states[0] as { rows: number }).rows = id;
  return partial;
}

function withTexts(texts: readonly string[]): AggregatePartial {
  const partial = partialOf(distinctTexts);
  const at = { schema: schema.columns[1], get: (row: number) => texts[row], isNull: () => false };
  const add = partial.accumulators[0].adder(at);
  for (let row = 0; row < texts.length; row++) add(partial.group([]).states[0], row);
  return partial;
}

/** Runs work to its end; how often `counted` was called between two pauses, at most. */
function mostPerStep<T>(work: Work<T>, counted: { readonly mock: { readonly calls: readonly unknown[] } }): number {
  let most = 0;
  let before = counted.mock.calls.length;
  for (let step = work.next(); ; step = work.next()) {
    most = Math.max(most, counted.mock.calls.length - before);
    before = counted.mock.calls.length;
    if (step.done === true) return most;
  }
}

test('groups are finished a chunk at a time', () => {
  const partial = withGroups(5000);
  const counted = vi.spyOn(partial.accumulators[0], 'finish');
  const plan: AggregatePlan = { ...byId, orderBy: [{ column: 'rows', direction: 'desc' }], limit: 3 };
  expect(mostPerStep(finishInSlices(plan, partial, SHORT), counted)).toBe(CHUNK_ITEMS);
  expect(finish(finishInSlices(plan, partial, WHOLE))).toEqual([
    { id: 4999, rows: 4999 },
    { id: 4998, rows: 4998 },
    { id: 4997, rows: 4997 },
  ]);
});

test('groups are merged a chunk at a time', () => {
  const into = withGroups(3000);
  const counted = vi.spyOn(into.accumulators[0], 'merge');
  expect(mostPerStep(into.mergeInSlices(withGroups(5000), SHORT), counted)).toBe(CHUNK_ITEMS);
  expect(into.groups.length).toBe(5000);
  expect(into.group([2999]).states[0]).toEqual({ rows: 2 * 2999 });
});

test('distinct values of two parts are merged a leaf at a time and put in order in slices', () => {
  const texts = Array.from({ length: 20_000 }, (_, n) => `text ${n}`);
  const into = withTexts(texts.slice(0, 12_000));
  const state = into.group([]).states[0] as { add: (...args: unknown[]) => void };
  const counted = vi.spyOn(state, 'add');
  const most = mostPerStep(into.mergeInSlices(withTexts(texts.slice(8000)), SHORT), counted);
  expect(most).toBeLessThanOrEqual(LEAF_MAX);
  expect(counted.mock.calls.length).toBe(8000);
  const work = finishInSlices(distinctTexts, into, SHORT);
  let pauses = 0;
  let step = work.next();
  for (; step.done !== true; step = work.next()) pauses++;
  expect(step.value).toEqual([{ texts: texts.toSorted() }]);
  expect(pauses).toBeGreaterThan(texts.length / LEAF_MAX);
});
