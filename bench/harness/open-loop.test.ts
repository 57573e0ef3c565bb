import { expect, test } from 'vitest';
import { openLoop } from './open-loop.ts';

test('every call that was due is made, and told of as answered or by its error', async () => {
  const made: number[] = [];
  const { due, served, delays, p99, failed } = await openLoop(2000, 20, async (at) => {
    made.push(at);
    if (at % 4 === 0) throw Object.assign(new Error('no'), { code: 'OVERLOADED' });
  });
  expect([due, served, failed]).toEqual([40, 30, { OVERLOADED: 10 }]);
  // A quarter was refused, which no delay of the others makes good.
  expect([delays.count, Number.isFinite(delays.p99), p99]).toEqual([30, true, Infinity]);
  expect(made).toEqual(Array.from({ length: 40 }, (_, at) => at));
});
