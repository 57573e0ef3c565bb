import { expect, test } from 'vitest';
import { checkRegisters } from './check-registers.ts';
import { call, failed, ok, row, survivors, unknown } from './history.fixture.ts';
import type { CallRecord, Survivors } from './history.ts';

const check = (calls: CallRecord[], starts: Survivors[] = [survivors(0)]): string[] =>
  checkRegisters({ calls, starts }).map(({ check }) => check);

test('writes, refusals and reads that follow from each other break nothing', () => {
  const calls = [
    call('insert', [1, 2], ok(row(1, 1)), { id: 1 }),
    call('insert', [3, 4], failed('KEY_EXISTS')),
    call('update', [5, 6], ok(row(2, 2)), { id: 2 }),
    call('swap', [7, 8], failed('VERSION_CONFLICT'), { ifVersion: 1 }),
    call('swap', [9, 10], ok(row(3, 3)), { id: 3, ifVersion: 2 }),
    call('get', [11, 12], ok(row(3, 3))),
    call('delete', [13, 14], ok(true)),
    call('update', [15, 16], ok(undefined)),
    call('write', [17, 18], ok(row(4, 1)), { id: 4 }),
  ];
  expect(check(calls)).toEqual([]);
});

test('a write that was done twice is found by the version, though its value is right', () => {
  const calls = [call('write', [1, 2], ok(row(1, 1)), { id: 1 }), call('get', [3, 4], ok(row(1, 2)))];
  expect(check(calls)).toEqual(['linearizability']);
});

test('a write in doubt may have been done once, and not twice', () => {
  const doubtful = call('write', [1, 2], unknown, { id: 1 });
  expect(check([doubtful, call('get', [3, 4], ok(undefined))])).toEqual([]);
  expect(check([doubtful, call('get', [3, 4], ok(row(1, 1)))])).toEqual([]);
  expect(check([doubtful, call('get', [3, 4], ok(row(1, 2)))])).toEqual(['linearizability']);
});

test('writes in doubt that nobody has seen count all the same', () => {
  const doubtful = [call('write', [1, 2], unknown), call('write', [3, 4], unknown)];
  const write = call('write', [5, 6], ok(row(9, 3)), { id: 9 });
  expect(check([...doubtful, write])).toEqual([]);
  expect(check([...doubtful.slice(1), write])).toEqual(['linearizability']);
});

test('a call that failed for certain and was done is found', () => {
  const calls = [call('write', [1, 2], failed('TIMEOUT'), { id: 1 }), call('get', [3, 4], ok(row(1, 1)))];
  expect(check(calls)).toEqual(['linearizability']);
});

test('a refusal for the sake of a row that never was is found', () => {
  const calls = [call('insert', [1, 2], failed('KEY_EXISTS')), call('get', [3, 4], ok(undefined))];
  expect(check(calls)).toEqual(['linearizability']);
});

test('what was acknowledged and did not survive is found', () => {
  const write = call('write', [1, 2], ok(row(1, 1)), { id: 1 });
  expect(check([write], [survivors(0), survivors(5)])).toEqual(['linearizability']);
  expect(check([write], [survivors(0), survivors(5, { registers: new Map([['k', row(1, 1)]]) })])).toEqual([]);
});

test('where the end may be lost a row is as it once was, and goes on from there', () => {
  const lossy = (at: number, value: number, version: number): Survivors =>
    survivors(at, { mayHaveLost: true, registers: new Map([['k', row(value, version)]]) });
  const calls = [
    call('write', [1, 2], ok(row(1, 1)), { id: 1 }),
    call('write', [3, 4], ok(row(2, 2)), { id: 2 }),
    call('get', [11, 12], ok(row(1, 1))),
  ];
  expect(check(calls, [survivors(0), lossy(10, 1, 1)])).toEqual([]);
  expect(check(calls, [survivors(0), lossy(10, 2, 2)])).toEqual(['linearizability']);
  expect(check(calls.slice(0, 2), [survivors(0), lossy(10, 3, 1)])).toEqual(['linearizability']);
});
