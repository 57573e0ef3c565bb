import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GROUP_BYTES_MAX, GROUP_ROWS_MAX, openParquet } from './parquet-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-parquet-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each([
  ['too many rows', { num_rows: BigInt(GROUP_ROWS_MAX) + 1n }, 'FILE_UNSUPPORTED', 'GROUP_ROWS_MAX is 134217728'],
  [
    'too many bytes',
    { total_byte_size: BigInt(GROUP_BYTES_MAX) + 1n },
    'FILE_UNSUPPORTED',
    'GROUP_BYTES_MAX is 2147483648',
  ],
  ['fewer than no rows', { num_rows: -1n }, 'FILE_INVALID', 'contradicts its size'],
  ['other rows than the file', { num_rows: 4n }, 'FILE_INVALID', 'do not add up'],
])('a row group that claims to have %s: the file is refused when it is opened', async (_, claim, code, message) => {
  const path = join(folder, 'claims.parquet');
  writeFileSync(path, fileWith(claim));
  await expect(openParquet(path)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

/** A good file of three rows, but for what its row group says of itself. */
function fileWith(claim: { readonly num_rows?: bigint; readonly total_byte_size?: bigint }): Uint8Array {
  const bytes = new ByteWriter();
  const schema = [
    { name: 'root', num_children: 1 },
    { name: 'id', type: 'INT32' as const, repetition_type: 'REQUIRED' as const },
  ];
  const writer = new ParquetWriter({ writer: bytes, schema });
  void writer.write({ columnData: [{ name: 'id', data: [1, 2, 3] }] });
  Object.assign(writer.row_groups[0]!, claim);
  void writer.finish();
  return bytes.getBytes();
}
