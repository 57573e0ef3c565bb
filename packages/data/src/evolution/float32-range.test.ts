import fc from 'fast-check';
import { expect, test } from 'vitest';
import { float32Range } from './float32-range.ts';

const bits = new Float64Array(1);
const words = new BigInt64Array(bits.buffer);

function step(value: number, by: bigint): number {
  if (value === 0) return by > 0n ? Number.MIN_VALUE : -Number.MIN_VALUE;
  bits[0] = value;
  words[0]! += value > 0 ? by : -by;
  return bits[0];
}

const max = 3.4028234663852886e38;
const single = fc.float({ noNaN: true, noDefaultInfinity: true });

test('the ends round to the float32, and the doubles next to them do not', () => {
  const check = (value: number): void => {
    const { low, high } = float32Range(value);
    expect([Math.fround(low) + 0, Math.fround(high) + 0]).toEqual([value + 0, value + 0]);
    expect(Math.fround(step(low, -1n))).toBeLessThan(value);
    expect(Math.fround(step(high, 1n))).toBeGreaterThan(value);
  };
  for (const value of [0, 1, -1, 2 ** -149, -(2 ** -149), 2 ** -126, max, -max, Math.fround(0.1)]) check(value);
  fc.assert(fc.property(single, check));
});
