import fc from 'fast-check';
import type { Encoding, SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { zstdCompressSync } from 'node:zlib';
import type { FlatColumn } from './flat-column.ts';

/** A column of a random file. */
export interface Written {
  readonly element: SchemaElement;
  readonly encoding: Encoding | undefined;
  readonly cells: readonly unknown[];
}

export const ROWS = 60;

/** Columns of 60 rows each, of few different values or of many. */
export const file = fc
  .integer({ min: 1, max: 3 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, i) => columnOf(`c${i}`)))) as fc.Arbitrary<Written[]>;

function columnOf(name: string): fc.Arbitrary<Written> {
  const kinds: [SchemaElement['type'], Encoding[], fc.Arbitrary<unknown>, Partial<SchemaElement>][] = [
    ['INT32', ['PLAIN', 'DELTA_BINARY_PACKED', 'BYTE_STREAM_SPLIT'], fc.integer(), {}],
    [
      'INT64',
      ['PLAIN', 'DELTA_BINARY_PACKED', 'BYTE_STREAM_SPLIT'],
      fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
      {},
    ],
    ['FLOAT', ['PLAIN', 'BYTE_STREAM_SPLIT'], fc.float(), {}],
    ['DOUBLE', ['PLAIN', 'BYTE_STREAM_SPLIT'], fc.double(), {}],
    ['BOOLEAN', ['PLAIN', 'RLE'], fc.boolean(), {}],
    [
      'BYTE_ARRAY',
      ['PLAIN', 'DELTA_LENGTH_BYTE_ARRAY', 'DELTA_BYTE_ARRAY'],
      fc.string({ unit: 'grapheme' }),
      { converted_type: 'UTF8' },
    ],
    ['BYTE_ARRAY', ['PLAIN', 'DELTA_LENGTH_BYTE_ARRAY', 'DELTA_BYTE_ARRAY'], fc.uint8Array({ maxLength: 20 }), {}],
    [
      'FIXED_LEN_BYTE_ARRAY',
      ['PLAIN', 'BYTE_STREAM_SPLIT'],
      fc.uint8Array({ minLength: 5, maxLength: 5 }),
      { type_length: 5 },
    ],
  ];
  return fc.constantFrom(...kinds).chain(([type, encodings, value, more]) =>
    fc
      .record({
        encoding: fc.constantFrom(undefined, ...encodings),
        isOptional: fc.boolean(),
        nulls: fc.array(fc.boolean(), { minLength: ROWS, maxLength: ROWS }),
        values: fc.oneof(
          fc.array(value, { minLength: ROWS, maxLength: ROWS }),
          fc
            .array(value, { minLength: 1, maxLength: 5 })
            .chain((few) => fc.array(fc.constantFrom(...few), { minLength: ROWS, maxLength: ROWS })),
        ),
      })
      .map(({ encoding, isOptional, nulls, values }) => ({
        element: {
          name,
          type: type!,
          repetition_type: isOptional ? ('OPTIONAL' as const) : ('REQUIRED' as const),
          ...more,
        },
        encoding,
        cells: isOptional ? values.map((cell, i) => (nulls[i] ? undefined : cell)) : values,
      })),
  );
}

/** Written in pages of some 64 bytes. */
export function bytesOf(columns: readonly Written[]): Uint8Array {
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({
    writer,
    schema: [{ name: 'root', num_children: columns.length }, ...columns.map(({ element }) => element)],
    codec: 'ZSTD',
    compressors: { ZSTD: (input) => new Uint8Array(zstdCompressSync(input)) },
  });
  void parquet.write({
    columnData: columns.map(({ element: { name }, encoding, cells }) => ({
      name,
      data: [...cells],
      ...(encoding === undefined ? {} : { encoding }),
    })),
    pageSize: 64,
  });
  void parquet.finish();
  return new Uint8Array(writer.getBytes());
}

/** How its chunk is read. */
export function flat({ element }: Written): FlatColumn {
  return {
    element,
    type: element.type!,
    codec: 'ZSTD',
    isOptional: element.repetition_type !== 'REQUIRED',
    isText: element.converted_type === 'UTF8',
  };
}
