import { expect, test } from 'vitest';
import { bytes, clock, delay, micros, minute, whole } from './format.ts';

test('latencies choose their unit', () => {
  expect([0.95, 0.999, 1.84, 24.2, 3100, 2.04e6].map(micros)).toEqual([
    '950 ns',
    '1.0 µs',
    '1.8 µs',
    '24 µs',
    '3.1 ms',
    '2.0 s',
  ]);
});

test('sizes choose their unit', () => {
  expect([640, 12_300, 214e6, 1.24e9].map(bytes)).toEqual(['640 B', '12 kB', '214 MB', '1.2 GB']);
});

test('durations and moments are short', () => {
  expect([7400, 760_000, 3_725_000].map(clock)).toEqual(['0:07', '12:40', '1:02:05']);
  expect(minute(new Date(Date.UTC(2001, 5, 1, 14, 5)))).toBe('2001-06-01 14:05');
});

test('counts have separators and delays a sign', () => {
  expect(whole(2_535_200.4)).toBe('2,535,200');
  expect([48.4, -3, 0].map(delay)).toEqual(['+48 min', '-3 min', '+0 min']);
});
