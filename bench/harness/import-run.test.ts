import { expect, test } from 'vitest';
import { requireEqual, type FlightTotals } from './import-run.ts';

const totals: FlightTotals = { rows: 2, id: 1, delay: 5, distance: 9, first: 0, last: 1, airports: 'JFK:2:9' };

test('sides that scan the same are let through, others are told with what they scan', () => {
  expect(() =>
    requireEqual([
      ['weft', totals],
      ['duckdb', { ...totals }],
    ]),
  ).not.toThrow();
  expect(() =>
    requireEqual([
      ['weft', totals],
      ['duckdb', { ...totals, delay: 6 }],
    ]),
  ).toThrow(/duckdb scans .*"delay":6/);
});
