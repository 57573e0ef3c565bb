import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';

const SUITES = ['embedded', 'load'];

test('a suite alone runs its own sizes with five repetitions for people', () => {
  expect(parseOptions(['load'], SUITES)).toEqual({ suite: 'load', json: false, rows: undefined, reps: 5 });
});

test('rows, repetitions and json are options', () => {
  const options = parseOptions(['embedded', '--json', '--rows', '10_000', '--reps', '7'], SUITES);
  expect(options).toEqual({ suite: 'embedded', json: true, rows: 10_000, reps: 7 });
});

test.each([[[]], [['lod']], [['load', 'embedded']]])('%j gets the usage with the suites', (args) => {
  expect(() => parseOptions(args, SUITES)).toThrow('suites: embedded, load');
});

test.each(['0', '-1', '1.5', 'many'])('--rows %s is refused by name', (text) => {
  expect(() => parseOptions(['load', `--rows=${text}`], SUITES)).toThrow(
    `--rows takes a whole number of at least 1, not "${text}"`,
  );
});
