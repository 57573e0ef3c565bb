import { WeftError } from '@weft/base';
import { expect, test } from 'vitest';
import { CallPace } from './call-pace.ts';

const delayed = new WeftError('OVERLOADED', 'too much', { details: { retryAfterMs: 30, queueDelayMs: 30 } });

test('a host that refuses calls for its queue gets half as many at a time, once for all that were sent before, and more with each answer', () => {
  const pace = new CallPace();
  expect(pace.limit).toBe(Infinity);
  pace.refused(delayed, 10, 4000, 4001);
  pace.refused(delayed, 4000, 3999, 4001);
  expect(pace.limit).toBe(2000);
  for (let i = 0; i < 2000; i++) pace.answered(16_384);
  expect(pace.limit).toBe(2125);
  pace.refused(delayed, 4001, 2000, 5000);
  expect(pace.limit).toBe(1000);
});

test('it never gets fewer than some, and all again once it has refused none for a while', () => {
  const pace = new CallPace();
  for (let i = 0; i < 20; i++) pace.refused(delayed, i, 100, i + 1);
  expect(pace.limit).toBe(64);
  for (let i = 0; i < 60; i++) pace.relax(16_384);
  expect(pace.limit).toBe(Infinity);
});

test('what was refused for another reason says nothing of the queue', () => {
  const pace = new CallPace();
  pace.refused(new WeftError('OVERLOADED', 'streams', { details: { retryAfterMs: 20 } }), 1, 100, 2);
  expect(pace.limit).toBe(Infinity);
});

test('how long a call will wait is told by what was answered of late; too long is half of its time', () => {
  const pace = new CallPace();
  expect(pace.waitMs(1000, 5000)).toBe(0);
  for (let i = 0; i < 500; i++) pace.answered(100);
  expect(pace.waitMs(1000, 5050)).toBe(100);
  expect([pace.tooLongMs(1000, 5050, 150), pace.tooLongMs(1000, 5050, 250)]).toEqual([100, 0]);
});
