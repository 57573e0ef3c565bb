import { expect, test } from 'vitest';
import { UsageError } from './usage-error.ts';
import { durationMs, memoryBytes, oneOf, wholeNumber } from './values.ts';

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
  expect(() => wholeNumber('rate', '-1', bounds)).toThrow('--rate -1 is out of range');
});

test('durations need a unit', () => {
  expect(durationMs('exit-after', '20s')).toBe(20_000);
  expect(durationMs('exit-after', '1.5m')).toBe(90_000);
  expect(durationMs('exit-after', '250ms')).toBe(250);
  expect(() => durationMs('exit-after', '20')).toThrow('--exit-after 20 is not a duration');
  expect(() => durationMs('exit-after', '0s')).toThrow('--exit-after 0s is out of range');
  // A timer of Node that is set to more fires at once.
  expect(() => durationMs('exit-after', '25d')).toThrow('--exit-after 25d is out of range');
});

test('amounts of memory need a unit', () => {
  expect(memoryBytes('memory', '1.5KiB')).toBe(1536);
  for (const wrong of ['8XB', '512', '-5MB', '5 MB', 'much'])
    expect(() => memoryBytes('memory', wrong)).toThrow(`--memory ${wrong} is no amount of memory`);
});

test('a word outside the list is refused with the list', () => {
  expect(oneOf('color', 'never', ['auto', 'always', 'never'])).toBe('never');
  expect(() => oneOf('color', 'blue', ['auto', 'always', 'never'])).toThrow('--color blue is not known');
});
