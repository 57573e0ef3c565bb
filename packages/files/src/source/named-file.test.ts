import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { proposeType } from '../propose/propose-type.ts';
import { naming } from './named-file.ts';

test.each([
  ['empty.parquet', '', 'it is empty'],
  ['short.parquet', 'PAR1', 'it has 4 bytes, fewer than the smallest has'],
])('%s is refused by name in one clear sentence', async (name, text, why) => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-'));
  try {
    const path = join(folder, name);
    writeFileSync(path, text);
    await expect(proposeType(path)).rejects.toMatchObject({
      code: 'FILE_INVALID',
      message: `${name}: The file is no Parquet file, or it is damaged: ${why}.`,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('of a stream, and of errors of other kinds, nothing is named', () => {
  const error = new RangeError('no');
  expect(naming({ name: 'a.csv', path: 'a.csv' }, error)).toBe(error);
  expect(naming({ name: 'the stream', path: undefined }, error)).toBe(error);
});
