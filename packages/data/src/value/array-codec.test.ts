import { AssertionError } from '@weft/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalValues } from '../kind/compare.ts';
import { scalarKinds, valuesOf } from '../kind/testing/kinds.ts';
import type { ScalarKind } from '../type/schema.ts';
import { arrayBytes, decodeArray, encodeArray } from './array-codec.ts';
import { Decimal } from './decimal.ts';

function encode(element: ScalarKind, values: readonly unknown[]): Uint8Array {
  const bytes = new Uint8Array(arrayBytes(element, values));
  encodeArray(element, values, bytes, 0);
  return bytes;
}

test('arrays of every kind are read back from shared memory, and nothing around them is touched', () => {
  for (const element of scalarKinds) {
    fc.assert(
      fc.property(fc.array(valuesOf(element), { maxLength: 200 }), fc.nat({ max: 9 }), (values, offset) => {
        const length = arrayBytes(element, values);
        const target = new Uint8Array(new SharedArrayBuffer(offset + length + 3)).fill(0xee);
        expect(encodeArray(element, values, target, offset)).toBe(length);
        const back = decodeArray(element, target, offset, length);
        expect(equalValues({ name: 'array', element }, back, values)).toBe(true);
        expect([...target.slice(0, offset), ...target.slice(offset + length)].every((byte) => byte === 0xee)).toBe(
          true,
        );
      }),
      { numRuns: 60 },
    );
  }
});

/** The bytes of stored rows: a change here is a new version of the format. */
test.each<[string, ScalarKind, unknown[]]>([
  ['02 01 00', { name: 'bool' }, [true, false]],
  ['01 feff', { name: 'int16' }, [-2]],
  ['02 01000000 ffffffff', { name: 'int32' }, [1, -1]],
  ['01 feffffffffffffff', { name: 'int64' }, [-2n]],
  ['01 0000c03f', { name: 'float32' }, [1.5]],
  ['01 000000000000f83f', { name: 'float64' }, [1.5]],
  ['01 ffffffffffffffff', { name: 'decimal', precision: 9, scale: 2 }, [Decimal.from('-0.01')]],
  ['01 01000000', { name: 'date' }, ['1970-01-02']],
  ['01 e803000000000000', { name: 'timestamp', as: 'date' }, [new Date(1)]],
  ['01 0100000000000000', { name: 'timestamp', as: 'micros' }, [1n]],
  ['01 0100000000000000', { name: 'localTimestamp' }, ['1970-01-01T00:00:00.000001']],
  ['02 00 03 61c3a9', { name: 'string' }, ['', 'aé']],
  ['02 01 00', { name: 'enum', members: ['a', 'b'] }, ['b', 'a']],
  ['01 02 0708', { name: 'bytes' }, [Uint8Array.of(7, 8)]],
  ['01 000102030405060708090a0b0c0d0e0f', { name: 'uuid' }, ['00010203-0405-0607-0809-0a0b0c0d0e0f']],
  ['00', { name: 'int32' }, []],
])('stored as %s', (hex, element, values) => {
  expect(Buffer.from(encode(element, values)).toString('hex')).toBe(hex.replaceAll(' ', ''));
});

test('lengths of one to four bytes are written and read', () => {
  for (const length of [127, 128, 16_383, 16_384, 2_097_151, 2_097_152]) {
    const values = ['x'.repeat(length)];
    const bytes = encode({ name: 'string' }, values);
    expect(decodeArray({ name: 'string' }, bytes, 0, bytes.length)).toEqual(values);
  }
});

test('cut, lengthened or random bytes end in an assertion or an array, never outside their stretch', () => {
  for (const element of scalarKinds) {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const decode = (): unknown[] => decodeArray(element, bytes, 0, bytes.length);
        let values: unknown[];
        try {
          values = decode();
        } catch (error) {
          expect(error).toBeInstanceOf(AssertionError);
          return;
        }
        expect(values.length).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 200 },
    );
  }
});

test('a damaged count or length is found before memory is asked for', () => {
  expect(() => decodeArray({ name: 'int32' }, Uint8Array.of(0xff, 0xff, 0xff, 0x7f), 0, 4)).toThrow(AssertionError);
  expect(() => decodeArray({ name: 'string' }, Uint8Array.of(1, 5, 97), 0, 3)).toThrow(AssertionError);
  expect(() => decodeArray({ name: 'bool' }, Uint8Array.of(1, 1, 1), 0, 3)).toThrow(AssertionError);
  expect(() => decodeArray({ name: 'bool' }, Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0), 0, 5)).toThrow(AssertionError);
  expect(() => decodeArray({ name: 'bool' }, Uint8Array.of(1, 1), 1, 5)).toThrow(AssertionError);
  expect(() => decodeArray({ name: 'enum', members: ['a'] }, Uint8Array.of(1, 1), 0, 2)).toThrow(AssertionError);
});

test('an array is not written past the end of its target', () => {
  const bytes = new Uint8Array(4);
  expect(() => encodeArray({ name: 'string' }, ['abcdef'], bytes, 0)).toThrow(AssertionError);
});
