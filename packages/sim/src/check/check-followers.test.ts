import { expect, test } from 'vitest';
import { checkFollowers } from './check-followers.ts';
import { row } from './history.fixture.ts';
import type { FollowedEvent, RegisterState, Segment } from './history.ts';

const NOTHING = { key: undefined, partition: undefined, lsn: undefined, before: undefined, after: undefined };
const live: FollowedEvent = { ...NOTHING, type: 'live' };
const initial = (after: RegisterState): FollowedEvent => ({
  ...NOTHING,
  type: 'initial',
  key: 'k',
  partition: 0,
  after,
});
const change = (lsn: number, before: RegisterState, after: RegisterState): FollowedEvent => ({
  type: before === undefined ? 'insert' : after === undefined ? 'delete' : 'update',
  key: 'k',
  partition: 0,
  lsn,
  before,
  after,
});
const segment = (events: FollowedEvent[], goesOn = false): Segment => ({ client: 1, goesOn, events });
const check = (...segments: Segment[]): number => checkFollowers(segments).length;

test('changes that follow from each other break nothing, nor does a subscription that goes on or begins anew', () => {
  const first = segment([initial(row(1, 1)), live, change(5, row(1, 1), row(2, 2)), change(6, row(2, 2), undefined)]);
  expect(check(first, segment([change(9, undefined, row(3, 1))], true))).toBe(0);
  expect(check(first, segment([initial(row(7, 4)), live, change(3, row(7, 4), row(8, 5))]))).toBe(0);
});

test('a change that was left out is found, also between two subscriptions', () => {
  expect(check(segment([live, change(5, undefined, row(1, 1)), change(7, row(2, 2), row(3, 3))]))).toBe(1);
  expect(
    check(segment([live, change(5, undefined, row(1, 1))]), segment([change(7, row(2, 2), undefined)], true)),
  ).toBe(1);
  expect(check(segment([live, change(7, row(2, 2), row(3, 3))]))).toBe(1);
});

test('a change that comes twice, or behind a later one, is found', () => {
  const one = change(5, undefined, row(1, 1));
  expect(check(segment([live, one, one]))).toBe(2);
  expect(check(segment([live, one]), segment([one], true))).toBe(2);
  expect(check(segment([initial(row(1, 1)), initial(row(1, 1)), live]))).toBe(1);
});
