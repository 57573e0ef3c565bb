import { dateOfDays, DAYS_INVALID, daysOfDateAt, twoDigits } from './date.ts';
import { readQuotient, readRemainder, writeScaled } from './int64.ts';

/**
 * Local timestamps: exactly 'YYYY-MM-DDTHH:MM:SS', or with a point and one to six digits of a second. No zone, no
 * leap second, no 24:00. As a cell: microseconds since 1970-01-01T00:00:00, as if the clock showed UTC.
 */
const SECONDS_PER_DAY = 86_400;
const MICROS_PER_SECOND = 1_000_000;
const ZERO = 48;
const COLON = 58;
const POINT = 46;

/** What the parsers answer for a text of another form. */
export const SECONDS_INVALID = Number.NEGATIVE_INFINITY;

/** Whole seconds since 1970-01-01T00:00:00, or SECONDS_INVALID. The fraction's form is checked too. */
export function secondsOfLocal(text: string): number {
  const { length } = text;
  if (length < 19 || (length > 19 && fractionOfLocal(text) < 0)) return SECONDS_INVALID;
  const days = daysOfDateAt(text);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  const separated = text.charCodeAt(10) === 84 && text.charCodeAt(13) === COLON && text.charCodeAt(16) === COLON;
  const timely = hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59;
  if (days === DAYS_INVALID || !separated || !timely) return SECONDS_INVALID;
  return days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second;
}

/** Microseconds 0–999,999 behind the seconds, or -1 where the rest of the text is not a point and one to six digits. */
export function fractionOfLocal(text: string): number {
  const { length } = text;
  if (length <= 19) return 0;
  if (length < 21 || length > 26 || text.charCodeAt(19) !== POINT) return -1;
  let micros = 0;
  for (let at = 20; at < 26; at++) {
    const digit = at < length ? text.charCodeAt(at) - ZERO : 0;
    if (digit < 0 || digit > 9) return -1;
    micros = micros * 10 + digit;
  }
  return micros;
}

/** The text without trailing zeros in its fraction, so that equal times are equal texts and texts order as times do. */
export function normalLocal(text: string): string {
  if (text.length <= 19) return text;
  let end = text.length;
  while (text.charCodeAt(end - 1) === ZERO) end--;
  return end === text.length ? text : text.slice(0, end === 20 ? 19 : end);
}

/** Writes the int64 cell of a checked text. `at` in int32 words. */
export function writeLocal(target: Int32Array, at: number, text: string): void {
  writeScaled(target, at, secondsOfLocal(text), MICROS_PER_SECOND, fractionOfLocal(text));
}

/** The text of an int64 cell, trailing zeros of the fraction dropped. */
export function readLocal(source: Int32Array, at: number): string {
  return localOf(readQuotient(source, at, MICROS_PER_SECOND), readRemainder(source, at, MICROS_PER_SECOND));
}

export function microsOfLocal(text: string): bigint {
  return BigInt(secondsOfLocal(text)) * 1_000_000n + BigInt(fractionOfLocal(text));
}

export function localOfMicros(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return localOf(Number((micros - fraction) / 1_000_000n), Number(fraction));
}

function localOf(seconds: number, micros: number): string {
  const days = Math.floor(seconds / SECONDS_PER_DAY);
  const text = dateOfDays(days) + timeOfDay(seconds - days * SECONDS_PER_DAY);
  return micros === 0 ? text : text + fractionText(micros);
}

/** A point and the digits of 1 to 999,999 microseconds, without the zeros at the end. */
function fractionText(micros: number): string {
  let digits = micros;
  let length = 6;
  for (; digits % 10 === 0; digits /= 10) length--;
  // A one in front keeps the leading zeros, and its place is where the point goes.
  return `.${String(10 ** length + digits).slice(1)}`;
}

function timeOfDay(seconds: number): string {
  const hour = (seconds / 3600) | 0;
  const minute = ((seconds / 60) | 0) % 60;
  const second = seconds % 60;
  return String.fromCharCode(
    84,
    ZERO + ((hour / 10) | 0),
    ZERO + (hour % 10),
    COLON,
    ZERO + ((minute / 10) | 0),
    ZERO + (minute % 10),
    COLON,
    ZERO + ((second / 10) | 0),
    ZERO + (second % 10),
  );
}
