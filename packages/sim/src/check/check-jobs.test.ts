import { expect, test } from 'vitest';
import { checkJobs } from './check-jobs.ts';
import { call, failed, ok, survivors, unknown } from './history.fixture.ts';
import type { CallRecord, DeliveryRecord, Survivors } from './history.ts';

const check = (calls: CallRecord[], deliveries: DeliveryRecord[], starts: Survivors[] = []): string[] =>
  checkJobs({ calls, starts, deliveries, letters: undefined, triesMax: Infinity }).map(({ check }) => check);
const put = (id: number, end = ok(true)): CallRecord => call('put', [1, 2], end, { id });
const take = (when: readonly [number, number], end = ok(1)): CallRecord => call('take', when, end);

/** Asked for and given then, for ten milliseconds, a millisecond a place. */
function given(asked: number, from: number, more: Partial<DeliveryRecord> = {}): DeliveryRecord {
  const common = {
    job: 1,
    client: 0,
    tries: asked,
    leaseMs: 10,
    heldMs: asked + 10,
    released: Infinity,
    settling: undefined,
  };
  return { ...common, asked, askedMs: asked, from, fromMs: from, ...more };
}

const acked = (from: number, to: number, end: 'ok' | 'unknown' | 'failed' = 'ok'): Partial<DeliveryRecord> => ({
  settling: { verb: 'ack', from, to, end },
});
const there = (at: number, jobs: number[], mayHaveLost = false): Survivors =>
  survivors(at, { mayHaveLost, jobs: new Set(jobs) });

test('a job that is done once breaks nothing, nor does one whose lease ran out', () => {
  expect(check([put(1)], [given(3, 4, acked(5, 6))], [there(9, [])])).toEqual([]);
  expect(check([put(1)], [given(3, 4), given(20, 21, acked(22, 23))])).toEqual([]);
  expect(check([put(1)], [given(3, 4, { released: 5 }), given(6, 7)])).toEqual([]);
});

test('a job that two hold at a time is found', () => {
  expect(check([put(1)], [given(3, 4), given(5, 6)])).toEqual(['lease']);
  expect(check([put(1)], [given(3, 4), given(11, 16)])).toEqual([]);
  expect(check([put(1)], [given(3, 4, { heldMs: 20 }), given(11, 16)])).toEqual(['lease']);
  expect(check([put(1)], [given(3, 4), given(5, 6)], [there(4.5, [1])])).toEqual([]);
});

test('a job that was done and is handed out again is found, or done twice', () => {
  expect(check([put(1)], [given(3, 4, acked(5, 6)), given(7, 8)])).toEqual(['exactly-once']);
  expect(check([put(1)], [given(3, 4, acked(30, 33)), given(20, 21, acked(31, 32))])).toEqual(['exactly-once']);
  expect(check([put(1), take([7, 8])], [given(3, 4, acked(5, 6))])).toEqual(['exactly-once']);
  expect(check([put(1)], [given(3, 4, acked(5, 6, 'unknown')), given(7, 8)])).toEqual([]);
});

test('a job that was not done and is gone is found, and one that was done and is there', () => {
  expect(check([put(1)], [given(3, 4, acked(5, 6, 'failed'))], [there(9, [])])).toEqual(['durability']);
  expect(check([put(1), take([3, 4], unknown)], [], [there(9, [])])).toEqual([]);
  expect(check([put(1)], [given(3, 4, acked(5, 6))], [there(9, [1])])).toEqual(['durability']);
  expect(check([put(1)], [given(3, 4, acked(5, 6))], [there(9, [1], true)])).toEqual([]);
});

test('a job that nobody put is found', () => {
  expect(check([put(1, failed('TIMEOUT'))], [given(3, 4)])).toEqual(['exactly-once']);
  expect(check([], [given(3, 4)])).toEqual(['exactly-once']);
});
