import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  MICROS_MAX,
  MICROS_MIN,
  microsOfMillis,
  MILLIS_MAX,
  MILLIS_MIN,
  millisOfMicros,
  readMillis,
  writeMillis,
} from './timestamp.ts';

const millisInRange = fc.integer({ min: MILLIS_MIN, max: MILLIS_MAX });
const microsInRange = fc.bigInt({ min: MICROS_MIN, max: MICROS_MAX });

test('the bounds are the first and the last instant with a year of four digits', () => {
  expect(new Date(MILLIS_MIN).toISOString()).toBe('0001-01-01T00:00:00.000Z');
  expect(new Date(MILLIS_MAX).toISOString()).toBe('9999-12-31T23:59:59.999Z');
  expect(millisOfMicros(MICROS_MIN)).toBe(MILLIS_MIN);
  expect(millisOfMicros(MICROS_MAX)).toBe(MILLIS_MAX);
  expect(microsOfMillis(MILLIS_MAX + 1) - 1n).toBe(MICROS_MAX);
});

test('milliseconds pass through a cell unchanged', () => {
  const int64 = new BigInt64Array(1);
  const words = new Int32Array(int64.buffer);
  fc.assert(
    fc.property(millisInRange, (millis) => {
      writeMillis(words, 0, millis);
      expect(int64[0]).toBe(microsOfMillis(millis));
      expect(readMillis(words, 0)).toBe(millis + 0);
    }),
    { numRuns: 2000 },
  );
});

test('microseconds within a millisecond are dropped towards the past, before 1970 too', () => {
  const int64 = new BigInt64Array(1);
  const words = new Int32Array(int64.buffer);
  fc.assert(
    fc.property(microsInRange, (micros) => {
      int64[0] = micros;
      const millis = readMillis(words, 0);
      expect(millisOfMicros(micros)).toBe(millis);
      const dropped = micros - microsOfMillis(millis);
      expect(dropped >= 0n && dropped < 1000n).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
