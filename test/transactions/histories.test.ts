/** Random transactions at the same time are serializable; the same verbs without transactions are not, and are found out. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plans } from './plans.ts';
import { runPlans } from './run-plans.ts';
import { check } from './serializability.ts';

const RUNS = Math.min(Number(process.env['WEFT_RUNS'] ?? 150), 5000);

test('transactions, batches and single writes that run at the same time are serializable', async () => {
  let committed = 0;
  let retried = 0;
  await fc.assert(
    fc.asyncProperty(plans, async (all) => {
      const history = await runPlans(all, true);
      expect(check(history)).toBeUndefined();
      committed += history.transactions.filter(({ status }) => status === 'committed').length;
      retried += history.transactions.filter(({ id }) => /\.[2-9]$/.test(id)).length;
    }),
    { numRuns: RUNS },
  );
  expect(committed).toBeGreaterThan(3 * RUNS);
  expect(retried).toBeGreaterThan(RUNS / 10);
});

test('the same verbs without transactions are found not to be', async () => {
  const found = new Set<string | undefined>();
  for (const all of fc.sample(plans, 60)) found.add(check(await runPlans(all, false))?.anomaly);
  expect(found.size).toBeGreaterThan(2);
});
