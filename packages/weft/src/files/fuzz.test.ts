import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGrid, WeftError } from '../index.ts';
import { importRows, proposeType } from './index.ts';
import { Sample } from './sample.fixture.ts';

const RUNS = Math.min(Number(process.env['WEFT_RUNS'] ?? 150), 2000);

const csv =
  'id,must,text,int64,instant,json\n1,a,"b ""c""",5,2001-01-01 00:00:00,"{""a"":1}"\n2,é,,,,\n3,x,"l\nm",7,2001-01-01,[]\n';
const ndjson =
  '{"id":1,"must":"a","int64":"5"}\n{"id":2,"must":"é","json":{"a":[1]}}\n{"id":3,"must":"x","tags":["l"]}\n';

/** Bytes of a good file after some harm: changed, cut, doubled, or none of its own at all. */
function harmed(text: string): fc.Arbitrary<Buffer> {
  const good = Buffer.from(text);
  const place = fc.nat({ max: good.length - 1 });
  const special = fc.constantFrom(0, 10, 13, 34, 44, 92, 123, 125, 0x80, 0xff);
  const change = fc.tuple(place, fc.oneof(special, fc.nat({ max: 255 })));
  const changed = fc.array(change, { minLength: 1, maxLength: 8 }).map((changes) => {
    const bytes = Buffer.from(good);
    for (const [at, byte] of changes) bytes[at] = byte;
    return bytes;
  });
  const cut = fc.tuple(place, place).map(([a, b]) => Buffer.concat([good.subarray(0, a), good.subarray(b)]));
  const other = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
  const headed = other.map((bytes) => Buffer.concat([good.subarray(0, good.indexOf(10) + 1), bytes]));
  return fc.oneof(changed, cut, other, headed);
}

test.each(['csv', 'ndjson'] as const)(
  'whatever a file of %s holds, an import ends with rows, rejects or a typed error',
  async (format) => {
    const grid = await createGrid({ types: [Sample], segmentBytes: 1 << 24, segmentsMax: 2 });
    const space = grid.space(Sample);
    try {
      await fc.assert(
        fc.asyncProperty(
          harmed(format === 'csv' ? csv : ndjson),
          fc.integer({ min: 1, max: 40 }),
          async (bytes, length) => {
            let rejects = 0;
            try {
              const { read, written, rejected } = await importRows(space, pieces(bytes, length), {
                format,
                onReject: ({ line, code, message, raw }) => {
                  rejects++;
                  expect(line).toBeGreaterThan(0);
                  expect([typeof code, typeof message, typeof raw]).toEqual(['string', 'string', 'string']);
                },
              });
              expect(written + rejected).toBe(read);
              expect(rejects).toBe(rejected);
            } catch (error) {
              if (!WeftError.is(error)) throw error;
              expect(['FILE_INVALID', 'COLUMN_UNKNOWN', 'VALUE_MISSING', 'OPTION_INVALID']).toContain(error.code);
            }
          },
        ),
        { numRuns: RUNS },
      );
    } finally {
      await grid.close();
    }
  },
);

test.each(['csv', 'ndjson'] as const)(
  'whatever a file of %s holds, a proposal is a type that takes its rows, or a typed error',
  async (format) => {
    await fc.assert(
      fc.asyncProperty(harmed(format === 'csv' ? csv : ndjson), async (bytes) => {
        try {
          const { type, columns } = await proposeType([bytes], { format, sample: 'all' });
          const grid = await createGrid({ types: [type], segmentBytes: 1 << 24, segmentsMax: 2 });
          await importRows(grid.space(type), [bytes], { format, columns });
          await grid.close();
        } catch (error) {
          if (!WeftError.is(error)) throw error;
        }
      }),
      { numRuns: Math.ceil(RUNS / 5) },
    );
  },
);

function* pieces(bytes: Buffer, length: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
