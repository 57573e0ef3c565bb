import { expect, test } from 'vitest';
import { LAG_MS_MAX, RatePace, SpeedPace, type Pace } from './pace.ts';

test('a rate releases that many events per second', () => {
  const pace = new RatePace(100);
  expect(released(pace, 0)).toBe(1);
  expect(released(pace, 50)).toBe(5);
  expect(released(pace, 1000)).toBe(95);
});

test('a rate forgives what is older than the lag bound', () => {
  const pace = new RatePace(100);
  released(pace, 0);
  expect(released(pace, 60_000)).toBe((LAG_MS_MAX * 100) / 1000 + 1);
});

test('a speed releases an event when its simulated time has come', () => {
  const pace = new SpeedPace(3600);
  const hourMs = 3_600_000;
  expect(pace.due(10 * hourMs, 5000)).toBe(true);
  expect(pace.due(11 * hourMs, 5500)).toBe(false);
  expect(pace.due(11 * hourMs, 6000)).toBe(true);
  expect(pace.due(11 * hourMs + 1, 6000)).toBe(false);
});

test('a speed keeps its clock through a quiet night and forgives a stall', () => {
  const pace = new SpeedPace(1000);
  expect(pace.due(0, 0)).toBe(true);
  expect(pace.due(6_000_000, 5999)).toBe(false);
  expect(pace.due(6_000_000, 6000)).toBe(true);
  // Ten seconds late: nine are forgiven, so an event nine and a half seconds on is not due yet.
  expect(pace.due(6_001_000, 16_000)).toBe(true);
  expect(pace.due(6_001_000 + LAG_MS_MAX * 1000 + 1000, 16_000)).toBe(false);
});

function released(pace: Pace, nowMs: number): number {
  let count = 0;
  while (pace.due(0, nowMs)) count++;
  return count;
}
