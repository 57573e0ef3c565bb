import { expect, test } from 'vitest';
import { checkDemoOutput } from './demo-output.ts';

const figures = (rows: number, more: object = {}): object => ({
  type: 'figures',
  rows,
  readsPerSecond: 1000,
  worstAirports: [{ origin: 'ABC' }],
  ...more,
});
const summary = (more: object = {}): object => ({
  type: 'summary',
  reason: 'exit-after',
  firstFiguresMs: 800,
  rows: 60_000,
  readP50Us: 1,
  readP99Us: 2,
  readsMissed: 0,
  bytesPerRow: 60,
  ...more,
});
const print = (...lines: object[]): string => lines.map((line) => JSON.stringify(line)).join('\n') + '\n';
const looks = [0, 1, 2, 3, 4, 5].map((second) => figures(second * 10_000));

test('a run as it should be has nothing wrong', () => {
  expect(checkDemoOutput(print(...looks, summary()))).toEqual([]);
});

test('text between the lines and a missing summary are found', () => {
  expect(checkDemoOutput(`${print(...looks)}oops\n`)).toEqual(['line 7 is not a JSON object']);
  expect(checkDemoOutput(print(...looks))).toEqual(['the last line is not the summary']);
  expect(checkDemoOutput('')).toEqual(['the last line is not the summary']);
});

test('a run that shows nothing is found', () => {
  const still = looks.slice(0, 3).map(() => figures(5, { worstAirports: [], readsPerSecond: 0 }));
  expect(checkDemoOutput(print(...still, summary()))).toEqual([
    'only 3 looks, at least 5 expected',
    'the number of rows never grows',
    'no look shows a worst airport',
    'no look shows point reads',
  ]);
});

test('a summary that makes no sense is found, also where figures are missing', () => {
  const bad = summary({
    reason: 'failure',
    firstFiguresMs: null,
    rows: 1,
    readP50Us: 3,
    readsMissed: 2,
    bytesPerRow: null,
  });
  expect(checkDemoOutput(print(...looks, bad))).toEqual([
    "ended by 'failure', not by --exit-after",
    'first figures after NaN ms, at most 5000 expected',
    'only 1 rows, at least 50000 expected',
    'p50 3 µs and p99 2 µs of point reads make no sense',
    '2 point reads found no row',
    'no bytes per row',
  ]);
});
