import { expect, test } from 'vitest';
import { judge } from './case.ts';
import { formatRate, formatTable, rowsLabel } from './table.ts';

test('the table shows rates, ratio, spread and verdict in aligned columns', () => {
  const cases = [
    judge({ name: 'get', peerName: 'slow 1.0', ours: [2e6, 2.2e6], theirs: [1e3, 1e3], must: 300 }),
    judge({ name: 'put', peerName: 'slow 1.0', ours: [2e5], theirs: [1e3], must: 300 }),
    judge({ name: 'get', peerName: 'Map', ours: [1e6], theirs: [2e6], must: 0, aim: 0.6 }),
    judge({ name: 'load', peerName: 'fast 2.0', ours: [2e6], theirs: [1e6], must: 0.5, aim: 3 }),
  ];
  expect(formatTable(cases)).toEqual([
    'case      weft      peer   ratio        spread  must   aim                  against',
    '────  ────────  ────────  ──────  ────────────  ────  ────  ──────────────  ────────',
    'get   2.10 M/s  1,000 /s  2,100×  2,000–2,200×  300×        met             slow 1.0',
    'put    200 k/s  1,000 /s    200×      200–200×  300×        MISSED          slow 1.0',
    'get   1.00 M/s  2.00 M/s  0.500×  0.500–0.500×        0.6×  below aim       Map',
    'load  2.00 M/s  1.00 M/s   2.00×    2.00–2.00×  0.5×    3×  met, below aim  fast 2.0',
  ]);
});

test.each([
  [519, '519 /s'],
  [1_321, '1,321 /s'],
  [14_232, '14.2 k/s'],
  [1_994_622, '1.99 M/s'],
])('a rate of %d is shown as %s', (rate, text) => {
  expect(formatRate(rate)).toBe(text);
});

test('table sizes are shown short', () => {
  expect([100_000, 1_000_000, 2_500_000, 1_234].map(rowsLabel)).toEqual(['100 k', '1 M', '2.5 M', '1234']);
});
