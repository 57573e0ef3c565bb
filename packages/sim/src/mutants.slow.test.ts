import { expect, test } from 'vitest';
import { runSeeds } from './campaign.ts';
import { MemoryPool } from './host/memory-pool.ts';
import { planOf } from './load/plan.ts';
import { MUTANT_CHECKS } from './mutant-checks.fixture.ts';
import { MUTANTS } from './mutant.ts';
import type { Outcome } from './outcome.ts';
import { runPlan } from './run-plan.ts';
import { RUNS_MAX, shrink } from './shrink.ts';

/** Each mutant is found within so many seeds: from the first, or, in the short form, from one that once showed it on. */
const SEEDS = 60;
const isLong = process.env['WEFT_LONG'] === '1';

test.each(MUTANTS)('the mutant %s is found by the check of the promise that it breaks', async (mutant) => {
  const { check: expected, seed } = MUTANT_CHECKS[mutant];
  const isEnough = ({ violations }: Outcome): boolean => violations.some(({ check }) => check === expected);
  const { failed } = await runSeeds({ from: isLong ? 1 : seed, seeds: SEEDS, isTimeUp: () => false, mutant, isEnough });
  expect(failed.flatMap(({ violations }) => violations.map(({ check }) => check))).toContain(expected);
});

test('a run that breaks a promise shrinks to one of a few calls and faults that breaks it too', async () => {
  const pool = new MemoryPool();
  const mutant = 'early-answers';
  const isEnough = (): boolean => true;
  const { seed } = MUTANT_CHECKS[mutant];
  const [found] = (await runSeeds({ from: seed, seeds: SEEDS, isTimeUp: () => false, mutant, isEnough })).failed;
  const plan = planOf(found!.seed);
  let runs = 0;
  const smaller = await shrink(plan, (each) => {
    runs++;
    return runPlan(each, { pool, mutant });
  });
  // It ends once nothing can be left out, and not because it has tried as often as it may.
  expect(runs).toBeLessThan(RUNS_MAX);
  const { violations } = await runPlan(smaller, { pool, mutant });
  expect(violations.map(({ check }) => check)).toContain(found!.violations[0]!.check);
  expect(smaller.clients.flat().length).toBeLessThanOrEqual(8);
  expect(smaller.faults.length).toBeLessThanOrEqual(2);
});
