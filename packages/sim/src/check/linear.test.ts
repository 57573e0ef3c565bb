import { expect, test } from 'vitest';
import { checkLinear, type LinearCall } from './linear.ts';

type Span = readonly [from: number, to: number];

const write = (value: number, [from, to]: Span, isCertain = true): LinearCall<number> => ({
  from,
  to,
  isCertain,
  apply: () => [value],
});
const read = (value: number, [from, to]: Span): LinearCall<number> => ({
  from,
  to,
  isCertain: true,
  apply: (state) => (state === value ? [state] : []),
});
const check = (...calls: LinearCall<number>[]): string => checkLinear(calls, 0, String);

test('calls that overlap may come in either order', () => {
  expect(check(write(1, [1, 4]), read(0, [2, 3]), read(1, [5, 6]))).toBe('linearizable');
  expect(check(write(1, [1, 4]), read(1, [2, 3]))).toBe('linearizable');
});

test('a read that is older than what was acknowledged before it is found', () => {
  expect(check(write(1, [1, 2]), read(0, [3, 4]))).toBe('not linearizable');
});

test('two readers who see two writes in different orders are found', () => {
  const writes = [write(1, [1, 9]), write(2, [1, 9])];
  const reads = [read(1, [10, 11]), read(2, [12, 13])];
  expect(check(...writes, ...reads)).toBe('not linearizable');
  expect(check(...writes, read(1, [2, 3]), read(2, [4, 5]), read(1, [6, 7]))).toBe('not linearizable');
});

test('a value that goes back is found', () => {
  expect(check(write(1, [1, 2]), write(2, [3, 4]), read(1, [5, 6]))).toBe('not linearizable');
});

test('a write that nobody knows of may be done late, or never, and not before it was made', () => {
  const doubtful = write(1, [3, Infinity], false);
  expect(check(doubtful, read(0, [10, 11]), read(1, [12, 13]))).toBe('linearizable');
  expect(check(doubtful, read(0, [10, 11]))).toBe('linearizable');
  expect(check(doubtful, read(1, [1, 2]))).toBe('not linearizable');
  expect(check(doubtful, read(1, [4, 5]), read(0, [6, 7]))).toBe('not linearizable');
});

test('a search that takes too long says so', () => {
  const writes = Array.from({ length: 12 }, (_, at) => write(at + 1, [1, 100]));
  expect(checkLinear([...writes, read(99, [1, 100])], 0, String, 1000)).toBe('undecided');
});
