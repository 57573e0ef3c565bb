import { expect, test } from 'vitest';
import { runSeeds } from './campaign.ts';
import { MemoryPool } from './host/memory-pool.ts';
import { planOf } from './load/plan.ts';
import { MUTANT_CHECKS } from './mutant-checks.fixture.ts';
import { MUTANTS } from './mutant.ts';
import type { Outcome } from './outcome.ts';
import { runPlan } from './run-plan.ts';
import { shrink } from './shrink.ts';

/** Each mutant is found within so many seeds. */
const SEEDS = 60;

test.each(MUTANTS)('the mutant %s is found by the check of the promise that it breaks', async (mutant) => {
  const found = MUTANT_CHECKS[mutant];
  const isEnough = ({ violations }: Outcome): boolean => violations.some(({ check }) => check === found);
  const { failed } = await runSeeds({ from: 1, seeds: SEEDS, isTimeUp: () => false, mutant, isEnough });
  expect(failed.flatMap(({ violations }) => violations.map(({ check }) => check))).toContain(found);
});

test('a run that breaks a promise shrinks to one of a few calls and faults that breaks it too', async () => {
  const pool = new MemoryPool();
  const mutant = 'early-answers';
  const isEnough = (): boolean => true;
  const [found] = (await runSeeds({ from: 1, seeds: SEEDS, isTimeUp: () => false, mutant, isEnough })).failed;
  const plan = planOf(found!.seed);
  const smaller = await shrink(plan, (each) => runPlan(each, { pool, mutant }));
  const { violations } = await runPlan(smaller, { pool, mutant });
  expect(violations.map(({ check }) => check)).toContain(found!.violations[0]!.check);
  expect(smaller.clients.flat().length).toBeLessThanOrEqual(8);
  expect(smaller.faults.length).toBeLessThanOrEqual(2);
});
