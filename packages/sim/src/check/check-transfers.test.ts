import { expect, test } from 'vitest';
import { checkTransfers } from './check-transfers.ts';
import { call, failed, ok, survivors } from './history.fixture.ts';
import type { BankState, CallRecord, Survivors } from './history.ts';

const check = (calls: CallRecord[], ...starts: Survivors[]): string[] =>
  checkTransfers({ calls, starts }).map(({ check }) => check);
const transfer = (id: number, when: readonly [number, number], seq: number): CallRecord =>
  call('transfer', when, ok({ seq, surplus: 0, transfers: seq }), { id, key: '0' });
const audit = (when: readonly [number, number], seq: number, surplus = 0): CallRecord =>
  call('audit', when, ok({ seq, surplus, transfers: seq }), { key: '0' });

/** Each of these transfers took one from the first account to the second. */
function start(at: number, ids: number[], more: Partial<BankState> & { mayHaveLost?: boolean } = {}): Survivors {
  const { mayHaveLost = false, ...other } = more;
  const count = ids.length;
  const state: BankState = {
    seq: count,
    balances: new Map([
      [0, 100 - count],
      [1, 100 + count],
    ]),
    transfers: new Map(ids.map((id, index) => [id, { seq: index + 1, from: 0, to: 1, amount: 1 }])),
    ...other,
  };
  return survivors(at, { mayHaveLost, banks: new Map([[0, state]]) });
}

const both = [transfer(1, [1, 2], 1), transfer(2, [3, 4], 2)];

test('transfers that are there whole, once and in their order break nothing', () => {
  expect(check([...both, audit([5, 6], 2)], survivors(0), start(9, [1, 2]))).toEqual([]);
  expect(check([...both, audit([1, 6], 1)], survivors(0), start(9, [1, 2]))).toEqual([]);
});

test('a transfer of which a part is there is found', () => {
  expect(check(both, start(9, [1, 2], { balances: new Map([[0, 98]]) }))).toEqual(['atomicity']);
  expect(check(both, start(9, [1, 2], { seq: 3 }))).toEqual(['atomicity']);
});

test('a lost update is found: two transfers with one number', () => {
  const calls = [transfer(1, [1, 4], 1), transfer(2, [2, 5], 1)];
  const same = { seq: 1, from: 0, to: 1, amount: 1 };
  const transfers = new Map([1, 2].map((id) => [id, same] as const));
  expect(check(calls, start(9, [1, 2], { seq: 1, transfers }))).toEqual(['atomicity']);
});

test('money that comes or goes under the eyes of an audit is found, and an audit of the past', () => {
  expect(check([...both, audit([5, 6], 2, -1)])).toEqual(['atomicity']);
  expect(check([...both, audit([5, 6], 1)])).toContain('order');
});

test('what was acknowledged and is not there is found; where the end may be lost, only what is no end', () => {
  expect(check(both, start(0, []), start(9, [1]))).toEqual(['durability']);
  expect(check(both, start(0, []), start(9, [1], { mayHaveLost: true }))).toEqual([]);
  expect(check(both, start(0, []), start(9, [2], { mayHaveLost: true }))).toContain('exactly-once');
});

test('a transfer that failed for certain and is there is found', () => {
  const refused = call('transfer', [1, 2], failed('TRANSACTION_CONFLICT'), { id: 1, key: '0' });
  expect(check([refused], start(9, [1]))).toEqual(['exactly-once']);
  expect(check([refused], start(9, []))).toEqual([]);
});

test('what survived once and is lost later is found', () => {
  expect(check(both, start(5, [1, 2]), start(9, [1], { mayHaveLost: true }))).toEqual(['durability']);
});
