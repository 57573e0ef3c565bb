import { expect, test } from 'vitest';
import { Scratch, SCRATCHES_MAX } from './scratch.ts';

test('scratches in use are bounded, and one that is given back serves again', () => {
  const held: Scratch[] = [];
  for (let scratch = Scratch.tryAcquire(); scratch !== undefined; scratch = Scratch.tryAcquire()) held.push(scratch);
  expect(held.length).toBe(SCRATCHES_MAX);
  held.pop()!.release();
  const again = Scratch.tryAcquire();
  expect(again).toBeDefined();
  expect(Scratch.tryAcquire()).toBeUndefined();
  for (const scratch of [...held, again!]) scratch.release();
});
