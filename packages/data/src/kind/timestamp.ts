import { readQuotient, writeScaled } from './int64.ts';

/** 0001-01-01T00:00:00Z and the last microsecond of 9999-12-31, in units since 1970-01-01T00:00:00Z. */
export const MILLIS_MIN = -62_135_596_800_000;
export const MILLIS_MAX = 253_402_300_799_999;
export const MICROS_MIN = -62_135_596_800_000_000n;
export const MICROS_MAX = 253_402_300_799_999_999n;

/** Writes the int64 cell of a `Date`'s time. `millis` within the bounds, `at` in int32 words. */
export function writeMillis(target: Int32Array, at: number, millis: number): void {
  writeScaled(target, at, millis, 1000, 0);
}

/** The milliseconds of an int64 cell for a `Date`: microseconds within the millisecond are dropped, towards the past. */
export function readMillis(source: Int32Array, at: number): number {
  const high = source[at + 1];
  // Below 2^51 microseconds (1898 to 2041) the quotient of doubles, rounded down, is exact.
  if (high < HIGH_EXACT && high >= -HIGH_EXACT) return Math.floor((high * 0x1_0000_0000 + (source[at] >>> 0)) / 1000);
  return readQuotient(source, at, 1000);
}

const HIGH_EXACT = 2 ** 19;

export function microsOfMillis(millis: number): bigint {
  return BigInt(millis) * 1000n;
}

/** Towards the past where microseconds are dropped. */
export function millisOfMicros(micros: bigint): number {
  return Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n);
}
