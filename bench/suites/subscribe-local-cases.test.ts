import { expect, test } from 'vitest';
import { subscribeCases } from './subscribe-local-cases.ts';

test('writes with all events taken are held against a bound; a loop and nobody are for comparison', () => {
  const cases = subscribeCases(
    { subscribed: [150_000, 200_000, 90_000], naive: [50_000, 100_000, 45_000], nobody: [1e6, 1e6, 1e6] },
    '1 row',
  );
  expect(cases.map(({ ratio, must, met }) => [ratio, must, met])).toEqual([
    [1.5, 1, true],
    [2, 0, true],
    [0.15, 0, true],
  ]);
});
