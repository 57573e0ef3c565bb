import { expect, test } from 'vitest';
import { mask } from './mask.ts';

const comments = (text: string): string => mask(text, { strings: false });
const all = (text: string): string => mask(text, { strings: true });

test('comments become blanks and every other character stays where it was', () => {
  expect(comments('a // b\nc /* d\ne */ f')).toBe('a     \nc     \n     f');
});

test('a comment mark inside a string is not a comment', () => {
  expect(comments("x = 'a // b'; // c")).toBe("x = 'a // b';     ");
});

test('contents of strings are blanked on request and their quotes stay', () => {
  expect(all(`f('it\\'s', "b")`)).toBe(`f('     ', " ")`);
});

test('code inside a template substitution stays code, also with braces and nested templates', () => {
  expect(all('`a${b({ c: `d${e}` })}f`')).toBe('` ${b({ c: ` ${e}` })} `');
});

test('quotes and slashes inside a regular expression do not open a string or a comment', () => {
  expect(comments('x = /[\'"/]\\/\\/ /g; // y')).toBe('x = /[\'"/]\\/\\/ /g;     ');
});

test('a division is not the start of a regular expression', () => {
  expect(comments("a / b; 'c' /* d */")).toBe("a / b; 'c'        ");
});

test('an unterminated comment, string or template ends with the text', () => {
  expect(comments('a /* b')).toBe('a     ');
  expect(all("a 'b")).toBe("a ' ");
  expect(all('a `b')).toBe('a ` ');
});
