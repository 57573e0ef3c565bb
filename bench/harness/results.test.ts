import { expect, test } from 'vitest';
import { judge } from './case.ts';
import type { Machine } from './machine.ts';
import { answerLine } from './results.ts';

const MACHINE: Machine = {
  cpu: 'a cpu',
  cores: 2,
  memoryGiB: 24,
  os: 'an os',
  node: 'v24.21.0',
  date: '2026-11-22T12:00:00.000Z',
  commit: 'abc',
  loadAverage: [0, 0, 0],
};

test('the answer is one line with the agreed fields and no others', () => {
  const cases = [judge({ name: 'get', peerName: 'peer 1.0', ours: [30, 40], theirs: [10, 10], must: 3, aim: 4 })];
  const line = answerLine({ suite: 'embedded', machine: MACHINE, cases });
  expect(line).not.toContain('\n');
  expect(JSON.parse(line)).toEqual({
    suite: 'embedded',
    machine: MACHINE,
    cases: [{ name: 'get', weft: 35, peer: 10, peerName: 'peer 1.0', ratio: 3.5, spread: [3, 4], must: 3, met: true }],
  });
});

test('a case is met from its must on, and an informing case always', () => {
  const of = (must: number) => judge({ name: 'n', peerName: 'p', ours: [2], theirs: [1], must }).met;
  expect([of(0), of(2), of(2.01)]).toEqual([true, true, false]);
});
