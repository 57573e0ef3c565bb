import { expect, test } from 'vitest';
import { matches } from './matches.ts';

test('equal texts match, whatever their white space', () => {
  expect(matches('{ a: 1,  b: 2 }', '{\n  a: 1,\n  b: 2\n}'.replace('{', '{ '))).toBe(true);
  expect(matches('a b', 'a c')).toBe(false);
});

test('blanks inside brackets do not matter', () => {
  expect(matches('[{ a: [1, 2] }, …]', '[ { a: [ 1, 2 ] }, { b: 3 } ]')).toBe(true);
  expect(matches('f(a, b)', 'f( a,b )')).toBe(false);
});

test('an ellipsis matches any text, also none and over lines', () => {
  expect(matches("{ id: '…', n: 1 }", "{ id: 'x\ny', n: 1 }")).toBe(true);
  expect(matches('a…', 'a')).toBe(true);
  expect(matches('a…b', 'ac')).toBe(false);
});

test('signs of regular expressions mean themselves', () => {
  expect(matches('[1.5] (a|b)?', '[1.5] (a|b)?')).toBe(true);
  expect(matches('[1.5]', '[1x5]')).toBe(false);
});

test('a part of the text is not enough', () => {
  expect(matches('a', 'ab')).toBe(false);
  expect(matches('', 'a')).toBe(false);
});
