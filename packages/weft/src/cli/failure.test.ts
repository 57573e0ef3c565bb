import { WeftError } from '@weft/base';
import { expect, test } from 'vitest';
import { failureText, UnsuitableError } from './failure.ts';
import { UsageError } from './usage-error.ts';

test('expected failures are one line with cause and fix', () => {
  expect(failureText('demo', new UsageError('--rate 0 is out of range', 'choose 1 to 10'))).toBe(
    'weft demo: --rate 0 is out of range; choose 1 to 10\n',
  );
  expect(failureText('demo', new UnsuitableError('too little memory', 'try less'))).toBe(
    'weft demo: too little memory; try less\n',
  );
});

test('an error of the grid shows its hint, its code and its page', () => {
  const error = new WeftError('MEMORY_LIMIT', 'The store is full.', { hint: 'Delete rows.' });
  expect(failureText('demo', error)).toBe(
    'weft demo: The store is full; Delete rows. (MEMORY_LIMIT, docs/errors.md#memory_limit)\n',
  );
});

test('an unexpected error keeps its stack', () => {
  const text = failureText('demo', new TypeError('x is not a function'));
  expect(text).toContain('an unexpected error, please report it');
  expect(text).toContain('failure.test.ts');
});
