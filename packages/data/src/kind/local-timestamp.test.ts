import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  fractionOfLocal,
  localOfMicros,
  microsOfLocal,
  normalLocal,
  readLocal,
  SECONDS_INVALID,
  secondsOfLocal,
  writeLocal,
} from './local-timestamp.ts';
import { MICROS_MAX, MICROS_MIN } from './timestamp.ts';

const micros = fc.bigInt({ min: MICROS_MIN, max: MICROS_MAX });

test('every microsecond is read back from its text', () => {
  fc.assert(
    fc.property(micros, (value) => {
      expect(microsOfLocal(localOfMicros(value))).toBe(value);
    }),
    { numRuns: 2000 },
  );
});

test('a cell holds what the text says, and gives it back', () => {
  const int64 = new BigInt64Array(1);
  const words = new Int32Array(int64.buffer);
  fc.assert(
    fc.property(micros, (value) => {
      const text = localOfMicros(value);
      writeLocal(words, 0, text);
      expect(int64[0]).toBe(value);
      expect(readLocal(words, 0)).toBe(text);
    }),
    { numRuns: 2000 },
  );
});

test('texts order as their times do', () => {
  fc.assert(
    fc.property(micros, micros, fc.integer({ min: -2_000_000, max: 2_000_000 }), (a, far, near) => {
      for (const b of [far, a + BigInt(near)]) {
        if (b < MICROS_MIN || b > MICROS_MAX) continue;
        expect(localOfMicros(a) < localOfMicros(b)).toBe(a < b);
      }
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['2024-02-29T23:59:59', '2024-02-29T23:59:59', 0],
  ['2024-02-29T23:59:59.5', '2024-02-29T23:59:59.5', 500_000],
  ['2024-02-29T23:59:59.500', '2024-02-29T23:59:59.5', 500_000],
  ['2024-02-29T23:59:59.000000', '2024-02-29T23:59:59', 0],
  ['2024-02-29T23:59:00', '2024-02-29T23:59:00', 0],
  ['2024-02-29T23:59:59.000001', '2024-02-29T23:59:59.000001', 1],
  ['2024-02-29T23:59:59.010', '2024-02-29T23:59:59.01', 10_000],
])('the normal form of %s is %s', (text, normal, fraction) => {
  expect(normalLocal(text)).toBe(normal);
  expect(fractionOfLocal(text)).toBe(fraction);
  expect(localOfMicros(microsOfLocal(text))).toBe(normal);
});

test('a text agrees with Date read as UTC', () => {
  expect(secondsOfLocal('2001-01-31T07:08:09.25') * 1000).toBe(Date.UTC(2001, 0, 31, 7, 8, 9));
});

test.each([
  '',
  '2024-02-29',
  '2024-02-29T',
  '2024-02-29T23:59',
  '2024-02-29 23:59:59',
  '2024-02-29t23:59:59',
  '2024-02-30T00:00:00',
  '2024-02-29T24:00:00',
  '2024-02-29T23:60:00',
  '2024-02-29T23:59:60',
  '2024-02-29T23:59:59.',
  '2024-02-29T23:59:59.1234567',
  '2024-02-29T23:59:59Z',
  '2024-02-29T23:59:59.5Z',
  '2024-02-29T23:59:59+01',
  '2024-02-29T23:59:59,5',
  '2024-02-29T2a:59:59',
  '2024-02-29T23-59-59',
  '2024-02-29T23:59:59.-5',
])('%j is no local timestamp', (text) => {
  expect(secondsOfLocal(text)).toBe(SECONDS_INVALID);
});
