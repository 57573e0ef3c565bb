/** Files that the pages name exist. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readSourceTree } from '../tidy/source-tree.ts';

const files = readSourceTree(fileURLToPath(new URL('../..', import.meta.url)));
const known = files.map(({ path }) => `/${path}`);
const pages = files.filter(({ path }) => /^(?:ARCHITECTURE\.md|docs\/.*\.md)$/.test(path) && path !== 'docs/plan.md');

/** Names in a page such as `store/src/table/table.ts` or `row-limits.ts`. */
const named = pages.flatMap(({ path: page, text }) =>
  [...text.matchAll(/`([\w./-]+\.ts)`/g)].map(([, file]) => ({ page, file: file! })),
);

test('pages name source files', () => {
  expect(named.length).toBeGreaterThan(30);
});

test('each source file that a page names is there', () => {
  const gone = named.filter(({ file }) => !known.some((path) => path.endsWith(`/${file}`)));
  expect(gone).toEqual([]);
});
