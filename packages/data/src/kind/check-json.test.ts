import { WeftError } from '@weft/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkJson } from './check-json.ts';
import { JSON_DEPTH_MAX, VALUE_BYTES_MAX } from './limits.ts';

const place = { where: 'Order.doc', expected: 'a json value', kind: 'json' };

function codeOf(value: unknown): string {
  try {
    checkJson(place, value);
  } catch (error) {
    if (WeftError.is(error)) return error.code;
    throw error;
  }
  return 'accepted';
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

test('what json text can say is taken, as the text would be read back', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }), (value) => {
      expect(checkJson(place, value)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 500 },
  );
});

test('properties that are undefined are left out, and -0 is 0', () => {
  expect(checkJson(place, { a: undefined, b: [-0] })).toEqual({ b: [0] });
  expect(Object.is(checkJson(place, -0), 0)).toBe(true);
});

test('a property named __proto__ is data, and sets no prototype', () => {
  const copy = checkJson(place, JSON.parse('{"__proto__": {"admin": true}}')) as Record<string, unknown>;
  expect(JSON.stringify(copy)).toBe('{"__proto__":{"admin":true}}');
  expect(copy['admin']).toBeUndefined();
});

test('objects without a prototype are plain', () => {
  const bare: Record<string, unknown> = Object.create(null);
  bare['a'] = 1;
  expect(checkJson(place, bare)).toEqual({ a: 1 });
});

test.each<[string, unknown]>([
  ['undefined', undefined],
  ['a function', () => 1],
  ['a symbol', Symbol('s')],
  ['a bigint', 1n],
  ['a nested bigint', { a: [1n] }],
  ['NaN', Number.NaN],
  ['infinity', [Infinity]],
  ['undefined in an array', [undefined]],
  ['a hole', Array(1)],
  ['a Date', new Date(0)],
  ['a Map', new Map()],
  ['bytes', new Uint8Array(1)],
  [
    'an instance of a class',
    new (class Point {
      x = 1;
    })(),
  ],
  ['an object with toJSON', { toJSON: () => 1 }],
  ['a lone surrogate', '\udc00'],
  ['a lone surrogate in a name', { '\ud800': 1 }],
])('%s is no json', (_, value) => {
  expect(codeOf(value)).toBe('VALUE_INVALID');
});

test('depth is bounded, and so a cycle ends', () => {
  const cycle: unknown[] = [];
  cycle.push(cycle);
  expect(codeOf(nested(JSON_DEPTH_MAX))).toBe('accepted');
  expect(codeOf(nested(JSON_DEPTH_MAX + 1))).toBe('VALUE_TOO_LARGE');
  expect(codeOf(cycle)).toBe('VALUE_TOO_LARGE');
});

test('the bytes of the text count, escapes included', () => {
  // '"' + text + '"'
  expect(codeOf('x'.repeat(VALUE_BYTES_MAX - 2))).toBe('accepted');
  expect(codeOf('x'.repeat(VALUE_BYTES_MAX - 1))).toBe('VALUE_TOO_LARGE');
  const escapes = Math.floor((VALUE_BYTES_MAX - 2) / 6);
  expect(codeOf('\u0007'.repeat(escapes))).toBe('accepted');
  expect(codeOf('\u0007'.repeat(escapes + 1))).toBe('VALUE_TOO_LARGE');
});

test('a small object that unfolds to a huge text is refused before it is copied whole', () => {
  let value: unknown = 'laugh';
  for (let level = 0; level < 60; level++) value = [value, value];
  expect(codeOf(value)).toBe('VALUE_TOO_LARGE');
});
