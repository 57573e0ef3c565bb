import { expect, test } from 'vitest';
import { INLINE_TEXT_MAX } from './string-cells.ts';
import { StringSurvey } from './string-survey.ts';

function strideOf(...lengths: readonly (number | undefined)[]): number {
  const survey = new StringSurvey();
  for (const length of lengths) {
    if (length === undefined) survey.addAbsent();
    else survey.add(length);
  }
  return survey.stride;
}

test('texts of one length get cells of that length', () => {
  expect([strideOf(16, 16, 16), strideOf(1), strideOf(INLINE_TEXT_MAX)]).toEqual([16, 1, INLINE_TEXT_MAX]);
});

test('cells are as long as the longest text while that takes no more than ref, length and text in the heap and six bytes', () => {
  expect(strideOf(10, 32)).toBe(32);
  // 23 bytes a row against 6 + 4 + 1 + 11.5.
  expect(strideOf(0, 22)).toBe(22);
  expect(strideOf(0, 23)).toBe(0);
});

test('a text beyond INLINE_TEXT_MAX keeps the others out too', () => {
  expect(strideOf(30, 30, 30, INLINE_TEXT_MAX + 1)).toBe(0);
});

test('absent values speak for the heap, where they take nothing', () => {
  expect([strideOf(22, undefined), strideOf(21, undefined)]).toEqual([0, 21]);
});

test('empty texts have a cell too, and of nothing nothing follows', () => {
  expect([strideOf(0, 0), strideOf(undefined), strideOf()]).toEqual([1, 1, 0]);
});

test('what was counted is forgotten', () => {
  const survey = new StringSurvey();
  survey.add(40);
  survey.reset();
  survey.add(5);
  expect([survey.rows, survey.stride]).toEqual([1, 5]);
});
