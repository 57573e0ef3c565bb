import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ProgressFile } from './progress-file.ts';

test('a position that cannot be noted leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-progress-'));
  try {
    const path = join(folder, 'flights.progress');
    mkdirSync(join(path, 'taken'), { recursive: true });
    const file = new ProgressFile(path, { type: 'Flight', source: 'flights.csv', sizeBytes: 10 });
    await expect(file.note({ bytes: 1, lines: 1, records: 1 }, true)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
    expect(readdirSync(folder)).toEqual(['flights.progress']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
