import { expect, test } from 'vitest';
import { median, pairedRatio } from './ratio.ts';

test('ratios pair the two rates of a repetition, not the medians of the sides', () => {
  const { ours, theirs, ratio, spread } = pairedRatio([100, 200, 400], [10, 100, 40]);
  expect({ ours, theirs }).toEqual({ ours: 200, theirs: 40 });
  expect(ratio).toBe(10);
  expect(spread).toEqual([2, 10]);
});

test('sides with different numbers of repetitions cannot be paired', () => {
  expect(() => pairedRatio([1, 2], [1])).toThrow('2 and 1 repetitions');
  expect(() => pairedRatio([], [])).toThrow('at least one');
});

test('the median of an even number of values lies between the two in the middle', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([9, 1, 5])).toBe(5);
});
