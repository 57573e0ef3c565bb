import { expect, test } from 'vitest';
import { evolveCases } from './evolve-cases.ts';

test('the longest turn is held against two milliseconds, the writes against those before', () => {
  const cases = evolveCases(
    { longestOwnMs: [1, 1.6, 4], longestMs: [2, 8, 4], before: [100, 100, 100], during: [90, 97, 99] },
    '1 row',
  );
  expect(cases.map(({ ratio, must, met }) => [ratio, must, met])).toEqual([
    [1.25, 1, true],
    [0.5, 0, true],
    [0.97, 0.8, true],
  ]);
});
