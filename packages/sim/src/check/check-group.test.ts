import { expect, test } from 'vitest';
import { checkGroup } from './check-group.ts';
import { row } from './history.fixture.ts';
import type { GroupCommit, GroupEvent, Membership, RegisterState } from './history.ts';

const change = (at: number, lsn: number, before: RegisterState, after: RegisterState): GroupEvent => ({
  type: 'update',
  key: 'k',
  partition: 0,
  at,
  lsn,
  before,
  after,
});
const first = (at: number) => change(at, 3, undefined, row(1, 1));
const second = (at: number) => change(at, 5, row(1, 1), row(2, 2));
const third = (at: number) => change(at, 6, row(2, 2), row(3, 3));
const commitOf = (lsn: number, to: number): GroupCommit => {
  const upTo = new Map([[0, lsn]]);
  return { from: 0, upTo, to, kept: upTo };
};
const member = (events: GroupEvent[], committed?: readonly [upTo: number, to: number]): Membership => ({
  client: 0,
  events,
  commits: committed === undefined ? [] : [commitOf(...committed)],
});
const check = (memberships: Membership[], isAlone = true): number => checkGroup(memberships, isAlone).length;

test('changes that come in their order, or again from what was committed on, break nothing', () => {
  expect(check([member([first(1), second(2), third(3)])])).toBe(0);
  expect(check([member([first(1), second(2)], [3, 4]), member([second(5), third(6)])])).toBe(0);
  expect(check([member([first(1), third(2)]), member([second(3)])], false)).toBe(0);
});

test('a member that is given something again, and then what lies behind its commit, breaks nothing', () => {
  expect(check([member([first(1), second(2), first(3), third(4)], [5, 3])])).toBe(0);
  expect(check([member([first(1), second(2), first(3), third(4)], [3, 3])])).toBe(1);
});

test('a change that nobody was given is found', () => {
  expect(check([member([first(1), third(2)])], false)).toBe(1);
  expect(check([member([second(1)])], false)).toBe(1);
});

test('a change that was committed and is given again is found, where the commit was answered before', () => {
  expect(check([member([first(1), second(2)], [5, 3]), member([second(4)])])).toBe(1);
  expect(check([member([first(1), second(2)], [5, Infinity]), member([second(4)])])).toBe(0);
});

test('a member that is alone and is given a change too early is found', () => {
  expect(check([member([first(1), third(2)]), member([second(3)])])).toBe(1);
});
