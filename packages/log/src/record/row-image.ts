import { KeyCode, type ColumnSchema, type RowValues, type TypeSchema } from '@weft/data';
import type { RecordBytes } from './record-bytes.ts';
import { DamagedRecord, type RecordReader } from './record-reader.ts';
import { valueCodeOf, type ValueCode } from './value-code.ts';

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
export class RowImage {
  readonly schema: TypeSchema;
  /** Columns of an image, by place. */
  readonly columns: readonly ColumnSchema[];
  readonly keyCode: KeyCode;
  readonly #bitmapBytes: number;
  readonly #codes: readonly ValueCode[];
  readonly #keyCodes: readonly ValueCode[];
  readonly #placeOf: readonly number[];
  readonly #keyFixedBytes: number;
  readonly #writeWhole: WriteWhole;
  readonly #wholeBytes: WholeBytes;
  readonly #readWhole: ReadWhole;

  constructor(schema: TypeSchema) {
    this.schema = schema;
    this.keyCode = new KeyCode(schema);
    this.columns = schema.columns.filter(({ role }) => role !== 'slot' && role !== 'lsn');
    this.#placeOf = schema.columns.map((column) => this.columns.indexOf(column));
    this.#bitmapBytes = Math.ceil(this.columns.length / 8);
    this.#codes = this.columns.map(({ kind }) => valueCodeOf(kind));
    this.#keyCodes = this.keyCode.columns.map(({ kind }) => valueCodeOf(kind));
    this.#keyFixedBytes = this.#keyCodes.reduce((sum, { fixedBytes }) => sum + fixedBytes, 0);
    this.#writeWhole = compileWhole(this.columns, this.#codes);
    this.#readWhole = compileRead(schema, this.columns, this.#codes);
    this.#wholeBytes = compileBytes(this.columns, this.#codes, this.#bitmapBytes);
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

  /** Bytes at most that `writeChanges` takes. */
  changesBytes(ordinals: readonly number[], values: readonly unknown[]): number {
    let bytes = 2 * this.#bitmapBytes;
    for (let i = 0; i < ordinals.length; i++) {
      const code = this.#codes[this.#placeOf[ordinals[i]]];
      if (values[i] !== undefined) bytes += code.fixedBytes + (code.extraBytes?.(values[i]) ?? 0);
    }
    return bytes;
  }

  /** `values` are those of the columns at `ordinals`. */
  writeChanges(target: RecordBytes, ordinals: readonly number[], values: readonly unknown[]): void {
    const { bytes } = target;
    const changed = target.at;
    const present = changed + this.#bitmapBytes;
    target.at = present + this.#bitmapBytes;
    // A loop: a call to fill some bytes takes longer.
    for (let at = changed; at < target.at; at++) bytes[at] = 0;
    let last = -1;
    let isInOrder = true;
    for (let i = 0; i < ordinals.length; i++) {
      const place = this.#placeOf[ordinals[i]];
      if (place <= last) isInOrder = false;
      last = place;
      bytes[changed + (place >>> 3)] |= 1 << (place & 7);
      if (values[i] !== undefined) bytes[present + (place >>> 3)] |= 1 << (place & 7);
    }
    if (isInOrder) {
      for (let i = 0; i < ordinals.length; i++)
        if (values[i] !== undefined) this.#codes[this.#placeOf[ordinals[i]]].write(target, values[i]);
      return;
    }
    // In the order of the columns, whatever that of the call.
    for (let place = 0; place < this.columns.length; place++) {
      const at = ordinals.indexOf(this.columns[place].ordinal);
      if (at >= 0 && values[at] !== undefined) this.#codes[place].write(target, values[at]);
    }
  }

  readChanges(reader: RecordReader): { readonly ordinals: readonly number[]; readonly values: readonly unknown[] } {
    const changed = this.#bitmap(reader);
    const present = this.#bitmap(reader);
    const ordinals: number[] = [];
    const values: unknown[] = [];
    for (let place = 0; place < this.columns.length; place++) {
      if (!isSet(changed, place)) {
        if (isSet(present, place)) throw new DamagedRecord('a column that did not change has a value');
        continue;
      }
      ordinals.push(this.columns[place].ordinal);
      values.push(isSet(present, place) ? this.#codes[place].read(reader) : undefined);
    }
    return { ordinals, values };
  }

  /** Bytes at most that `writeKey` takes. */
  keyBytes(key: unknown): number {
    let bytes = this.#keyFixedBytes;
    const parts = this.#partsOf(key);
    for (let i = 0; i < parts.length; i++) bytes += this.#keyCodes[i].extraBytes?.(parts[i]) ?? 0;
    return bytes;
  }

  writeKey(target: RecordBytes, key: unknown): void {
    const parts = this.#partsOf(key);
    for (let i = 0; i < parts.length; i++) this.#keyCodes[i].write(target, parts[i]);
  }

  /** The key as `KeyCode.of` makes it. */
  readKey(reader: RecordReader): unknown {
    const parts = this.#keyCodes.map((code) => code.read(reader));
    return parts.length === 1 ? parts[0] : parts;
  }

  #partsOf(key: unknown): readonly unknown[] {
    return this.#keyCodes.length === 1 ? [key] : (key as readonly unknown[]);
  }

  #bitmap(reader: RecordReader): Uint8Array {
    const bits = reader.raw(this.#bitmapBytes);
    const unused = this.#bitmapBytes * 8 - this.columns.length;
    if (unused > 0 && bits[this.#bitmapBytes - 1] >>> (8 - unused) !== 0) tooMany();
    return bits;
  }
}

function isSet(bits: Uint8Array, place: number): boolean {
  return (bits[place >>> 3] & (1 << (place & 7))) !== 0;
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

function tooMany(): never {
  throw new DamagedRecord('an image has more columns than its declaration');
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
