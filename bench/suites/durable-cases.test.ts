import { expect, test } from 'vitest';
import { durableCases, flushNote } from './durable-cases.ts';

const rates = new Map([
  ['weft', [600]],
  ['slow', [200]],
  ['fast', [300]],
]);

test('the fastest of the peers carries the must', () => {
  const cases = durableCases('weft', { rates }, 64).map(({ peerName, ratio, must }) => ({ peerName, ratio, must }));
  expect(cases).toEqual([
    { peerName: 'fast', ratio: 2, must: 1 },
    { peerName: 'slow', ratio: 3, must: 0 },
  ]);
});

test('flushes are told with the writes that share one', () => {
  const flushes = new Map([
    ['weft', [100]],
    ['slow', []],
  ]);
  expect(flushNote({ rates, flushes }, 64)).toBe(
    'Flushes of the disk a second with 64 writers: weft 100 (6 writes each); slow not counted.',
  );
});
