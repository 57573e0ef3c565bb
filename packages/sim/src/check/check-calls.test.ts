import { expect, test } from 'vitest';
import { checkCalls, END_MS_MAX } from './check-calls.ts';
import { call, failed, ok } from './history.fixture.ts';

const check = (...calls: Parameters<typeof call>[3][]): string[] =>
  checkCalls(calls.map((more) => call('get', [0, 1], ok(undefined), more))).map(({ check }) => check);

test('a call that ends long after its deadline, or never, is found', () => {
  expect(check({ timeoutMs: 100, toMs: 100 + END_MS_MAX })).toEqual([]);
  expect(check({ timeoutMs: 100, toMs: 101 + END_MS_MAX })).toEqual(['deadline']);
  expect(check({ timeoutMs: 100, stillMs: 50, toMs: 150 + END_MS_MAX })).toEqual([]);
  expect(check({ timeoutMs: 100, toMs: Infinity })).toEqual(['deadline']);
});

test('a call that says that its time is over before it is, is found', () => {
  expect(check({ timeoutMs: 100, toMs: 100, end: failed('TIMEOUT') })).toEqual([]);
  expect(check({ timeoutMs: 100, toMs: 90, end: failed('TIMEOUT') })).toEqual(['deadline']);
});

test('an error that nothing in the run explains is found', () => {
  expect(check({ end: failed('CLOSED') })).toEqual([]);
  expect(check({ end: failed('TypeError: x is undefined') })).toEqual(['error']);
});
