import { expect, test } from 'vitest';
import { blocksOf } from './blocks.ts';

test('a block has its language, its marks, its first line and its code', () => {
  expect(blocksOf('# A\n\n```ts fresh\nlet a;\nlet b;\n```\ntext')).toEqual([
    { language: 'ts', marks: ['fresh'], line: 4, lines: ['let a;', 'let b;'] },
  ]);
});

test('a longer fence may contain a shorter one', () => {
  expect(blocksOf('````md\n```ts\na\n```\n````\n').map(({ language }) => language)).toEqual(['md']);
});

test('a block inside a list loses the indentation of its fence', () => {
  expect(blocksOf('- x\n\n  ```sh\n  npm test\n    y\n  ```\n')[0]?.lines).toEqual(['npm test', '  y']);
});

test('an unclosed block ends with the page', () => {
  expect(blocksOf('```ts\na\nb')[0]?.lines).toEqual(['a', 'b']);
});
