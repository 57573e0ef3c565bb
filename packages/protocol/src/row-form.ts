import {
  checkerOf,
  isVisible,
  type KeyCode,
  type Checker,
  type ColumnSchema,
  type Key,
  type RowValues,
  type TypeSchema,
} from '@weft/data';
import { valueCodeOf, RowImage, type RecordReader, type ValueCode } from '@weft/log';
import type { FrameWriter } from './frame.ts';
import { ProtocolFault } from './protocol-fault.ts';

/**
 * How rows of one declaration stand in frames: a bit for each column, whether it has a value, the first in the least bit of the first byte; then the values
 * that there are, as in records of the log (`docs/log.md`).
 *
 * *Input*, what is written: the declared columns without the version, which the server keeps. *Row*, what is read: with it, or those that were asked for.
 */
export class RowForm {
  readonly schema: TypeSchema;
  readonly keyCode: KeyCode;
  /** Rows whole. */
  readonly whole: ColumnsForm;
  readonly #image: RowImage;
  readonly #input: readonly InputColumn[];
  readonly #inputBytes: number;

  constructor(schema: TypeSchema) {
    this.schema = schema;
    this.#image = new RowImage(schema);
    this.keyCode = this.#image.keyCode;
    const visible = schema.columns.filter(isVisible);
    this.whole = new ColumnsForm(visible);
    this.#input = visible
      .filter(({ role }) => role !== 'version')
      .map((column) => ({ column, code: valueCodeOf(column.kind), check: checkerOf(column, schema.name) }));
    this.#inputBytes = this.#input.reduce((sum, { code }) => sum + code.fixedBytes, Math.ceil(this.#input.length / 8));
  }

  /** The form of rows of some columns, in this order. Throws ProtocolFault for a column that there is not. */
  select(names: readonly string[]): ColumnsForm {
    const columns = names.map((name) =>
      this.schema.columns.find((column) => column.name === name && isVisible(column)),
    );
    const unknown = columns.indexOf(undefined);
    if (unknown >= 0) throw new ProtocolFault(`${this.schema.name} has no column ${names[unknown]}`);
    return new ColumnsForm(columns as ColumnSchema[]);
  }

  /** Values by ordinal that were checked. */
  writeInput(frame: FrameWriter, values: RowValues): void {
    let bytes = this.#inputBytes;
    const input = this.#input;
    for (let i = 0; i < input.length; i++) {
      const { column, code } = input[i]!;
      const value = values[column.ordinal];
      if (value !== undefined && code.extraBytes !== undefined) bytes += code.extraBytes(value);
    }
    const target = frame.room(bytes);
    const bits = target.at;
    target.at += Math.ceil(input.length / 8);
    target.bytes.fill(0, bits, target.at);
    for (let i = 0; i < input.length; i++) {
      const { column, code } = input[i]!;
      const value = values[column.ordinal];
      if (value === undefined) continue;
      target.bytes[bits + (i >>> 3)]! |= 1 << (i & 7);
      code.write(target, value);
    }
  }

  /**
   * Fills in values by ordinal, checked as if a caller had given them; what the server keeps is left undefined. Throws what the checks of the declaration
   * throw, ProtocolFault and DamagedRecord.
   */
  readInput(reader: RecordReader, values: RowValues): void {
    values.fill(undefined);
    const input = this.#input;
    const bits = readBits(reader, input.length);
    for (let i = 0; i < input.length; i++) {
      const { column, code, check } = input[i]!;
      if (isSet(bits, i)) values[column.ordinal] = check(code.read(reader));
      else if (!column.optional && column.role === 'data')
        throw new ProtocolFault(`a row of ${this.schema.name} has no ${column.name}`);
    }
  }

  /** A row as a caller gives it, to be checked as such. */
  readInputRow(reader: RecordReader): object {
    const input = this.#input;
    const bits = readBits(reader, input.length);
    const row: Record<string, unknown> = {};
    for (let i = 0; i < input.length; i++) if (isSet(bits, i)) row[input[i]!.column.name] = input[i]!.code.read(reader);
    return row;
  }

  writeKey(frame: FrameWriter, key: Key): void {
    this.#image.writeKey(frame.room(this.#image.keyBytes(key)), key);
  }

  /** The key as a caller gives it, to be checked as such. */
  readKey(reader: RecordReader): unknown {
    return this.keyCode.shown(this.#image.readKey(reader));
  }

  writeChanges(frame: FrameWriter, ordinals: readonly number[], values: readonly unknown[]): void {
    this.#image.writeChanges(frame.room(this.#image.changesBytes(ordinals, values)), ordinals, values);
  }

  /** The patch as a caller gives it, to be checked as such. */
  readChanges(reader: RecordReader): object {
    const { ordinals, values } = this.#image.readChanges(reader);
    return Object.fromEntries(
      ordinals.map((ordinal, i) => [this.schema.columns[ordinal]!.name, values[i] === undefined ? null : values[i]]),
    );
  }
}

interface InputColumn {
  readonly column: ColumnSchema;
  readonly code: ValueCode;
  readonly check: Checker;
}

/** Rows of some columns, as objects. */
export class ColumnsForm {
  readonly #names: readonly string[];
  readonly #codes: readonly ValueCode[];
  readonly #fixedBytes: number;

  constructor(columns: readonly ColumnSchema[]) {
    this.#names = columns.map(({ name }) => name);
    this.#codes = columns.map(({ kind }) => valueCodeOf(kind));
    this.#fixedBytes = this.#codes.reduce((sum, code) => sum + code.fixedBytes, Math.ceil(columns.length / 8));
  }

  write(frame: FrameWriter, row: object): void {
    const names = this.#names;
    const codes = this.#codes;
    let bytes = this.#fixedBytes;
    for (let i = 0; i < names.length; i++) {
      const value = (row as Record<string, unknown>)[names[i]!];
      if (value !== undefined) bytes += codes[i]!.extraBytes?.(value) ?? 0;
    }
    const target = frame.room(bytes);
    const bits = target.at;
    target.at += Math.ceil(names.length / 8);
    target.bytes.fill(0, bits, target.at);
    for (let i = 0; i < names.length; i++) {
      const value = (row as Record<string, unknown>)[names[i]!];
      if (value === undefined) continue;
      target.bytes[bits + (i >>> 3)]! |= 1 << (i & 7);
      codes[i]!.write(target, value);
    }
  }

  read(reader: RecordReader): object {
    const names = this.#names;
    const bits = readBits(reader, names.length);
    const row: Record<string, unknown> = {};
    for (let i = 0; i < names.length; i++) row[names[i]!] = isSet(bits, i) ? this.#codes[i]!.read(reader) : undefined;
    return row;
  }
}

function readBits(reader: RecordReader, count: number): Uint8Array {
  return reader.raw(Math.ceil(count / 8));
}

function isSet(bits: Uint8Array, at: number): boolean {
  return (bits[at >>> 3]! & (1 << (at & 7))) !== 0;
}
