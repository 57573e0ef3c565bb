import { defineType, t } from '@weft/data';
import { expect, test } from 'vitest';
import { readPlan } from '../batch/read-plan.ts';
import { csvForm } from '../csv/csv-form.ts';
import { byteSource } from './byte-source.ts';
import { readBatches, type FileFormat } from './read-job.ts';

const Note = defineType('Note', { id: t.int32() }, { key: 'id' });
const RECORD_BYTES = 1024;

/** The lines of the rejects, and where the reading ended. */
async function read(text: string, format: FileFormat): Promise<object> {
  // In pieces, so that the rest of a long line lies in several of them.
  const pieces = text.match(/[^]{1,300}/g)!;
  const job = {
    format,
    csv: csvForm(undefined, false),
    plan: readPlan(Note.schema, {}),
    path: undefined,
    from: undefined,
    windowBytes: 64,
    batchRows: 16,
    recordBytesMax: RECORD_BYTES,
  };
  const rejects: number[] = [];
  let end: object = {};
  for await (const batch of readBatches(job, await byteSource(pieces))) {
    rejects.push(...batch.rejects.map(({ line }) => line));
    end = batch.end;
  }
  return { rejects, end };
}

test.each([
  ['ndjson', '{"id":1}\n', '{"id":2}\n'],
  ['csv', 'id\n1\n', '2\n'],
] as const)('a line of %s that is many times too long is one reject', async (format, before, after) => {
  const text = `${before}${'x'.repeat(20 * RECORD_BYTES)}\n${after}`;
  const line = before.split('\n').length;
  expect(await read(text, format)).toEqual({
    rejects: [line],
    end: { bytes: text.length, lines: line + 1, records: 3 },
  });
  const open = `${before}${'x'.repeat(20 * RECORD_BYTES)}`;
  expect(await read(open, format)).toMatchObject({ rejects: [line], end: { bytes: open.length, records: 2 } });
});

test('a line that is exactly as long as may be looked at costs no other', async () => {
  const text = `{"id":1}\n${'x'.repeat(RECORD_BYTES - 1)}\n{"id":2}\n`;
  expect(await read(text, 'ndjson')).toMatchObject({ rejects: [2], end: { bytes: text.length, records: 3 } });
});
