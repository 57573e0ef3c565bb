import {
  checkerOf,
  isVisible,
  type KeyCode,
  type ColumnSchema,
  type Key,
  type RowValues,
  type TypeSchema,
} from '@weft/data';
import { PartImage, type RecordReader } from '@weft/log';
import {
  compileRead,
  compileReadValues,
  compileWrite,
  type ReadRow,
  type ReadValues,
  type WriteRow,
} from './form-code.ts';
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
  readonly #image: PartImage;
  readonly #writeInput: WriteRow<RowValues>;
  readonly #readInput: ReadValues;
  readonly #readInputRow: ReadRow;

  constructor(schema: TypeSchema) {
    this.schema = schema;
    this.#image = new PartImage(schema);
    this.keyCode = this.#image.keyCode;
    const visible = schema.columns.filter(isVisible);
    this.whole = new ColumnsForm(visible);
    const input = visible.filter(({ role }) => role !== 'version');
    const checks = input.map((column) => checkerOf(column, schema.name));
    this.#writeInput = compileWrite(input, ({ ordinal }) => `row[${ordinal}]`);
    this.#readInput = compileReadValues(input, checks, { type: schema.name, width: schema.columns.length });
    this.#readInputRow = compileRead(input);
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
    this.#writeInput(frame, values);
  }

  /**
   * Fills in values by ordinal, checked as if a caller had given them; what the server keeps is left undefined. Throws what the checks of the declaration
   * throw, ProtocolFault and DamagedRecord.
   */
  readInput(reader: RecordReader, values: RowValues): void {
    this.#readInput(reader, values);
  }

  /** A row as a caller gives it, to be checked as such. */
  readInputRow(reader: RecordReader): object {
    return this.#readInputRow(reader);
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

/** Rows of some columns, as objects. */
export class ColumnsForm {
  readonly #write: WriteRow<object>;
  readonly #read: ReadRow;

  constructor(columns: readonly ColumnSchema[]) {
    this.#write = compileWrite(columns, ({ name }) => `row[${JSON.stringify(name)}]`);
    this.#read = compileRead(columns);
  }

  write(frame: FrameWriter, row: object): void {
    this.#write(frame, row);
  }

  read(reader: RecordReader): object {
    return this.#read(reader);
  }
}
