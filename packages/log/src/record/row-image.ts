import type { ColumnSchema, RowValues, TypeSchema } from '@weft/data';
import { PartImage, tooMany } from './part-image.ts';
import type { RecordBytes } from './record-bytes.ts';
import type { RecordReader } from './record-reader.ts';
import type { ValueCode } from './value-code.ts';

/**
 * Rows of one declaration as they stand in records, version 1.
 *
 * | part    | bytes                                                                                          |
 * |---------|------------------------------------------------------------------------------------------------|
 * | whole   | a bit for each column: whether the row has a value; then the values that there are             |
 * | changes | a bit for each column: whether it changed; a bit for each: whether it has a value; the values  |
 * | key     | the values of the identity, in its order                                                       |
 *
 * Columns are those of the declaration and what Weft keeps of a row beside (hidden key, expiry), in the order of their ordinals, without `_slot` and
 * `_lsn`, which the record has itself. Bits begin at the least significant one of the first byte; unused ones are 0.
 *
 * The code that writes is generated, as that of the rows: straight-line, a call site for each column.
 */
export class RowImage extends PartImage {
  readonly #writeWhole: WriteWhole;
  readonly #wholeBytes: WholeBytes;
  readonly #readWhole: ReadWhole;

  constructor(schema: TypeSchema) {
    super(schema);
    this.#writeWhole = compileWhole(this.columns, this.codes);
    this.#readWhole = compileRead(schema, this.columns, this.codes);
    this.#wholeBytes = compileBytes(this.columns, this.codes, this.bitmapBytes);
  }

  /** Bytes at most that `writeWhole` takes. */
  wholeBytes(values: RowValues): number {
    return this.#wholeBytes(values);
  }

  writeWhole(target: RecordBytes, values: RowValues): void {
    this.#writeWhole(target, values);
  }

  /** The values by ordinal; `undefined` at `_slot` and `_lsn`. */
  readWhole(reader: RecordReader): RowValues {
    return this.#readWhole(reader);
  }
}

type WriteWhole = (target: RecordBytes, values: RowValues) => void;
type WholeBytes = (values: RowValues) => number;
type ReadWhole = (reader: RecordReader) => RowValues;
type Compiled<F> = (codes: readonly ValueCode[]) => F;

function compileWhole(columns: readonly ColumnSchema[], codes: readonly ValueCode[]): WriteWhole {
  const bitmap: string[] = [];
  for (let first = 0; first < columns.length; first += 8) {
    const bits = columns
      .slice(first, first + 8)
      .map(({ ordinal }, bit) => `(values[${ordinal}] === undefined ? 0 : ${1 << bit})`);
    bitmap.push(`target.u8(${bits.join(' | ')});`);
  }
  const writes = columns.map(
    ({ ordinal }, place) => `if (values[${ordinal}] !== undefined) write${place}(target, values[${ordinal}]);`,
  );
  const captured = codes.map((_, place) => `write${place} = codes[${place}].write`);
  const body = `'use strict';\nconst ${captured.join(', ')};\nreturn function whole(target, values) {\n${[...bitmap, ...writes].join('\n')}\n};`;
  // oxlint-disable-next-line no-implied-eval, no-new-func -- as the row code: generated from numbers only
  const make = new Function('codes', body) as Compiled<WriteWhole>;
  return make(codes);
}

function compileRead(schema: TypeSchema, columns: readonly ColumnSchema[], codes: readonly ValueCode[]): ReadWhole {
  const bytes = Array.from({ length: Math.ceil(columns.length / 8) }, (_, at) => `const bits${at} = reader.u8();`);
  const used = columns.length % 8;
  const rest = used === 0 ? '' : `if (bits${bytes.length - 1} >>> ${used} !== 0) tooMany();`;
  // Elements of an array are made one after another, so that reads happen in the order of the columns.
  const values = schema.columns.map((column) => {
    const place = columns.indexOf(column);
    return place < 0
      ? 'undefined'
      : `(bits${place >>> 3} & ${1 << (place & 7)}) === 0 ? undefined : read${place}(reader)`;
  });
  const captured = codes.map((_, place) => `read${place} = codes[${place}].read`);
  const body = `'use strict';\nconst ${captured.join(', ')};\nreturn function read(reader) {\n${bytes.join('\n')}\n${rest}\nreturn [${values.join(',\n')}];\n};`;
  // oxlint-disable-next-line no-implied-eval, no-new-func -- as above
  const make = new Function('codes', 'tooMany', body) as (
    codes: readonly ValueCode[],
    tooMany: () => never,
  ) => ReadWhole;
  return make(codes, tooMany);
}

function compileBytes(columns: readonly ColumnSchema[], codes: readonly ValueCode[], bitmapBytes: number): WholeBytes {
  const fixedBytes = codes.reduce((sum, code) => sum + code.fixedBytes, bitmapBytes);
  const varying = columns.flatMap(({ ordinal }, place) =>
    codes[place].extraBytes === undefined ? [] : [{ ordinal, place }],
  );
  const captured = varying.map(({ place }) => `bytes${place} = codes[${place}].extraBytes`);
  const terms = varying.map(
    ({ ordinal, place }) => ` + (values[${ordinal}] === undefined ? 0 : bytes${place}(values[${ordinal}]))`,
  );
  const head = captured.length === 0 ? '' : `const ${captured.join(', ')};\n`;
  const body = `'use strict';\n${head}return function bytes(values) {\nreturn ${fixedBytes}${terms.join('')};\n};`;
  // oxlint-disable-next-line no-implied-eval, no-new-func -- as above
  const make = new Function('codes', body) as Compiled<WholeBytes>;
  return make(codes);
}
