/** Instants in text: ISO 8601 with a `T` or a space, any fraction that ends within microseconds, a zone or UTC. */

const INSTANT =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)? ?(Z|z|UTC|[+-]\d{2}(?::?\d{2})?)?$/;

const MICROS_PER_MINUTE = 60_000_000n;

/** The parts of an instant as a local timestamp that Weft reads, and the offset of its zone. */
export interface InstantText {
  /** `YYYY-MM-DDTHH:MM:SS[.ffffff]` */
  readonly local: string;
  readonly offsetMicros: bigint;
  readonly hasZone: boolean;
}

/** Takes a text apart; `undefined` where it has another form. Whether day and hour exist is for the caller to see. */
export function instantText(text: string): InstantText | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const [, date, time = '00:00', second = '00', fraction = '', zone] = match;
  // Digits past the microsecond are dropped only where nothing is lost.
  if (/[1-9]/.test(fraction.slice(6))) return undefined;
  const micros = fraction.slice(0, 6).replace(/0+$/, '');
  return {
    local: `${date}T${time}:${second}${micros === '' ? '' : `.${micros}`}`,
    offsetMicros: offsetOf(zone),
    hasZone: zone !== undefined,
  };
}

function offsetOf(zone: string | undefined): bigint {
  if (zone === undefined || /^(?:Z|z|UTC)$/.test(zone)) return 0n;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || 0);
  return BigInt(zone.startsWith('-') ? -minutes : minutes) * MICROS_PER_MINUTE;
}

const SECONDS_PER_DAY = 86_400;
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Milliseconds since 1970 of the bytes `YYYY-MM-DD[T ]HH:MM:SS[.fff][Z]`, or NaN where they have another form: those go the long
 * way. This is the form that nearly every file has, and the hot path of an import.
 */
export function millisOfBytes(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 19) return NaN;
  const year = digits(bytes, start, 4);
  const month = digits(bytes, start + 5, 2);
  const day = digits(bytes, start + 8, 2);
  const hour = digits(bytes, start + 11, 2);
  const minute = digits(bytes, start + 14, 2);
  const second = digits(bytes, start + 17, 2);
  const separator = bytes[start + 10];
  if (bytes[start + 4] !== 45 || bytes[start + 7] !== 45 || (separator !== 32 && separator !== 84)) return NaN;
  if (bytes[start + 13] !== 58 || bytes[start + 16] !== 58) return NaN;
  // Digits that are none are negative beyond any sum.
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1 && hour >= 0 && minute >= 0 && second >= 0)) return NaN;
  if (hour > 23 || minute > 59 || second > 59 || day > daysIn(year, month)) return NaN;
  const rest = restOfSecond(bytes, start + 19, end);
  if (rest < 0) return NaN;
  const seconds = daysOf(year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second;
  return seconds * 1000 + rest;
}

/** The milliseconds of `.fff` and an optional Z, −1 for anything else. */
function restOfSecond(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  let millis = 0;
  if (at < end && bytes[at] === 46) {
    millis = at + 4 <= end ? digits(bytes, at + 1, 3) : -1;
    at += 4;
  }
  if (at < end && bytes[at] === 90) at++;
  return at === end ? millis : -1;
}

function digits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function daysIn(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : DAYS_IN_MONTH[month - 1]!;
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar. */
function daysOf(year: number, month: number, day: number): number {
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const inYear = DAYS_BEFORE_MONTH[month - 1]! + (month > 2 && isLeap(year) ? 1 : 0) + day - 1;
  // 719,162 days lie between 0001-01-01 and 1970-01-01.
  return before * 365 + leapDays + inYear - 719_162;
}
