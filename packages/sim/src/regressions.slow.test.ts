import { expect, test } from 'vitest';
import { MemoryPool } from './host/memory-pool.ts';
import { planOf } from './load/plan.ts';
import { REGRESSIONS } from './regressions.fixture.ts';
import { runPlan } from './run-plan.ts';

const pool = new MemoryPool();

test.each(REGRESSIONS)('seed $seed does not find any more: $found', async ({ seed }) => {
  // They were found before there were groups.
  const { violations } = await runPlan({ ...planOf(seed), members: [] }, { pool });
  expect(violations).toEqual([]);
});
