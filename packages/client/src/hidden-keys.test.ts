import { expect, test } from 'vitest';
import { HiddenKeys } from './hidden-keys.ts';

test('keys rise for ever: within a millisecond, past its thousand, and while the clock runs back', () => {
  let wallMs = 1000;
  const keys = new HiddenKeys({ monotonicMs: () => 0, wallMs: () => wallMs });
  const made: bigint[] = [];
  for (const ms of [1000, 1000.9, 1001, 500, 2000]) {
    wallMs = ms;
    for (let i = 0; i < 1500; i++) made.push(keys.next());
  }
  expect(made.every((key, i) => i === 0 || key > made[i - 1]!)).toBe(true);
  expect([made[0], made[1], made[6000]]).toEqual([1_024_000n, 1_024_001n, 2_048_000n]);
});
