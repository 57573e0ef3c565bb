import { expect, test } from 'vitest';
import { recoverCases } from './recover-cases.ts';

test('bytes of rows a second stand against a hundred million, the peak of memory against that at rest', () => {
  const run = { rows: 1, snapshotBytes: 1, journalBytes: 1, changes: 1, dataBytes: 300e6 };
  const cases = recoverCases(
    [
      { ...run, seconds: 2, peakBytes: 110, steadyBytes: 100 },
      { ...run, seconds: 4, peakBytes: 130, steadyBytes: 100 },
      { ...run, seconds: 1, peakBytes: 240, steadyBytes: 100 },
    ],
    '1 GB',
  );
  expect(cases.map(({ ratio, met }) => [Number(ratio.toFixed(3)), met])).toEqual([
    [1.5, true],
    [0.923, false],
  ]);
});
