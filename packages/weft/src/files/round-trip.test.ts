import fc from 'fast-check';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createGrid, type Space } from '../index.ts';
import { exportRows, importRows, type CsvOptions, type FileFormat } from './index.ts';
import { Sample, sampleRows } from './sample.fixture.ts';

const RUNS = Math.min(Number(process.env['WEFT_RUNS'] ?? 60), 1000);

test.each<[string, FileFormat, CsvOptions]>([
  ['csv', 'csv', {}],
  ['csv with tabs, single quotes and a null text', 'csv', { delimiter: '\t', quote: "'", null: 'NULL' }],
  ['ndjson', 'ndjson', {}],
])('what is written as %s is read back exactly, every kind of value', async (_, format, csv) => {
  await fc.assert(
    fc.asyncProperty(sampleRows, fc.integer({ min: 1, max: 64 }), async (rows, pieceBytes) => {
      const grid = await createGrid({ types: [Sample], segmentBytes: 1 << 24, segmentsMax: 2 });
      try {
        const space = grid.space(Sample);
        await space.writeMany(rows);
        const before = await all(space);
        const bytes = await exported(space, format, csv);
        await space.clear();
        const { read, written, rejected } = await importRows(space, pieces(bytes, pieceBytes), { format, csv });
        expect({ read, written, rejected }).toEqual({ read: rows.length, written: rows.length, rejected: 0 });
        expect(await all(space)).toEqual(before);
      } finally {
        await grid.close();
      }
    }),
    { numRuns: RUNS },
  );
});

function all(space: Space<typeof Sample>): Promise<object[]> {
  return Promise.resolve(space.find(undefined, { orderBy: { id: 'asc' } }));
}

async function exported(space: Space<typeof Sample>, format: FileFormat, csv: CsvOptions): Promise<Buffer> {
  const parts: Buffer[] = [];
  const target = new Writable({
    write(part: Buffer, _encoding, done) {
      parts.push(part);
      done();
    },
  });
  const { bytes } = await exportRows(space, target, { format, csv });
  const whole = Buffer.concat(parts);
  expect(bytes).toBe(whole.length);
  return whole;
}

function* pieces(bytes: Buffer, length: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
