import { expect, test } from 'vitest';
import { UsageError } from './usage-error.ts';
import { durationMs, oneOf, wholeNumber } from './values.ts';

const bounds = { min: 1, max: 3_000_000 };

test('whole numbers may carry separators and the suffixes k and m', () => {
  expect(wholeNumber('rate', '5000', bounds)).toBe(5000);
  expect(wholeNumber('rate', '5_000', bounds)).toBe(5000);
  expect(wholeNumber('rate', '2.5k', bounds)).toBe(2500);
  expect(wholeNumber('rows', '3M', bounds)).toBe(3_000_000);
});

test('what is not a whole number within bounds is refused with the flag in the message', () => {
  expect(() => wholeNumber('rate', 'fast', bounds)).toThrow('--rate fast is not a whole number');
  expect(() => wholeNumber('rate', '1.5', bounds)).toThrow(UsageError);
  expect(() => wholeNumber('rate', '', bounds)).toThrow(UsageError);
  expect(() => wholeNumber('rate', '0', bounds)).toThrow('--rate 0 is out of range');
  expect(() => wholeNumber('rate', '4m', bounds)).toThrow(UsageError);
});

test('durations need a unit', () => {
  expect(durationMs('exit-after', '20s')).toBe(20_000);
  expect(durationMs('exit-after', '1.5m')).toBe(90_000);
  expect(durationMs('exit-after', '250ms')).toBe(250);
  expect(() => durationMs('exit-after', '20')).toThrow('--exit-after 20 is not a duration');
  expect(() => durationMs('exit-after', '0s')).toThrow(UsageError);
});

test('a word outside the list is refused with the list', () => {
  expect(oneOf('color', 'never', ['auto', 'always', 'never'])).toBe('never');
  expect(() => oneOf('color', 'blue', ['auto', 'always', 'never'])).toThrow('--color blue is not known');
});
