/**
 * The code between rows and frames, generated for each declaration, as that between rows and columns is (`data/src/row/row-code.ts`): straight-line, with a call
 * site for each column, and one hidden class for all rows that are read. Of a declaration nothing enters the text but names of columns, quoted.
 */
import type { Checker, ColumnSchema, RowValues } from '@weft/data';
import { valueCodeOf, type RecordReader, type ValueCode } from '@weft/log';
import type { FrameWriter } from './frame.ts';
import { ProtocolFault } from './protocol-fault.ts';

export type WriteRow<R> = (frame: FrameWriter, row: R) => void;
export type ReadRow = (reader: RecordReader) => object;
/** Fills in values by ordinal, each of them: those that are not read are undefined then. */
export type ReadValues = (reader: RecordReader, values: RowValues) => void;

/** Writes what `valueOf` names of each column, an expression of `row`. */
export function compileWrite<R>(
  columns: readonly ColumnSchema[],
  valueOf: (column: ColumnSchema) => string,
): WriteRow<R> {
  const codes = codesOf(columns);
  const fixedBytes = codes.reduce((sum, code) => sum + code.fixedBytes, bitmapBytes(columns));
  const varying = codes.flatMap((code, i) =>
    code.extraBytes === undefined ? [] : ` + (v${i} === undefined ? 0 : bytes${i}(v${i}))`,
  );
  const bits = Array.from({ length: bitmapBytes(columns) }, (_, byte) => `target.u8(${bitsOf(columns, byte)});`);
  const body = [
    ...columns.map((column, i) => `const v${i} = ${valueOf(column)};`),
    `const target = frame.room(${fixedBytes}${varying.join('')});`,
    ...bits,
    ...columns.map((_, i) => `if (v${i} !== undefined) write${i}(target, v${i});`),
  ];
  const captured = codes.flatMap((code, i) => [
    `write${i} = codes[${i}].write`,
    ...(code.extraBytes === undefined ? [] : [`bytes${i} = codes[${i}].extraBytes`]),
  ]);
  return make<WriteRow<R>>({ codes }, captured, 'frame, row', body);
}

/** Reads rows as objects; a column without a value is a property that is undefined. */
export function compileRead(columns: readonly ColumnSchema[]): ReadRow {
  const codes = codesOf(columns);
  // Properties of an object are made one after another, so that reads happen in the order of the columns.
  const properties = columns.map(
    ({ name }, i) => `${JSON.stringify(name)}: ${isSet(i)} ? read${i}(reader) : undefined`,
  );
  const body = [...readBits(columns), `return { ${properties.join(', ')} };`];
  return make<ReadRow>(
    { codes },
    codes.map((_, i) => `read${i} = codes[${i}].read`),
    'reader',
    body,
  );
}

/** Reads values that are checked; of `width` ordinals, those that are none of the columns become undefined. `type`: for messages. */
export function compileReadValues(
  columns: readonly ColumnSchema[],
  checks: readonly Checker[],
  { type, width }: { readonly type: string; readonly width: number },
): ReadValues {
  const codes = codesOf(columns);
  const missing = columns.map(({ name }) => (): never => {
    throw new ProtocolFault(`a row of ${type} has no ${name}`);
  });
  const isNeeded = ({ optional, role }: ColumnSchema): boolean => !optional && role === 'data';
  const others = Array.from({ length: width }, (_, at) => at).filter(
    (at) => !columns.some(({ ordinal }) => ordinal === at),
  );
  const body = [
    ...readBits(columns),
    ...columns.map(
      (column, i) =>
        `values[${column.ordinal}] = ${isSet(i)} ? check${i}(read${i}(reader)) : ${isNeeded(column) ? `missing[${i}]()` : 'undefined'};`,
    ),
    ...others.map((at) => `values[${at}] = undefined;`),
  ];
  const captured = columns.flatMap((_, i) => [`read${i} = codes[${i}].read`, `check${i} = checks[${i}]`]);
  return make<ReadValues>({ codes, checks, missing }, captured, 'reader, values', body);
}

function codesOf(columns: readonly ColumnSchema[]): readonly ValueCode[] {
  return columns.map(({ kind }) => valueCodeOf(kind));
}

function bitmapBytes(columns: readonly ColumnSchema[]): number {
  return Math.ceil(columns.length / 8);
}

function bitsOf(columns: readonly ColumnSchema[], byte: number): string {
  const here = columns.slice(8 * byte, 8 * byte + 8);
  return here.map((_, bit) => `(v${8 * byte + bit} === undefined ? 0 : ${1 << bit})`).join(' | ');
}

function readBits(columns: readonly ColumnSchema[]): string[] {
  return Array.from({ length: bitmapBytes(columns) }, (_, byte) => `const bits${byte} = reader.u8();`);
}

function isSet(i: number): string {
  return `(bits${i >>> 3} & ${1 << (i & 7)}) !== 0`;
}

function make<F>(
  parts: Readonly<Record<string, readonly unknown[]>>,
  captured: readonly string[],
  parameters: string,
  body: readonly string[],
): F {
  const constants = captured.length === 0 ? '' : `const ${captured.join(', ')};\n`;
  const text = `'use strict';\n${constants}return function (${parameters}) {\n${body.join('\n')}\n};`;
  // oxlint-disable-next-line no-implied-eval, no-new-func -- as the row code: generated from declared names only
  const made = new Function(...Object.keys(parts), text) as (...parts: readonly unknown[]) => F;
  return made(...Object.values(parts));
}
