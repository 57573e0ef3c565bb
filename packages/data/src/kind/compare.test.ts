import { AssertionError } from '@weft/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Kind } from '../type/schema.ts';
import { Decimal } from '../value/decimal.ts';
import { compareValues, comparatorOf, equalValues } from './compare.ts';
import { compareJsonScalars } from './compare-json.ts';
import { arrayKinds, scalarKinds, valuesOf } from './testing/kinds.ts';

const kinds: readonly Kind[] = [...scalarKinds, ...arrayKinds];
const encoder = new TextEncoder();

/** Values that often share a beginning, with units from around the surrogates. */
const tricky = fc.string({
  unit: fc.constantFrom(
    'a',
    'b',
    '\u0000',
    '\u007f',
    '\u07ff',
    '\ud7ff',
    '\ue000',
    '\uffff',
    '\u{10000}',
    '\u{1f600}',
    '\u{10ffff}',
  ),
  maxLength: 5,
});

test('each kind has a total order that agrees with its equality', () => {
  for (const kind of kinds) {
    const compare = comparatorOf(kind);
    const value = valuesOf(kind);
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(compare(a, a)).toBe(0);
        expect(Math.sign(compare(a, b)) + Math.sign(compare(b, a))).toBe(0);
        expect(equalValues(kind, a, b)).toBe(compare(a, b) === 0);
        const [x, y, z] = [a, b, c].toSorted(compare);
        expect(compare(x, y) <= 0 && compare(y, z) <= 0 && compare(x, z) <= 0).toBe(true);
      }),
      { numRuns: 100 },
    );
  }
});

test('strings order as their UTF-8 bytes', () => {
  fc.assert(
    fc.property(fc.oneof(tricky, valuesOf({ name: 'string' })), tricky, (a, b) => {
      const expected = Buffer.compare(encoder.encode(a as string), encoder.encode(b));
      expect(Math.sign(compareValues({ name: 'string' }, a, b))).toBe(expected);
    }),
    { numRuns: 3000 },
  );
});

test('bytes order as unsigned numbers, a prefix first, at every length', () => {
  const bytes = fc.tuple(fc.constantFrom(0, 10, 63, 64, 200), fc.uint8Array({ maxLength: 3 })).map(([same, rest]) => {
    return Uint8Array.from([...Array.from({ length: same }, () => 5), ...rest]);
  });
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(Math.sign(compareValues({ name: 'bytes' }, a, b))).toBe(Buffer.compare(a, b));
    }),
  );
});

test.each<[Kind, unknown[]]>([
  [{ name: 'bool' }, [false, true]],
  [{ name: 'enum', members: ['new', 'filled', 'cancelled'] }, ['new', 'filled', 'cancelled']],
  [{ name: 'int64' }, [-(2n ** 63n), -1n, 2n ** 53n, 2n ** 53n + 1n]],
  [{ name: 'float64' }, [-Infinity, -1.5, 0, 5e-324, 1]],
  [
    { name: 'decimal', precision: 18, scale: 2 },
    ['-10', '-9.99', '0', '0.01', '12'].map((text) => Decimal.from(text, 2)),
  ],
  [{ name: 'date' }, ['0001-01-01', '1969-12-31', '1970-01-01', '2024-02-29']],
  [{ name: 'timestamp', as: 'date' }, [new Date(-1), new Date(0), new Date(1e12)]],
  [{ name: 'localTimestamp' }, ['1969-12-31T23:59:59.999999', '1970-01-01T00:00:00', '1970-01-01T00:00:00.000001']],
  [{ name: 'string' }, ['', 'A', 'Z', 'a', 'aa', 'é', '\ue000', '\uffff', '\u{10000}', '\u{1f600}']],
  [{ name: 'uuid' }, ['00000000-0000-0000-0000-00000000000a', '0a000000-0000-0000-0000-000000000000']],
  [{ name: 'array', element: { name: 'int32' } }, [[], [-1], [1], [1, 0], [1, 2], [2]]],
])('%j orders as listed', (kind, listed) => {
  const reversed = listed.toReversed();
  expect(reversed.toSorted(comparatorOf(kind))).toEqual(listed);
});

test('decimals of other scales compare by number', () => {
  const kind = { name: 'decimal', precision: 18, scale: 2 } as const;
  expect(equalValues(kind, Decimal.from('1.5'), Decimal.from('1.50'))).toBe(true);
  expect(compareValues(kind, Decimal.from('1.5'), Decimal.from('1.49'))).toBeGreaterThan(0);
});

test.each<[unknown, unknown, boolean]>([
  [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ a: 1, b: 2 }, { a: 1, c: 2 }, false],
  [{ a: null }, {}, false],
  [[1, 2], [2, 1], false],
  [[1], [1, 2], false],
  [[], {}, false],
  [{}, [], false],
  [null, {}, false],
  [null, null, true],
  [1, '1', false],
  ['a', 'a', true],
  [{ toString: 1 }, { valueOf: 1 }, false],
])('json %j equals %j: %s', (a, b, expected) => {
  expect(equalValues({ name: 'json' }, a, b)).toBe(expected);
  expect(equalValues({ name: 'json' }, b, a)).toBe(expected);
});

test('json equals its copy, with properties in any order', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const copy: unknown = JSON.parse(JSON.stringify(value), (_, member: unknown) =>
        typeof member === 'object' && member !== null && !Array.isArray(member)
          ? Object.fromEntries(Object.entries(member).toReversed())
          : member,
      );
      expect(equalValues({ name: 'json' }, copy, JSON.parse(JSON.stringify(value)))).toBe(true);
    }),
  );
});

test('json has no order', () => {
  expect(() => comparatorOf({ name: 'json' })).toThrow(AssertionError);
});

test.each<[unknown, unknown, number | undefined]>([
  [1, 2, -1],
  [2, 1, 1],
  [2, 2, 0],
  [false, true, -1],
  ['\u{1f600}', '\uffff', 1],
  [1, '1', undefined],
  [null, null, undefined],
  [1, undefined, undefined],
  [[1], [1], undefined],
  [true, 1, undefined],
])('scalars at json paths: %j against %j is %s', (a, b, expected) => {
  const order = compareJsonScalars(a, b);
  expect(order === undefined ? undefined : Math.sign(order)).toBe(expected);
});
