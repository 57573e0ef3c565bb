/**
 * 64-bit integers in two int32 halves, low half first, as they lie in memory. A double holds them exactly only within
 * ±2^53, and a bigint costs an allocation; halves are exact and free. `at` counts int32 words.
 */
const TWO_32 = 0x1_0000_0000;

const both = new BigInt64Array(1);
const halves = new Int32Array(both.buffer);

/** The low 32 bits of an int64, as an int32. */
export function lowHalf(value: bigint): number {
  both[0] = value;
  return halves[0];
}

/** The high 32 bits of an int64, as an int32. */
export function highHalf(value: bigint): number {
  both[0] = value;
  return halves[1];
}

/** Writes `units * factor + plus`, exactly. `units` a safe integer, `factor` 1 to 2^20, `plus` from 0 to below `factor`. */
export function writeScaled(target: Int32Array, at: number, units: number, factor: number, plus: number): void {
  const high = Math.floor(units / TWO_32);
  // Below 2^53: (2^32 - 1) * 2^20 + 2^20.
  const low = (units - high * TWO_32) * factor + plus;
  const carry = Math.floor(low / TWO_32);
  target[at] = (low - carry * TWO_32) | 0;
  target[at + 1] = (high * factor + carry) | 0;
}

/** `floor(value / factor)`, exactly. `factor` 1 to 2^20; the answer must be a safe integer. */
export function readQuotient(source: Int32Array, at: number, factor: number): number {
  const high = source[at + 1];
  const quotient = Math.floor(high / factor);
  const rest = (high - quotient * factor) * TWO_32 + (source[at] >>> 0);
  return quotient * TWO_32 + (rest - (rest % factor)) / factor;
}

/** What `readQuotient` leaves, 0 to below `factor`. */
export function readRemainder(source: Int32Array, at: number, factor: number): number {
  const high = source[at + 1];
  return ((high - Math.floor(high / factor) * factor) * TWO_32 + (source[at] >>> 0)) % factor;
}

/** Writes a safe integer. */
export function writeSafeInt64(target: Int32Array, at: number, value: number): void {
  const high = Math.floor(value / TWO_32);
  target[at] = (value - high * TWO_32) | 0;
  target[at + 1] = high | 0;
}

/** The nearest double: exact within ±2^53, monotone beyond. */
export function readInt64AsNumber(source: Int32Array, at: number): number {
  return source[at + 1] * TWO_32 + (source[at] >>> 0);
}
