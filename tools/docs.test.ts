/** Every block of code on every page is true: it compiles, runs, and gives what it promises. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { checkCommands } from './docs/commands.ts';
import { checkBlocks, examplesOf } from './docs/examples.ts';
import { checkIndex } from './docs/index-pages.ts';
import { checkLinks } from './docs/links.ts';
import { Workshop } from './docs/workshop.ts';
import { formatFinding, readSourceTree } from './tidy/source-tree.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const exists = (path: string): boolean => existsSync(join(root, path));
const files = readSourceTree(root);
// The plan of an open issue is a letter among developers, not documentation.
const pages = files.filter(({ path }) => path.endsWith('.md') && path !== 'docs/plan.md');
const examples = pages.flatMap(({ path, text }) => examplesOf(path, text));
const manifest = JSON.parse(files.find(({ path }) => path === 'package.json')!.text) as { scripts: object };
const world = {
  scripts: new Set(Object.keys(manifest.scripts)),
  exists,
  binary: (name: string) => exists(`node_modules/.bin/${name}`),
};

const workshop = new Workshop();
afterAll(() => workshop.close());

test('blocks say what they are, and why where they are not run', () => {
  expect(pages.flatMap(({ path, text }) => checkBlocks(path, text)).map(formatFinding)).toEqual([]);
});

test('commands name scripts, files and programs that exist', () => {
  expect(pages.flatMap(({ path, text }) => checkCommands(path, text, world)).map(formatFinding)).toEqual([]);
});

test('links between pages lead somewhere', () => {
  expect(checkLinks(pages, exists).map(formatFinding)).toEqual([]);
});

test('every page is linked from the README of its folder', () => {
  expect(checkIndex(pages).map(formatFinding)).toEqual([]);
});

test('every example compiles', async () => {
  expect(examples.length).toBeGreaterThan(0);
  expect(await workshop.check(examples)).toEqual([]);
});

test.each(examples)('$page, the example at line $line, runs and gives what it promises', async (example) => {
  expect(await workshop.run(example)).toBe('');
});
