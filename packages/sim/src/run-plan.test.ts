import { expect, test } from 'vitest';
import { runSeeds } from './campaign.ts';
import { MemoryPool } from './host/memory-pool.ts';
import { planOf } from './load/plan.ts';
import { runPlan } from './run-plan.ts';

const pool = new MemoryPool();

test('a few seeds break no promise', async () => {
  const { failed, operations } = await runSeeds({ from: 1, seeds: 3, isTimeUp: () => false });
  expect(failed.flatMap(({ seed, violations }) => violations.map(({ text }) => `${seed}: ${text}`))).toEqual([]);
  expect([...operations.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(100);
});

test('two runs of a seed are the same, to the last byte that was sent', async () => {
  const first = await runPlan(planOf(3), { pool, keepsTrace: true });
  const second = await runPlan(planOf(3), { pool, keepsTrace: true });
  expect(second.trace).toEqual(first.trace);
  expect(second.hash).toBe(first.hash);
  expect((await runPlan(planOf(5), { pool })).hash).not.toBe(first.hash);
});
