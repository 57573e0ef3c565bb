import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAYS_MAX, DAYS_MIN } from './civil.ts';
import { dateOfDays, DAYS_INVALID, daysOfDate } from './date.ts';

test('every day is read back from its text, which is the one of Date', () => {
  fc.assert(
    fc.property(fc.integer({ min: DAYS_MIN, max: DAYS_MAX }), (days) => {
      const text = dateOfDays(days);
      expect(text).toBe(new Date(days * 86_400_000).toISOString().slice(0, 10));
      expect(daysOfDate(text)).toBe(days);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  '',
  '2024-1-01',
  '2024-01-1',
  '24-01-01',
  '02024-01-01',
  '2024/01/01',
  '2024-00-10',
  '2024-13-01',
  '2024-01-00',
  '2024-01-32',
  '2024-02-30',
  '2023-02-29',
  '1900-02-29',
  '2024-04-31',
  '2024-01-01Z',
  ' 2024-01-1',
  '2024-01-0x',
  'x024-01-01',
  '2-24-01-01',
  '20x4-01-01',
  '-001-01-01',
  '２０２４-01-0',
])('%j is no date', (text) => {
  expect(daysOfDate(text)).toBe(DAYS_INVALID);
});

test('leap days are dates', () => {
  expect(dateOfDays(daysOfDate('2024-02-29') + 1)).toBe('2024-03-01');
  expect(dateOfDays(daysOfDate('2000-02-29') + 1)).toBe('2000-03-01');
  expect(daysOfDate('0000-12-31')).toBe(DAYS_MIN - 1);
});
