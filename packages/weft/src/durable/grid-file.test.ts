import { join } from 'node:path';
import { FalseDisk } from '@weft/base';
import { expect, test } from 'vitest';
import { readGridFile, writeGridFile } from './grid-file.ts';

const holding = (text: string): FalseDisk => FalseDisk.of([['grid.json', new TextEncoder().encode(text)]]);

test('what is written is read again; a new directory says nothing', async () => {
  const disk = new FalseDisk();
  expect(await readGridFile(disk, 'data')).toBeUndefined();
  await writeGridFile(disk, { partitions: 7 });
  expect(await readGridFile(disk, 'data')).toEqual({ partitions: 7 });
  expect([...disk.files().keys()]).toEqual(['grid.json']);
});

test.each([
  '',
  '{',
  '[]',
  '{"format":1}',
  '{"format":1,"partitions":0}',
  '{"format":1,"partitions":"3"}',
  '{"partitions":3}',
])('a file of %j is damage', async (text) => {
  await expect(readGridFile(holding(text), 'data')).rejects.toMatchObject({
    code: 'JOURNAL_DAMAGED',
    details: { file: join('data', 'grid.json') },
  });
});

test('a newer format is refused as such', async () => {
  await expect(readGridFile(holding('{"format":2,"partitions":3}'), 'data')).rejects.toMatchObject({
    code: 'JOURNAL_FORMAT',
  });
});
