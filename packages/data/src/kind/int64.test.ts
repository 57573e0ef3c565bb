import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  highHalf,
  lowHalf,
  readInt64AsNumber,
  readQuotient,
  readRemainder,
  writeSafeInt64,
  writeScaled,
} from './int64.ts';

const anyInt64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

/** An int64 in memory and its two halves. */
function cell(value = 0n): { int64: BigInt64Array; words: Int32Array } {
  const int64 = BigInt64Array.of(0n, value, 0n);
  return { int64, words: new Int32Array(int64.buffer) };
}

test('the halves of an int64 are those in memory', () => {
  fc.assert(
    fc.property(anyInt64, (value) => {
      const { words } = cell(value);
      expect([lowHalf(value), highHalf(value)]).toEqual([words[2], words[3]]);
    }),
  );
});

test('a scaled number is written exactly, also beyond 2^53', () => {
  const units = fc.integer({ min: -9_000_000_000_000, max: 9_000_000_000_000 });
  fc.assert(
    fc.property(units, fc.integer({ min: 1, max: 1_000_000 }), fc.nat({ max: 999_999 }), (unit, factor, some) => {
      const plus = some % factor;
      const { int64, words } = cell();
      writeScaled(words, 2, unit, factor, plus);
      expect([...int64]).toEqual([0n, BigInt(unit) * BigInt(factor) + BigInt(plus), 0n]);
    }),
    { numRuns: 1000 },
  );
});

test('quotient and remainder are exact and go towards the past', () => {
  const bounded = fc.bigInt({ min: -(2n ** 58n), max: 2n ** 58n });
  fc.assert(
    fc.property(bounded, fc.constantFrom(1000, 1_000_000), (value, factor) => {
      const { words } = cell(value);
      const quotient = readQuotient(words, 2, factor);
      const remainder = readRemainder(words, 2, factor);
      expect(BigInt(quotient) * BigInt(factor) + BigInt(remainder)).toBe(value);
      expect(remainder).toBeGreaterThanOrEqual(0);
      expect(remainder).toBeLessThan(factor);
    }),
    { numRuns: 1000 },
  );
});

test('safe integers are written and read back exactly', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      const { int64, words } = cell();
      writeSafeInt64(words, 2, value);
      expect(int64[1]).toBe(BigInt(value));
      expect(readInt64AsNumber(words, 2)).toBe(value + 0);
    }),
  );
});

test('the nearest doubles of int64s keep their order', () => {
  fc.assert(
    fc.property(anyInt64, anyInt64, (a, b) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      expect(readInt64AsNumber(cell(low).words, 2)).toBe(Number(low));
      expect(readInt64AsNumber(cell(low).words, 2)).toBeLessThanOrEqual(readInt64AsNumber(cell(high).words, 2));
    }),
  );
});
