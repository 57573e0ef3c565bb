import { defineType, t, type RowValues } from '@weft/data';
import { RecordReader } from '@weft/log';
import { FRAME_HEADER_BYTES, FrameWriter, RowForm } from '@weft/protocol';
import { expect, test } from 'vitest';
import type { RequestContext } from '../context.ts';
import { SentRows } from './sent-rows.ts';

const { schema } = defineType('Fill', { id: t.int32(), price: t.float64(), note: t.string() }, { key: 'id' });
const form = new RowForm(schema);
const ordinals = ['id', 'price', 'note'].map((name) => schema.columns.find((column) => column.name === name)!.ordinal);

/** Rows as a request brings them, whatever their values. */
function sent(...rows: readonly (readonly unknown[])[]): SentRows {
  const frame = new FrameWriter();
  frame.room(4).u32(rows.length);
  for (const row of rows) {
    const values: RowValues = schema.columns.map(() => undefined);
    for (const [i, value] of row.entries()) values[ordinals[i]!] = value as never;
    form.writeInput(frame, values);
  }
  const context = { types: { of: () => ({ form }) } } as unknown as RequestContext;
  return new SentRows(context, new RecordReader(frame.take(), FRAME_HEADER_BYTES));
}

test('rows are read into values one after another, and one that is refused does not hide those behind it', () => {
  const values: RowValues = schema.columns.map(() => undefined);
  const seen: unknown[] = [];
  for (const row of sent([1, 0.5, 'one'], [2, NaN, 'two'], [3, 1.5, 'three'])) {
    try {
      row.readInto(values);
      seen.push(ordinals.map((ordinal) => values[ordinal]));
    } catch (error) {
      expect(error).toMatchObject({ code: 'VALUE_INVALID' });
      seen.push(row.toObject());
    }
  }
  expect(seen).toEqual([[1, 0.5, 'one'], { id: 2, price: NaN, note: 'two' }, [3, 1.5, 'three']]);
});

test('a row that nobody has read is passed over', () => {
  const values: RowValues = schema.columns.map(() => undefined);
  const notes: unknown[] = [];
  let at = 0;
  for (const row of sent([1, 1, 'one'], [2, 2, 'two'], [3, 3, 'three'])) {
    if (at++ === 1) continue;
    row.readInto(values);
    notes.push(values[ordinals[2]!]);
  }
  expect(notes).toEqual(['one', 'three']);
});
