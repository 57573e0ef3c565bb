import { expect, test } from 'vitest';
import { SeqRing } from './seq-ring.ts';

test('what was set is there until it is forgotten, however far the numbers lie apart', () => {
  const ring = new SeqRing<string>();
  for (let seq = 1; seq <= 5000; seq += 3) ring.set(seq, `${seq}`);
  expect([ring.get(1), ring.get(2), ring.get(4999), ring.get(9000)]).toEqual(['1', undefined, '4999', undefined]);
  expect([ring.shift(), ring.shift(), ring.shift(), ring.shift()]).toEqual(['1', undefined, undefined, '4']);
  expect(ring.below).toBe(5);
  for (let seq = 5; seq < 100_000; seq++) {
    ring.set(seq + 900, 'later');
    ring.shift();
  }
  expect([ring.below, ring.get(100_000), ring.get(100_900)]).toEqual([100_000, 'later', undefined]);
});
