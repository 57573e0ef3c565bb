import { civilOfDays, daysInMonth, daysOfCivil } from './civil.ts';

/** What the parsers answer for a text of another form; no day has this number. */
export const DAYS_INVALID = -0x8000_0000;

const ZERO = 48;
const DASH = 45;

/** Days since 1970-01-01 of exactly 'YYYY-MM-DD', else DAYS_INVALID. Year 0000 has a number, below DAYS_MIN. */
export function daysOfDate(text: string): number {
  return text.length === 10 ? daysOfDateAt(text) : DAYS_INVALID;
}

/** As `daysOfDate`, of the first ten characters, which must be there. */
export function daysOfDateAt(text: string): number {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const wellFormed = text.charCodeAt(4) === DASH && text.charCodeAt(7) === DASH && twoDigits(text, 0) >= 0;
  if (!wellFormed || twoDigits(text, 2) < 0 || month < 1 || month > 12 || day < 1) return DAYS_INVALID;
  return day > daysInMonth(year, month) ? DAYS_INVALID : daysOfCivil(year, month, day);
}

/** 'YYYY-MM-DD'. `days` from DAYS_MIN to DAYS_MAX. */
export function dateOfDays(days: number): string {
  const civil = civilOfDays(days);
  const year = (civil / 10_000) | 0;
  const month = ((civil / 100) | 0) % 100;
  const day = civil % 100;
  return String.fromCharCode(
    ZERO + ((year / 1000) | 0),
    ZERO + (((year / 100) | 0) % 10),
    ZERO + (((year / 10) | 0) % 10),
    ZERO + (year % 10),
    DASH,
    ZERO + ((month / 10) | 0),
    ZERO + (month % 10),
    DASH,
    ZERO + ((day / 10) | 0),
    ZERO + (day % 10),
  );
}

/** The number 0–99 of two ASCII digits at `at`, or -1 where they are none. */
export function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}
