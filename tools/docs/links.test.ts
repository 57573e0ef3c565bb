import { expect, test } from 'vitest';
import { anchorOf, checkLinks } from './links.ts';

const pages = [
  {
    path: 'README.md',
    text: '# Weft\n\nSee [types](docs/types.md#which-kinds), [the web](https://example.org/x) and [top](#weft).',
  },
  {
    path: 'docs/types.md',
    text: '## Which kinds?\n\n```ts\n// [x](gone.md)\n```\n\nBack to `[y](gone.md)` [home](../README.md).',
  },
];
const exists = (path: string): boolean => pages.some((page) => page.path === path);

test('links to files, headings and other sites are in order, and code has no links', () => {
  expect(checkLinks(pages, exists)).toEqual([]);
});

test('a link to no file and a link to no heading are found with their lines', () => {
  const page = { path: 'docs/a.md', text: 'x\n[a](b.md)\n[c](types.md#gone) [d](#here)' };
  expect(checkLinks([...pages, page], (path) => path === 'docs/a.md' || exists(path))).toEqual([
    { path: 'docs/a.md', line: 2, message: 'the link b.md leads to no file' },
    { path: 'docs/a.md', line: 3, message: 'the link types.md#gone leads to no heading' },
    { path: 'docs/a.md', line: 3, message: 'the link #here leads to no heading' },
  ]);
});

test('anchors are made as the usual sites make them', () => {
  expect(anchorOf('KEY_EXISTS')).toBe('key_exists');
  expect(anchorOf('`find` and `count`: how?')).toBe('find-and-count-how');
});
