import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LatencyHistogram } from './latency-histogram.ts';

test('an empty histogram has no quantile', () => {
  expect(new LatencyHistogram().quantileUs(0.5)).toBeUndefined();
});

test('every quantile lies within 2.6 % of the sorted values', () => {
  const latencies = fc.array(fc.double({ min: 0.05, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(latencies, fc.double({ min: 0, max: 1, noNaN: true }), (values, quantile) => {
      const histogram = filled(values);
      const sorted = values.toSorted((a, b) => a - b);
      const exact = sorted[Math.max(1, Math.ceil(quantile * values.length)) - 1] ?? NaN;
      expect(Math.abs((histogram.quantileUs(quantile) ?? NaN) / exact - 1)).toBeLessThan(0.026);
    }),
  );
});

test('the maximum is exact and what lies outside the range is counted at its ends', () => {
  const histogram = filled([0, 0.001, 5e9]);
  expect(histogram.count).toBe(3);
  expect(histogram.maxUs).toBe(5e9);
  expect(histogram.quantileUs(0.5)).toBeLessThan(0.06);
});

test('histograms add up and can be cleared', () => {
  const sum = filled([1, 1, 1]);
  sum.addAll(filled([100]));
  expect(sum.count).toBe(4);
  expect(sum.quantileUs(0.99)).toBeGreaterThan(95);
  sum.clear();
  expect([sum.count, sum.maxUs, sum.quantileUs(0.5)]).toEqual([0, 0, undefined]);
});

function filled(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.add(value);
  return histogram;
}
