import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineType, t } from '@weft/data';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGrid } from '../create-grid.ts';
import { FaultyDisk } from '../host/faulty-disk.fixture.ts';

const Note = defineType('Note', { id: t.int32() }, { key: 'id' });
const Longer = defineType('Note', { id: t.int32(), text: t.string().default('') }, { key: 'id' });
const Other = defineType('Note', { id: t.string() }, { key: 'id' });

let dataDir: string;
beforeEach(async () => void (dataDir = await mkdtemp(join(tmpdir(), 'weft-directory-'))));
afterEach(() => rm(dataDir, { recursive: true }));

test('a dataDir that is a file, below a file, or no path is OPTION_INVALID', async () => {
  const file = join(dataDir, 'file');
  await writeFile(file, '');
  for (const path of [file, join(file, 'below'), 'a\0b', 'x'.repeat(5000)])
    await expect(createGrid({ dataDir: path })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining('createGrid: dataDir') as string,
    });
  await expect(createGrid({ dataDir: file })).rejects.toThrow(/cannot be a directory: it is a file/);
});

test.runIf(process.platform === 'linux')(
  'where the file system makes no directories, a grid is OPTION_INVALID and a backup BACKUP_FAILED, at once',
  async () => {
    await expect(createGrid({ dataDir: '/proc/weft/data' })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining('dataDir "/proc/weft/data" cannot be a directory') as string,
    });
    await using grid = await createGrid();
    await expect(grid.backup('/proc/weft/backup')).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
  },
);

test('a disk that is full from the beginning is DISK_FULL, a broken one JOURNAL_FAILED, and neither keeps the directory', async () => {
  const disk = new FaultyDisk();
  try {
    for (const [code, refusal] of [
      ['ENOSPC', 'DISK_FULL'],
      ['EIO', 'JOURNAL_FAILED'],
    ]) {
      disk.writeFault = code;
      await expect(createGrid({ dataDir })).rejects.toMatchObject({
        code: refusal,
        message: expect.stringContaining(dataDir) as string,
      });
    }
  } finally {
    disk.restore();
  }
  await (await createGrid({ dataDir })).close();
});

test('a new declaration of a stored type is TYPE_CONFLICT, which says how to go over to it where that can be', async () => {
  await (await createGrid({ types: [Note], dataDir })).close();
  const evolvable = await createGrid({ types: [Longer], dataDir }).catch((error: unknown) => error);
  expect(evolvable).toMatchObject({
    code: 'TYPE_CONFLICT',
    hint: expect.stringContaining('Open the grid without Note') as string,
  });
  await expect(createGrid({ types: [Other], dataDir })).rejects.toMatchObject({
    code: 'TYPE_CONFLICT',
    hint: expect.stringContaining('line by line') as string,
  });
  await using grid = await createGrid({ types: [], dataDir });
  expect((await grid.evolve(Longer)).changes).toHaveLength(1);
});
