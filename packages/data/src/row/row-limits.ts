import { utf8Length, WeftError } from '@weft/base';
import type { Column } from '../column/column.ts';
import { KEY_BYTES_MAX, ROW_BYTES_MAX, VALUE_BYTES_MAX } from '../kind/limits.ts';
import type { ColumnSchema, TypeSchema } from '../type/schema.ts';
import { arrayBytes } from '../value/array-codec.ts';
import type { Key, KeyCode } from './key-code.ts';

/** Bytes of UTF-8 per code unit at most. */
const BYTES_PER_UNIT = 3;
/** Longer texts are measured: room for three times their bytes might be hard to find. */
const UNITS_BOUNDED_MAX = 1024;

/** The bounds on one row as a whole; those on single values are kept by their checkers. */
export class RowLimits {
  readonly #schema: TypeSchema;
  readonly #keyCode: KeyCode;
  readonly #long: readonly ColumnSchema[];
  readonly #longKeys: readonly ColumnSchema[];

  constructor(schema: TypeSchema, keyCode: KeyCode) {
    this.#schema = schema;
    this.#keyCode = keyCode;
    this.#long = schema.columns.filter(isLong);
    this.#longKeys = keyCode.columns.filter(isLong);
  }

  /** Bytes at most that the row's long values take in the heap. Throws KEY_TOO_LARGE, ROW_TOO_LARGE. */
  check(values: readonly unknown[]): number {
    if (bound(this.#longKeys, values) > KEY_BYTES_MAX) this.#checkKey(values);
    const bytes = bound(this.#long, values);
    return bytes > ROW_BYTES_MAX ? this.#checkRow(values) : bytes;
  }

  /** The same for a patch of a row. */
  checkPatch(columns: readonly Column[], row: number, ordinals: readonly number[], values: readonly unknown[]): number {
    let bytes = 0;
    let held = 0;
    for (let i = 0; i < ordinals.length; i++) {
      const column = this.#schema.columns[ordinals[i]];
      if (!isLong(column)) continue;
      held += columns[ordinals[i]].heldBytes(row);
      if (values[i] !== undefined) bytes += bytesOf(column, values[i]);
    }
    // A row that does not grow stays within the bound.
    if (bytes > held) this.#checkPatched(columns, row, ordinals, bytes);
    return bytes;
  }

  #checkPatched(columns: readonly Column[], row: number, ordinals: readonly number[], patchBytes: number): void {
    if (this.#long.length * VALUE_BYTES_MAX <= ROW_BYTES_MAX) return;
    let bytes = patchBytes;
    for (const { ordinal } of this.#long) if (!ordinals.includes(ordinal)) bytes += columns[ordinal].heldBytes(row);
    if (bytes <= ROW_BYTES_MAX) return;
    const key = this.#keyCode.columns.map(({ ordinal }) => columns[ordinal].get(row));
    throw this.#rowTooLarge(bytes, key.length === 1 ? key[0] : key);
  }

  #checkKey(values: readonly unknown[]): void {
    const bytes = exact(this.#longKeys, values);
    if (bytes <= KEY_BYTES_MAX) return;
    throw new WeftError(
      'KEY_TOO_LARGE',
      `${this.#schema.name}: the key has ${bytes} bytes; KEY_BYTES_MAX is ${KEY_BYTES_MAX}.`,
      {
        details: { type: this.#schema.name, bytes, bytesMax: KEY_BYTES_MAX },
      },
    );
  }

  #checkRow(values: readonly unknown[]): number {
    const bytes = exact(this.#long, values);
    if (bytes <= ROW_BYTES_MAX) return bytes;
    throw this.#rowTooLarge(bytes, this.#keyCode.of(values));
  }

  #rowTooLarge(bytes: number, key: Key): WeftError {
    const described = this.#keyCode.describe(key);
    return new WeftError(
      'ROW_TOO_LARGE',
      `${this.#schema.name} with ${described}: the row has ${bytes} bytes; ROW_BYTES_MAX is ${ROW_BYTES_MAX}.`,
      {
        details: { type: this.#schema.name, bytes, bytesMax: ROW_BYTES_MAX },
      },
    );
  }
}

function isLong({ kind }: ColumnSchema): boolean {
  return kind.name === 'string' || kind.name === 'bytes' || kind.name === 'json' || kind.name === 'array';
}

function bound(columns: readonly ColumnSchema[], values: readonly unknown[]): number {
  let bytes = 0;
  for (let i = 0; i < columns.length; i++) {
    const value = values[columns[i].ordinal];
    if (typeof value === 'string' && columns[i].kind.name === 'string')
      bytes += value.length > UNITS_BOUNDED_MAX ? utf8Length(value) : value.length * BYTES_PER_UNIT;
    else if (value !== undefined) bytes += bytesOf(columns[i], value);
  }
  return bytes;
}

function exact(columns: readonly ColumnSchema[], values: readonly unknown[]): number {
  return columns.reduce((bytes, column) => bytes + bytesOf(column, values[column.ordinal]), 0);
}

/** Bytes of a value that may be long, as its column stores it; 0 for kinds that fit their cells. */
export function longBytesOf(column: ColumnSchema, value: unknown): number {
  return isLong(column) ? bytesOf(column, value) : 0;
}

function bytesOf({ kind }: ColumnSchema, value: unknown): number {
  if (value === undefined) return 0;
  if (kind.name === 'string') return utf8Length(value as string);
  if (kind.name === 'bytes') return (value as Uint8Array).length;
  if (kind.name === 'array') return arrayBytes(kind.element, value as readonly unknown[]);
  return utf8Length(JSON.stringify(value));
}
