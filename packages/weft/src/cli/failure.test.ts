import { readFile } from 'node:fs/promises';
import { DiskFault, WeftError } from '@weft/base';
import { expect, test } from 'vitest';
import { failureText, UnsuitableError } from './failure.ts';
import { UsageError } from './usage-error.ts';

test('expected failures are one line with cause and fix', async () => {
  expect(await failureText('demo', new UsageError('--rate 0 is out of range', 'choose 1 to 10'))).toBe(
    'weft demo: --rate 0 is out of range; choose 1 to 10\n',
  );
  expect(await failureText('demo', new UnsuitableError('too little memory', 'try less'))).toBe(
    'weft demo: too little memory; try less\n',
  );
});

test('an error of the grid shows its hint, its code and its page', async () => {
  const error = new WeftError('MEMORY_LIMIT', 'The store is full.', { hint: 'Delete rows.' });
  expect(await failureText('demo', error)).toBe(
    'weft demo: The store is full. Delete rows. (MEMORY_LIMIT, docs/errors.md#memory_limit)\n',
  );
});

test('what the system says of a path is one line', async () => {
  const error = await readFile('/dev/null/no').catch((caught: unknown) => caught);
  for (const each of [error, new DiskFault('failed', '/dev/null/no', (error as Error).message)]) {
    const text = await failureText('demo', each);
    expect(text).toMatch(/^weft demo: .*ENOTDIR.*\/dev\/null\/no.*; see that the path is right.*\n$/);
    expect(text.split('\n')).toHaveLength(2);
  }
});

test('an unexpected error keeps its stack', async () => {
  const text = await failureText('demo', new TypeError('x is not a function'));
  expect(text).toContain('an unexpected error, please report it');
  expect(text).toContain('failure.test.ts');
});

test('a mistyped name is guessed, one that is like nothing is not', async () => {
  const error = (word: string) =>
    new UsageError(`unknown option ${word}`, 'see help', { word, names: ['--rate', '--exit-after'] });
  expect(await failureText('demo', error('--exitafter'))).toBe(
    'weft demo: unknown option --exitafter; did you mean --exit-after? Otherwise see help\n',
  );
  expect(await failureText('demo', error('--zzzzzz'))).toBe('weft demo: unknown option --zzzzzz; see help\n');
});
