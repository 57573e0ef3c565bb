import { WeftError } from '@weft/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ColumnSchema, Kind } from '../type/schema.ts';
import { Decimal } from '../value/decimal.ts';
import { checkerOf, checkValue } from './check.ts';
import { equalValues } from './compare.ts';
import { ARRAY_LENGTH_MAX, VALUE_BYTES_MAX } from './limits.ts';
import { arrayKinds, scalarKinds, valuesOf } from './testing/kinds.ts';

const kinds: readonly Kind[] = [...scalarKinds, ...arrayKinds, { name: 'json' }];

function column(kind: Kind): ColumnSchema {
  return { name: 'x', sqlName: 'x', ordinal: 0, role: 'data', kind, optional: false };
}

function check(kind: Kind, value: unknown): unknown {
  return checkValue(column(kind), value, 'Order');
}

/** The code and the message of the refusal, or the value where there is none. */
function refusal(kind: Kind, value: unknown): string {
  try {
    return `accepted as ${String(check(kind, value))}`;
  } catch (error) {
    if (!WeftError.is(error)) throw error;
    return `${error.code} ${error.message}`;
  }
}

const int16 = { name: 'int16' } as const;
const int32 = { name: 'int32' } as const;
const int64 = { name: 'int64' } as const;
const float32 = { name: 'float32' } as const;
const float64 = { name: 'float64' } as const;
const price = { name: 'decimal', precision: 5, scale: 2 } as const;
const date = { name: 'date' } as const;
const instant = { name: 'timestamp', as: 'date' } as const;
const micros = { name: 'timestamp', as: 'micros' } as const;
const local = { name: 'localTimestamp' } as const;
const text = { name: 'string' } as const;
const status = { name: 'enum', members: ['new', 'filled'] } as const;
const bytes = { name: 'bytes' } as const;
const uuid = { name: 'uuid' } as const;
const tags = { name: 'array', element: text } as const;

test('a checked value passes its check again, unchanged', () => {
  for (const kind of kinds) {
    const checker = checkerOf(column(kind), 'Order');
    fc.assert(
      fc.property(valuesOf(kind), (value) => {
        const once = checker(value);
        expect(equalValues(kind, checker(once), once)).toBe(true);
        if (kind.name !== 'json') expect(equalValues(kind, once, value)).toBe(true);
      }),
      { numRuns: 100 },
    );
  }
});

test.each<[Kind, unknown, unknown]>([
  [{ name: 'bool' }, false, false],
  [int16, -32768, -32768],
  [int16, 32767, 32767],
  [int32, -(2 ** 31), -(2 ** 31)],
  [int32, 2 ** 31 - 1, 2 ** 31 - 1],
  [int32, -0, 0],
  [int64, 2n ** 63n - 1n, 2n ** 63n - 1n],
  [int64, -(2n ** 63n), -(2n ** 63n)],
  [float32, 0.1, Math.fround(0.1)],
  [float32, -0, 0],
  [float32, -1e-60, 0],
  [float64, -0, 0],
  [float64, Number.MAX_VALUE, Number.MAX_VALUE],
  [date, '0001-01-01', '0001-01-01'],
  [date, '9999-12-31', '9999-12-31'],
  [micros, -62_135_596_800_000_000n, -62_135_596_800_000_000n],
  [local, '2024-01-01T00:00:00.120', '2024-01-01T00:00:00.12'],
  [text, '\u{1f600}', '\u{1f600}'],
  [text, '', ''],
  [status, 'filled', 'filled'],
  [uuid, 'ABCDEFAB-0000-4000-8000-00000000000F', 'abcdefab-0000-4000-8000-00000000000f'],
])('%j takes %s', (kind, value, expected) => {
  // Object.is tells 0 from -0.
  expect(Object.is(check(kind, value), expected)).toBe(true);
});

test.each<[string, Kind, unknown]>([
  ['bool', { name: 'bool' }, 1],
  ['int16 from text', int16, '5'],
  ['int32 from a bigint', int32, 5n],
  ['int32 from null', int32, null],
  ['int32 from undefined', int32, undefined],
  ['int32 with a fraction', int32, 1.5],
  ['int32 from NaN', int32, Number.NaN],
  ['int32 from infinity', int32, Infinity],
  ['int64 from a number', int64, 5],
  ['float32 from NaN', float32, Number.NaN],
  ['float32 from infinity', float32, -Infinity],
  ['float64 from NaN', float64, Number.NaN],
  ['float64 from infinity', float64, Infinity],
  ['float64 from text', float64, '1'],
  ['decimal from a number', price, 1.5],
  ['decimal from text', price, '1.50'],
  ['date from a Date', date, new Date(0)],
  ['date that is none', date, '2023-02-29'],
  ['timestamp from text', instant, '2024-01-01'],
  ['timestamp from a number', instant, 0],
  ['timestamp from an invalid Date', instant, new Date(Number.NaN)],
  ['timestamp in microseconds from a Date', micros, new Date(0)],
  ['local timestamp from a Date', local, new Date(0)],
  ['local timestamp with a zone', local, '2024-01-01T00:00:00Z'],
  ['string from a number', text, 5],
  ['string with a lone surrogate', text, 'a\ud800'],
  ['enum of another member', status, 'cancelled'],
  ['enum from a number', status, 0],
  ['bytes from an array', bytes, [1, 2]],
  ['bytes from an ArrayBuffer', bytes, new ArrayBuffer(2)],
  ['bytes from another typed array', bytes, new Int8Array(2)],
  ['uuid without hyphens', uuid, '00000000000000000000000000000000'],
  ['uuid from bytes', uuid, new Uint8Array(16)],
  ['array from text', tags, 'a'],
  ['array from a set', tags, new Set(['a'])],
  ['array with a wrong element', tags, ['a', 1]],
  ['array with an absent element', tags, ['a', null]],
  ['array with a hole', tags, ['a', , 'b']], // oxlint-disable-line no-sparse-arrays
])('%s is VALUE_INVALID', (_, kind, value) => {
  expect(refusal(kind, value)).toMatch(/^VALUE_INVALID Order\.x: expected .*, got .*\.$/);
});

test.each<[string, Kind, unknown]>([
  ['int16 above', int16, 32768],
  ['int16 below', int16, -32769],
  ['int32 above', int32, 2 ** 31],
  ['int32 far above', int32, 1e300],
  ['int64 above', int64, 2n ** 63n],
  ['int64 below', int64, -(2n ** 63n) - 1n],
  ['float32 above', float32, 1e39],
  ['decimal of six digits', price, Decimal.from('1000.00')],
  ['decimal of six digits below zero', price, Decimal.from('-1000')],
  ['decimal of three digits behind the point', price, Decimal.from('0.001')],
  ['date in the year 0', date, '0000-12-31'],
  ['timestamp before the year 1', instant, new Date(-62_135_596_800_001)],
  ['timestamp after 9999', instant, new Date(253_402_300_800_000)],
  ['microseconds before the year 1', micros, -62_135_596_800_000_001n],
  ['microseconds after 9999', micros, 253_402_300_800_000_000n],
  ['local timestamp in the year 0', local, '0000-12-31T23:59:59.999999'],
  ['array with such an element', { name: 'array', element: int16 }, [0, 40_000]],
])('%s is VALUE_OUT_OF_RANGE', (_, kind, value) => {
  expect(refusal(kind, value)).toMatch(/^VALUE_OUT_OF_RANGE Order\.x: the value is .*; expected .*\.$/);
});

test('values of more bytes than VALUE_BYTES_MAX are VALUE_TOO_LARGE, and those of as many are not', () => {
  const full = 'x'.repeat(VALUE_BYTES_MAX);
  const wide = 'é'.repeat(VALUE_BYTES_MAX / 2);
  const heading = /^VALUE_TOO_LARGE Order\.x: the value is longer than VALUE_BYTES_MAX, 8388608 bytes\.$/;
  expect(check(text, full)).toBe(full);
  expect(check(text, wide)).toBe(wide);
  expect(refusal(text, `${full}x`)).toMatch(heading);
  expect(refusal(text, `${wide}x`)).toMatch(heading);
  expect(refusal(bytes, new Uint8Array(VALUE_BYTES_MAX + 1))).toMatch(heading);
  expect(refusal(tags, [full])).toMatch(heading);
  expect(refusal({ name: 'json' }, full)).toMatch(heading);
});

test('arrays of more elements than ARRAY_LENGTH_MAX are VALUE_TOO_LARGE', () => {
  const kind = { name: 'array', element: { name: 'bool' } } as const;
  const full = Array.from({ length: ARRAY_LENGTH_MAX }, () => true);
  expect(check(kind, full)).toHaveLength(ARRAY_LENGTH_MAX);
  expect(refusal(kind, [...full, true])).toMatch(
    /^VALUE_TOO_LARGE Order\.x: the array has more elements than ARRAY_LENGTH_MAX/,
  );
});

test('a decimal gets the scale of its column', () => {
  const value = check(price, Decimal.from('1.5')) as Decimal;
  expect([value.unscaled, value.scale]).toEqual([150n, 2]);
  expect(String(check(price, Decimal.from('999.9900')))).toBe('999.99');
});

test('no message shows the value', () => {
  for (const [kind, value] of [
    [text, 'secret\ud800'],
    [status, 'secret'],
    [date, 'secret'],
    [local, 'secret'],
    [uuid, 'secret'],
    [int16, 987_654],
    [int32, 987_654.5],
    [price, Decimal.from('987654')],
    [{ name: 'json' }, { secret: 987_654n }],
    [tags, ['secret\ud800']],
  ] as const) {
    expect(refusal(kind, value)).not.toMatch(/accepted|secret|987/);
  }
});

test('an error says which element it is about', () => {
  expect(refusal(tags, ['a', 'b', 5])).toBe(
    'VALUE_INVALID Order.x: expected a string of well-formed Unicode, got a number (element 2).',
  );
});

test('an enum of many members is described by the first of them', () => {
  const members = Array.from({ length: 40 }, (_, index) => `m${index}`);
  expect(refusal({ name: 'enum', members }, 5)).toMatch(/'m0', .*'m11' and 28 more, got a number\.$/);
});

test('later changes of what the caller passed do not reach the value', () => {
  const moment = new Date(5);
  const buffer = Buffer.from([1, 2]);
  const list = ['a'];
  const doc = { a: { b: [1] } };
  const checked = [check(instant, moment), check(bytes, buffer), check(tags, list), check({ name: 'json' }, doc)];
  moment.setTime(6);
  buffer[0] = 9;
  list.push('b');
  doc.a.b.push(2);
  expect(checked).toEqual([new Date(5), Uint8Array.of(1, 2), ['a'], { a: { b: [1] } }]);
});

test('bytes are a plain Uint8Array in memory of their own, also where shared memory came in', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(3)).fill(7);
  const value = check(bytes, shared) as Uint8Array;
  expect(Object.getPrototypeOf(value)).toBe(Uint8Array.prototype);
  expect(value.buffer).toBeInstanceOf(ArrayBuffer);
  expect(Object.getPrototypeOf(check(bytes, Buffer.from([1])))).toBe(Uint8Array.prototype);
});
