import { expect, test } from 'vitest';
import { checkFlushes, durableNetCases, flushNotes } from './durable-net-cases.ts';

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

test('writes that no flush can have covered are told of, where flushes are counted', () => {
  const counted = (weft: number[], redis: number[]): (() => void) => {
    const flushes = new Map([
      [
        'put, 64 in flight',
        new Map([
          ['weft', weft],
          ['redis-server', redis],
        ]),
      ],
    ]);
    return () => checkFlushes({ rates, flushes });
  };
  expect(counted([5], [100])).not.toThrow();
  expect(counted([4], [100])).toThrow('75 writes for each flush');
  expect(counted([0], [100])).toThrow('Infinity writes');
  expect(counted([0], [0])).not.toThrow();
  expect(counted([], [])).not.toThrow();
});
