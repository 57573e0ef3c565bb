/** The page of limits says what the code says. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readSourceTree } from '../tidy/source-tree.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(`${root}/docs/limits.md`, 'utf8');
const sources = new Map(readSourceTree(root).map(({ path, text }) => [path, text]));

/** The rows of the page that name a constant and its value. */
const rows = page.split('\n').flatMap((line) => {
  const [name, value, , ...rest] = line
    .split('|')
    .map((cell) => cell.trim())
    .slice(1);
  const path = /`([\w/.-]+\.ts)`/.exec(rest.join(' '))?.[1];
  const constant = /^`([A-Z][A-Z_]+)`$/.exec(name ?? '')?.[1];
  return constant === undefined || path === undefined ? [] : [{ constant, value: value!, path: `packages/${path}` }];
});

test('the page of limits names constants', () => {
  expect(rows.length).toBeGreaterThan(15);
});

test.each(rows)('$constant is $value, in $path', ({ constant, value, path }) => {
  const declared = new RegExp(`const ${constant} = ([\\d_ *<.]+);`).exec(sources.get(path) ?? '')?.[1];
  expect(declared, `${path} declares ${constant} as a number`).toBeDefined();
  expect(numberOf(declared!)).toBe(amountOf(value));
});

/** The value of an expression of whole numbers with `*` or `<<`. */
function numberOf(expression: string): number {
  const [base, shift] = expression.replaceAll('_', '').split('<<');
  const product = base!.split('*').reduce((result, factor) => result * Number(factor), 1);
  return product * 2 ** Number(shift ?? 0);
}

/** `8 MiB` → 8388608, `1,000` → 1000. */
function amountOf(text: string): number {
  const [amount, unit] = text.replaceAll(',', '').split(' ');
  return Number(amount) * 1024 ** ['', 'KiB', 'MiB', 'GiB'].indexOf(unit ?? '');
}
