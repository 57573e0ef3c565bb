import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { cellReader } from '../parquet/cell-reader.ts';
import { proposeType } from './propose-type.ts';

test('a Parquet decimal of more digits than a decimal column has becomes text, exactly, with a note', async () => {
  const file = parquetWriteBuffer({
    columnData: [{ name: 'amount', data: [12_345n] }],
    schema: [
      { name: 'root', num_children: 1 },
      {
        name: 'amount',
        type: 'INT64',
        converted_type: 'DECIMAL',
        precision: 38,
        scale: 2,
        repetition_type: 'REQUIRED',
      },
    ],
  });
  const { type, source, notes } = await proposeType([new Uint8Array(file)], { format: 'parquet', name: 'Sum' });
  expect(source).toContain('amount: t.string()');
  expect(notes).toEqual([
    expect.stringMatching(/^"amount" holds decimals of 38 digits, .* declare t\.decimal\(18, 2\)\.$/),
  ]);
  expect(type.schema.columns.find(({ name }) => name === 'amount')?.kind).toEqual({ name: 'string' });

  const read = cellReader({ name: 'decimal', precision: 38, scale: 2 }, { name: 'string' }, 'Sum.amount');
  expect([read(12_345n), read(Uint8Array.of(0xff, 0x85))]).toEqual(['123.45', '-1.23']);
});
