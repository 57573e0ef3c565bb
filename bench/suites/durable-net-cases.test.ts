import { expect, test } from 'vitest';
import { durableNetCases, flushNotes } from './durable-net-cases.ts';

const rates = new Map([
  [
    'put, 64 in flight',
    new Map([
      ['weft', [300]],
      ['pg', [100]],
      ['redis-server', [200]],
    ]),
  ],
]);

test('Redis carries the must of durable writes over the network', () => {
  expect(durableNetCases(rates).map(({ peerName, ratio, must }) => ({ peerName, ratio, must }))).toEqual([
    { peerName: 'pg', ratio: 3, must: 0 },
    { peerName: 'redis-server', ratio: 1.5, must: 1.2 },
  ]);
});

test('flushes are told case by case, with the writes that share one', () => {
  const flushes = new Map([
    [
      'put, 64 in flight',
      new Map([
        ['weft', [100]],
        ['pg', []],
        ['redis-server', [100]],
      ]),
    ],
  ]);
  expect(flushNotes({ rates, flushes })).toEqual([
    'Flushes of the disk a second, put, 64 in flight: weft 100 (3 writes each); pg not counted; redis-server 100 (2 writes each).',
  ]);
});
