import { expect, test } from 'vitest';
import {
  Admission,
  GOING_ON_SHARE,
  QUEUE_DELAY_STANDS_MS,
  REQUEST_BYTES_UNDER_WAY_MAX,
  REQUESTS_UNDER_WAY_MAX,
} from './admission.ts';
import { FalseTime } from './false-time.fixture.ts';

function admission() {
  const time = new FalseTime();
  const tested = new Admission(time, time);
  const ask = (count: number) =>
    Array.from({ length: count }, () => tested.refusal(10)).filter((error) => error !== undefined).length;
  return { time, tested, ask };
}

test('a burst is admitted, however long it waits, and so is all behind it', () => {
  const { time, ask } = admission();
  expect(ask(1000)).toBe(0);
  time.stall(QUEUE_DELAY_STANDS_MS - 20);
  expect(ask(1000)).toBe(0);
  time.stall(11);
  expect(ask(1000)).toBe(0);
});

test('once what comes has waited too long for a whole interval the newest work is refused, until it waits no more', () => {
  const { time, tested, ask } = admission();
  for (let round = 0; round < 3; round++) {
    expect(ask(100)).toBe(0);
    time.stall(40);
  }
  expect(ask(100)).toBe(100);
  expect(tested.refusal(10)).toMatchObject({ code: 'OVERLOADED', details: { retryAfterMs: 30, queueDelayMs: 30 } });
  expect(tested.refusal(10, { goesOn: true })).toBeUndefined();
  expect(tested.counts).toMatchObject({ refused: 101, queueDelayMs: 30, isRefusing: true });
  time.pass(10);
  expect(ask(100)).toBe(0);
});

test('a few requests are no crowd: that they waited is not their doing', () => {
  const { time, ask } = admission();
  for (let round = 0; round < 20; round++) {
    expect(ask(5)).toBe(0);
    time.stall(500);
  }
});

test('requests under way are bounded in number and bytes, but for one that is large by itself', () => {
  const { tested } = admission();
  expect(tested.refusal(2 * REQUEST_BYTES_UNDER_WAY_MAX)).toBeUndefined();
  tested.begin(REQUEST_BYTES_UNDER_WAY_MAX);
  expect(tested.refusal(1)).toMatchObject({ code: 'OVERLOADED' });
  tested.end(REQUEST_BYTES_UNDER_WAY_MAX);
  for (let i = 0; i < REQUESTS_UNDER_WAY_MAX; i++) tested.begin(1);
  expect(tested.refusal(1)?.message).toContain('REQUESTS_UNDER_WAY_MAX');
  expect(tested.refusal(1, { goesOn: true })).toBeUndefined();
  const reserve = REQUESTS_UNDER_WAY_MAX * (GOING_ON_SHARE - 1);
  for (let i = 0; i < reserve; i++) tested.begin(1);
  expect(tested.refusal(1, { goesOn: true })?.message).toContain('REQUESTS_UNDER_WAY_MAX');
  for (let i = 0; i <= reserve; i++) tested.end(1);
  expect(tested.refusal(1)).toBeUndefined();
});

test('what is refused alike between two looks is one error, which tells what the last look saw', () => {
  const { time, tested, ask } = admission();
  for (let round = 0; round < 3; round++) {
    ask(100);
    time.stall(40);
  }
  const first = tested.refusal(10);
  expect(first).toBeDefined();
  expect(tested.refusal(10)).toBe(first);
  expect(tested.refusal(2 * REQUEST_BYTES_UNDER_WAY_MAX)).toBe(first);
  ask(100);
  time.stall(60);
  expect(tested.refusal(10)).toMatchObject({ details: { retryAfterMs: 50 } });
});
