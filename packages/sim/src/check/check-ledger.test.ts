import { expect, test } from 'vitest';
import { checkLedger } from './check-ledger.ts';
import { call, failed, ok, survivors } from './history.fixture.ts';
import type { CallRecord, Survivors } from './history.ts';

const check = (calls: CallRecord[], starts: Survivors[]): string[] =>
  checkLedger({ calls, starts }).map(({ check }) => check);
const kept = (at: number, ids: number[], mayHaveLost = false): Survivors =>
  survivors(at, { mayHaveLost, ledger: new Map(ids.map((id) => [id, 0])) });

const first = call('append', [1, 2], ok(true), { id: 1 });
const second = call('append', [3, 4], ok(true), { id: 2 });

test('all that was acknowledged is there after a crash', () => {
  expect(check([first, second], [kept(0, []), kept(9, [1, 2])])).toEqual([]);
  expect(check([first, second], [kept(0, []), kept(9, [1])])).toEqual(['durability']);
});

test('where the end may be lost, what survives has no gap', () => {
  expect(check([first, second], [kept(0, []), kept(9, [1], true)])).toEqual([]);
  expect(check([first, second], [kept(0, []), kept(9, [], true)])).toEqual([]);
  expect(check([first, second], [kept(0, []), kept(9, [2], true)])).toEqual(['durability']);
});

test('calls beside each other may survive either way', () => {
  const beside = call('append', [1, 4], ok(true), { id: 3 });
  expect(check([beside, second], [kept(0, []), kept(9, [2], true)])).toEqual([]);
});

test('what survived once and is lost later is found', () => {
  expect(check([first], [kept(0, []), kept(5, [1], true), kept(9, [], true)])).toEqual(['durability']);
});

test('rows that nobody wrote, and rows of writes that failed for certain, are found', () => {
  expect(check([first], [kept(9, [1, 7])])).toEqual(['exactly-once']);
  const refused = call('append', [3, 4], failed('CLOSED'), { id: 2 });
  expect(check([first, refused], [kept(9, [1, 2])])).toEqual(['exactly-once']);
});
