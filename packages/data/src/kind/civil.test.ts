import fc from 'fast-check';
import { expect, test } from 'vitest';
import { civilOfDays, DAYS_MAX, DAYS_MIN, daysInMonth, daysOfCivil } from './civil.ts';

const MS_PER_DAY = 86_400_000;

test('the bounds are the first and the last day with a year of four digits', () => {
  expect(daysOfCivil(1, 1, 1)).toBe(DAYS_MIN);
  expect(daysOfCivil(9999, 12, 31)).toBe(DAYS_MAX);
  expect(daysOfCivil(1970, 1, 1)).toBe(0);
});

test('days and dates agree with the calendar of Date over a whole era and at random', () => {
  const agree = (days: number): void => {
    const date = new Date(days * MS_PER_DAY);
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    const civil = year * 10_000 + month * 100 + day;
    if (civilOfDays(days) !== civil || daysOfCivil(year, month, day) !== days)
      expect([days, civilOfDays(days)]).toEqual([days, civil]);
  };
  for (let days = -146_097; days <= 146_097; days++) agree(days);
  fc.assert(fc.property(fc.integer({ min: DAYS_MIN, max: DAYS_MAX }), agree), { numRuns: 2000 });
});

test('a month has as many days as lie between its first and the next', () => {
  for (const year of [1, 4, 100, 400, 1900, 2000, 2023, 2024, 9998]) {
    for (let month = 1; month <= 12; month++) {
      const next = month === 12 ? daysOfCivil(year + 1, 1, 1) : daysOfCivil(year, month + 1, 1);
      expect(daysInMonth(year, month)).toBe(next - daysOfCivil(year, month, 1));
    }
  }
});
