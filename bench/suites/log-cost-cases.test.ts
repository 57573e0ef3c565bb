import { expect, test } from 'vitest';
import { logCostCases } from './log-cost-cases.ts';

test('each way of logging stands against none, and awaited puts carry the must', () => {
  const rates = new Map(
    ['get awaited', 'put awaited'].map((key) => [
      key,
      new Map([
        ['weft', [100, 100, 100]],
        ['weft, log in memory', [90, 80, 85]],
        ['weft, log in async', [40, 50, 60]],
      ]),
    ]),
  );
  const logged = ['weft, log in memory', 'weft, log in async'];
  const cases = logCostCases(rates, { none: 'weft', logged }, 1000);
  expect(cases.map(({ name, ratio, must, met }) => [name, ratio, must, met])).toEqual([
    ['get awaited, log in memory, 1 k rows', 0.85, 0, true],
    ['get awaited, log in async, 1 k rows', 0.5, 0, true],
    ['put awaited, log in memory, 1 k rows', 0.85, 0.6, true],
    ['put awaited, log in async, 1 k rows', 0.5, 0.6, false],
  ]);
});
