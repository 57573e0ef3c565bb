import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeDirectories } from './make-directories.ts';

const root = mkdtempSync(join(tmpdir(), 'weft-made-'));
afterAll(() => rmSync(root, { recursive: true }));

test('directories are made from the first that is not there, which is named', async () => {
  expect(await makeDirectories(join(root, 'a/b/c'))).toBe(join(root, 'a'));
  expect(await makeDirectories(join(root, 'a/b/c'))).toBeUndefined();
  expect(await makeDirectories(join(root, 'a/b/d/'))).toBe(join(root, 'a/b/d'));
  expect(statSync(join(root, 'a/b/d')).isDirectory()).toBe(true);
  expect(await makeDirectories('/')).toBeUndefined();
});

test('two who make the same directories at once both find them made', async () => {
  await Promise.all(Array.from({ length: 8 }, () => makeDirectories(join(root, 'x/y/z'))));
  expect(statSync(join(root, 'x/y/z')).isDirectory()).toBe(true);
});

test('a file on the way is an error', async () => {
  writeFileSync(join(root, 'file'), '');
  for (const path of ['file', 'file/below', 'file/below/more'])
    await expect(makeDirectories(join(root, path))).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:EEXIST|ENOTDIR)$/) as string,
    });
});

test.runIf(process.platform === 'linux')('a file system that makes no directories is an error at once', async () => {
  for (const path of ['/proc/weft', '/proc/weft/a/b'])
    await expect(makeDirectories(path)).rejects.toMatchObject({ code: 'ENOENT', path: '/proc/weft' });
});
