import { expect, test } from 'vitest';
import { openLoop } from './open-loop.ts';

test('every call that was due is made, and told of as answered or by its error', async () => {
  const made: number[] = [];
  const { due, delays, failed } = await openLoop(2000, 20, async (at) => {
    made.push(at);
    if (at % 4 === 0) throw Object.assign(new Error('no'), { code: 'OVERLOADED' });
  });
  expect([due, delays.count, failed]).toEqual([40, 30, { OVERLOADED: 10 }]);
  expect(made).toEqual(Array.from({ length: 40 }, (_, at) => at));
});
