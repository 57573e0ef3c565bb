import { expect, test } from 'vitest';
import type { BulkWay } from '../harness/bulk-run.ts';
import { loadCases } from './load-cases.ts';

const WAYS = { weft: way('weft'), keyed: [way('rows'), way('chunks')], keyless: [way('no key')] };

test('the fastest of the ways into a table with a key carries the must', () => {
  const rates = new Map([
    ['weft', [6]],
    ['rows', [2]],
    ['chunks', [3]],
    ['no key', [12]],
  ]);
  const cases = loadCases(WAYS, rates, '1 M').map(({ peerName, ratio, must }) => ({ peerName, ratio, must }));
  expect(cases).toEqual([
    { peerName: 'chunks', ratio: 2, must: 0.5 },
    { peerName: 'rows', ratio: 3, must: 0 },
    { peerName: 'no key', ratio: 0.5, must: 0 },
  ]);
});

function way(name: string): BulkWay {
  return { name, open: () => Promise.reject(new Error('not opened in this test')) };
}
