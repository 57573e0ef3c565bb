import { expect, test } from 'vitest';
import { isIdentifier, isSqlIdentifier, nearestName, snakeCase } from './names.ts';

test.each([
  ['order', 'order'],
  ['orderLine', 'order_line'],
  ['HTTPServer', 'http_server'],
  ['sha256Sum', 'sha256_sum'],
  ['already_snake', 'already_snake'],
  ['A', 'a'],
])('%s is %s in SQL', (name, sqlName) => {
  expect(snakeCase(name)).toBe(sqlName);
});

test('an identifier is a letter, then letters, digits and underscores, at most 63', () => {
  expect(['a', 'A1_b', 'x'.repeat(63)].map(isIdentifier)).toEqual([true, true, true]);
  expect(['', '1a', '_a', 'a b', 'ä', 'x'.repeat(64), '__proto__', 5, undefined].some(isIdentifier)).toBe(false);
});

test('an SQL identifier has no capitals', () => {
  expect([isSqlIdentifier('a_1'), isSqlIdentifier('aB')]).toEqual([true, false]);
});

test('the nearest name is found through a slip, a swap and capitals', () => {
  const names = ['symbol', 'status', 'qty', 'price'];
  expect(['symbl', 'sybmol', 'Status', 'qyt', 'pirce'].map((name) => nearestName(name, names))).toEqual([
    'symbol',
    'symbol',
    'status',
    'qty',
    'price',
  ]);
});

test('a name that is like none suggests nothing', () => {
  expect(nearestName('customer', ['symbol', 'qty'])).toBeUndefined();
  expect(nearestName('x', [])).toBeUndefined();
});
