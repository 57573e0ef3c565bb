import { expect, test } from 'vitest';
import { checkBlocks, examplesOf } from './examples.ts';

const page = (...parts: string[]): string => parts.join('\n');

test('the blocks of a page are one module whose lines have the numbers of the page', () => {
  const [example] = examplesOf('a.md', page('# A', '```ts', 'let a = 1;', '```', 'text', '```ts', 'a = 2;', '```'));
  expect(example).toMatchObject({ page: 'a.md', line: 3 });
  expect(example!.checked.split('\n')).toEqual(['', '', 'let a = 1;', '', '', '', 'a = 2;', '']);
});

test('a fresh block begins another module', () => {
  const text = page('```ts', 'let a = 1;', '```', '```ts fresh', 'let a = 2;', '```');
  expect(examplesOf('a.md', text).map(({ checked }) => checked.trim())).toEqual(['let a = 1;', 'let a = 2;']);
});

test('a block that is not run is still checked', () => {
  const [example] = examplesOf('a.md', page('```ts ignore-run', '// needs a cluster', 'connect();', '```'));
  expect(example!.checked).toContain('connect()');
  expect(example!.run).not.toContain('connect()');
});

test('an import that is shown again is there once, and its new names are kept', () => {
  const text = page(
    '```ts',
    "import { a, type B } from 'weft';",
    '```',
    '```ts',
    'import {',
    '  a,',
    '  c,',
    "} from 'weft';",
    "import { type B } from 'weft';",
    'a(c);',
    '```',
  );
  const lines = examplesOf('a.md', text)[0]!.checked.split('\n');
  expect(lines[1]).toBe("import { a, type B } from 'weft';");
  expect(lines[4]).toBe("import { c } from 'weft';");
  expect(lines[9]).toBe('a(c);');
  expect(lines.join('\n').match(/import/g)).toHaveLength(2);
});

test('blocks of other languages are no examples', () => {
  expect(examplesOf('a.md', page('```sh', 'npm test', '```', '```text', 'x', '```'))).toEqual([]);
});

test('a block that evades the runner is found', () => {
  const text = page(
    '```typescript',
    'a',
    '```',
    '```',
    'b',
    '```',
    '```ts skip',
    'c',
    '```',
    '```ts ignore-run',
    'd',
    '```',
  );
  expect(checkBlocks('a.md', text).map(({ line, message }) => [line, message.slice(0, 34)])).toEqual([
    [1, 'a block is marked ts, sh, text, js'],
    [4, 'a block is marked ts, sh, text, js'],
    [7, 'a ts block may be marked fresh or '],
    [10, 'a block that is not run begins wit'],
  ]);
});
