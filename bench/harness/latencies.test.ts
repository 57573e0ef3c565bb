import { expect, test } from 'vitest';
import { Latencies, sharedMs } from './latencies.ts';

test('percentiles are delays that there were', () => {
  const latencies = new Latencies(100);
  for (let ms = 100; ms >= 1; ms--) latencies.add(ms);
  expect(latencies.take()).toEqual({ count: 100, p50: 50, p99: 99, max: 100 });
});

test('what was taken is gone, and more than there is room for is refused', () => {
  const latencies = new Latencies(1);
  latencies.add(5);
  expect(() => latencies.add(6)).toThrow('room');
  expect(latencies.take().count).toBe(1);
  latencies.add(7);
  expect(latencies.take()).toEqual({ count: 1, p50: 7, p99: 7, max: 7 });
});

test('the shared clock goes on', () => {
  expect(sharedMs()).toBeLessThanOrEqual(sharedMs());
});
