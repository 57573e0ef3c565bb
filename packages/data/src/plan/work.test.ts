import { expect, test } from 'vitest';
import { finish, WHOLE, type Work } from './work.ts';

test('work is finished in one turn, however often it would pause', () => {
  function* work(): Work<string> {
    for (let i = 0; i < 5; i++) yield;
    return 'done';
  }
  expect(finish(work())).toBe('done');
});

test('an error ends work, and what it holds is freed on the way', () => {
  let isFreed = false;
  function* work(): Work<string> {
    try {
      yield;
      throw new RangeError('mine');
    } finally {
      isFreed = true;
    }
  }
  expect(() => finish(work())).toThrow(RangeError);
  expect(isFreed).toBe(true);
});

test('a whole turn is never over', () => {
  expect(WHOLE.isOver()).toBe(false);
});
