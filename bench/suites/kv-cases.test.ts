import { expect, test } from 'vitest';
import { kvCases, kvRates } from './kv-cases.ts';

const rates = new Map([
  [
    'get, 64 in flight',
    new Map([
      ['slow', [10, 10]],
      ['fast', [20, 40]],
      ['weft', [60, 60]],
    ]),
  ],
]);

test('the must of its calls in flight is on the fastest peer, and the others are shown', () => {
  const cases = kvCases(rates, (loops) => (loops === 64 ? { must: 1.2, aim: 1.7 } : { must: 9 }));
  expect(cases.map(({ peerName, must, aim, ratio, met }) => ({ peerName, must, aim, ratio, met }))).toEqual([
    { peerName: 'fast', must: 1.2, aim: 1.7, ratio: 2.25, met: true },
    { peerName: 'slow', must: 0, aim: undefined, ratio: 6, met: true },
  ]);
});

test('a run without our own rates is no run', () => {
  const bare = new Map([['get, 1 in flight', new Map([['fast', [1]]])]]);
  expect(() => kvCases(bare, () => ({ must: 1 }))).toThrow('no rates of weft');
});

test('every rate is kept by case and store', () => {
  expect(kvRates(rates)).toEqual({ 'get, 64 in flight': { slow: [10, 10], fast: [20, 40], weft: [60, 60] } });
});
