import { expect, test } from 'vitest';
import { instrument } from './instrument.ts';

test('the value of a statement is compared, on the same line', () => {
  expect(instrument('a;\nawait f(1); // → { b: 2 }\nc;')).toBe('a;\n__docs.value(2, "{ b: 2 }", await f(1));\nc;');
});

test('a statement over several lines is compared as a whole', () => {
  expect(instrument('await f({\n  a: 1,\n}); // → 1')).toBe('__docs.value(3, "1", await f({\n  a: 1,\n}));');
});

test('a chain that begins on an earlier line is compared as a whole', () => {
  expect(instrument('list\n  .map(f)\n  .join(); // → x')).toBe('__docs.value(3, "x", list\n  .map(f)\n  .join());');
});

test('a named constant is compared after it is set', () => {
  expect(instrument('const n: number = await f(); // → 1')).toBe(
    'const n: number = await f(); __docs.value(1, "1", n);',
  );
});

test('console.log is compared by what it printed', () => {
  expect(instrument("console.log('a'); // → a")).toBe(`console.log('a'); __docs.printed(1, ["a"]);`);
});

test('lines of their own are compared with the printed lines', () => {
  expect(instrument('for (;;) log();\n// → 1\n// → 2\nend();')).toBe(
    'for (;;) log();\n\n__docs.printed(2, ["1","2"]);\nend();',
  );
});

test('a promised error is caught and its code compared', () => {
  expect(instrument('await write({}); // → throws VALUE_MISSING')).toBe(
    "await __docs.throws(1, 'VALUE_MISSING', async () => { await write({}); });",
  );
});

test('an arrow inside a string or without text after it is no promise', () => {
  const code = "f('// → 1');\n// an arrow → here\ng(); // see →";
  expect(instrument(code)).toBe(code);
});

test('a promise on a line that has no value is refused', () => {
  expect(() => instrument('const { a } = f(); // → 1')).toThrow("line 1: '// →' needs an expression");
  expect(() => instrument('if (a) b(); // → 1')).toThrow("line 1: '// →' needs an expression");
});
