import { expect, test } from 'vitest';
import { checkIndex } from './index-pages.ts';

test('a page that the README of its folder does not link to is found', () => {
  const pages = [
    { path: 'README.md', text: '' },
    { path: 'docs/README.md', text: '[a](a.md) [b](sub/b.md)' },
    { path: 'docs/a.md', text: '' },
    { path: 'docs/c.md', text: '' },
    { path: 'docs/sub/b.md', text: '' },
  ];
  expect(checkIndex(pages)).toEqual([
    { path: 'docs/c.md', message: 'is not linked from docs/README.md' },
    { path: 'docs/sub/b.md', message: 'is not linked from docs/sub/README.md' },
  ]);
});
