import { expect, test } from 'vitest';
import { RestartPolicy } from './restart-policy.ts';

const bounds = { firstMs: 100, maxMs: 1000, restartsMax: 6, steadyMs: 5000 };

test('pauses double up to their bound, and then it is given up', () => {
  const policy = new RestartPolicy(bounds);
  expect(Array.from({ length: 8 }, () => policy.died(10))).toEqual([
    100,
    200,
    400,
    800,
    1000,
    1000,
    undefined,
    undefined,
  ]);
});

test('a member that was ready for long begins a new row', () => {
  const policy = new RestartPolicy(bounds);
  for (let i = 0; i < 6; i++) policy.died(0);
  expect(policy.died(5000)).toBe(100);
  expect(policy.inRow).toBe(1);
});
