import type { BatchColumn, ColumnSchema } from '@weft/data';
import { millisOfBytes } from '../value/instant.ts';
import { textReader, type TextReader } from '../value/text-value.ts';
import { NONE, type CellReading, type CellRun } from './cell-run.ts';
import { fieldText } from './field-text.ts';
import { GATHER_ROWS, Presence, putEach, putOne, type Gather } from './gather.ts';

type Cells = Int32Array | Float64Array | BigInt64Array;

/** High halves of the integers that doubles hold exactly, 2^53 of either sign, are below it. */
const HIGH_EXACT = 2 ** 21;

/** Numbers in a typed array. A subclass reads the common form from bytes; all others go by text. */
abstract class NumberGather<C extends Cells> implements Gather {
  readonly column: ColumnSchema;
  protected cells: C;
  readonly #make: (length: number) => C;
  readonly #read: TextReader;
  readonly #presence = new Presence();
  /** Cells that rows share, and the numbers of those that were put. */
  #indexed: { readonly cells: ArrayLike<unknown>; readonly numbers: C; readonly known: Uint8Array } | undefined;

  constructor(column: ColumnSchema, typeName: string, make: (length: number) => C) {
    this.column = column;
    this.#make = make;
    this.#read = textReader(column.kind, `${typeName}.${column.name}`);
    this.cells = make(GATHER_ROWS);
  }

  /** Puts the value where the bytes have the common form. */
  protected abstract putQuickly(row: number, bytes: Buffer, start: number, end: number): boolean;
  protected abstract cellOf(value: unknown): C[number];

  putBytes(row: number, bytes: Buffer, start: number, end: number): void {
    if (row >= this.cells.length) this.#grow(row);
    if (this.putQuickly(row, bytes, start, end)) this.#presence.put(row);
    else this.putText(row, fieldText(bytes, start, end));
  }

  putText(row: number, text: string): void {
    this.putValue(row, this.#read(text));
  }

  putValue(row: number, value: unknown): void {
    if (row >= this.cells.length) this.#grow(row);
    this.cells[row] = this.cellOf(value) as never;
    this.#presence.put(row);
  }

  putCell(row: number, cell: unknown, read: (cell: unknown) => unknown): void {
    this.putValue(row, read(cell));
  }

  putRun(run: CellRun, reading: CellReading): boolean {
    const { row, count, cells, indices } = run;
    if (row + count > this.cells.length) this.#grow(row + count - 1);
    if (indices !== undefined) return this.#putIndices(run, indices, reading);
    if (reading.isSame && cells instanceof BigInt64Array && this.cells instanceof BigInt64Array) {
      this.cells.set(cells, row);
      return true;
    }
    const { quick } = reading;
    if (quick === undefined) return putEach(this, run, reading);
    if (cells instanceof BigInt64Array) return this.#putHalves(row, cells, quick, reading);
    for (let i = 0; i < count; i++) if (!this.#putQuick(row + i, cells[i], reading)) return false;
    return true;
  }

  putNone(row: number): void {
    if (row >= this.cells.length) this.#grow(row);
    this.#presence.miss(row);
  }

  take(_rows: number): BatchColumn {
    const data = this.cells as ArrayLike<unknown>;
    const present = this.#presence.take();
    this.cells = this.#make(GATHER_ROWS);
    return { ordinal: this.column.ordinal, data, present };
  }

  /** Rows that share cells: a cell becomes a number once. */
  #putIndices({ row, count, cells }: CellRun, indices: Int32Array, reading: CellReading): boolean {
    if (this.#indexed?.cells !== cells)
      this.#indexed = { cells, numbers: this.#make(cells.length), known: new Uint8Array(cells.length) };
    const { numbers, known } = this.#indexed;
    const target = this.cells;
    for (let i = 0; i < count; i++) {
      const index = indices[i]!;
      if (index === NONE) {
        if (!reading.mayLack) return false;
        this.#presence.miss(row + i);
        continue;
      }
      if (known[index] === 0) {
        if (!this.#putQuick(row + i, cells[index], reading)) return false;
        numbers[index] = target[row + i]!;
        known[index] = 1;
      } else target[row + i] = numbers[index]!;
    }
    return true;
  }

  /** 64-bit integers as two halves, so that no bigint is made of those that a double holds. */
  #putHalves(row: number, cells: BigInt64Array, quick: (cell: unknown) => number, reading: CellReading): boolean {
    const halves = new Int32Array(cells.buffer, cells.byteOffset, 2 * cells.length);
    const target = this.cells;
    for (let i = 0; i < cells.length; i++) {
      const high = halves[2 * i + 1]!;
      const isExact = high < HIGH_EXACT && high >= -HIGH_EXACT;
      const value = isExact ? quick(high * 2 ** 32 + (halves[2 * i]! >>> 0)) : NaN;
      if (value === value) target[row + i] = value as never;
      else if (!this.#putQuick(row + i, cells[i], reading)) return false;
    }
    return true;
  }

  #putQuick(row: number, cell: unknown, reading: CellReading): boolean {
    const value = reading.quick === undefined ? NaN : reading.quick(cell);
    // NaN alone differs from itself.
    if (value !== value) return putOne(this, row, cell, reading);
    this.cells[row] = value as never;
    return true;
  }

  #grow(row: number): void {
    const wider = this.#make(Math.max(row + 1, this.cells.length * 2));
    wider.set(this.cells as never);
    this.cells = wider;
  }
}

/** Digits that fit a double without rounding. */
const DIGITS_EXACT = 15;

/** The integer of plain digits with a sign, or NaN. */
function integerOf(bytes: Buffer, start: number, end: number): number {
  const isNegative = bytes[start] === 45;
  let at = isNegative ? start + 1 : start;
  if (at === end || end - at > DIGITS_EXACT) return NaN;
  let value = 0;
  for (; at < end; at++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return isNegative ? 0 - value : value;
}

/** Powers of ten that are exact doubles, as far as DIGITS_EXACT asks for them. */
const POWERS = Array.from({ length: DIGITS_EXACT + 1 }, (_, exponent) => Number(`1e${exponent}`));
const POINT = 46;

/** The number of plain digits with a sign and a point, or NaN: one division of exact doubles, so it is rounded as text would be. */
function plainNumberOf(bytes: Buffer, start: number, end: number): number {
  const isNegative = bytes[start] === 45;
  const from = isNegative ? start + 1 : start;
  // As many digits, and a point.
  if (from === end || end - from > DIGITS_EXACT + 1) return NaN;
  let value = 0;
  let point = -1;
  for (let at = from; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === POINT && point < 0 && at > from) point = at;
    else if (byte >= 48 && byte <= 57) value = value * 10 + byte - 48;
    else return NaN;
  }
  if (point < 0 && end - from > DIGITS_EXACT) return NaN;
  const number = point < 0 ? value : value / POWERS[end - point - 1]!;
  return isNegative ? 0 - number : number;
}

/** int16, int32. */
export class IntGather extends NumberGather<Int32Array> {
  readonly #min: number;
  readonly #max: number;

  constructor(column: ColumnSchema, typeName: string) {
    super(column, typeName, (length) => new Int32Array(length));
    this.#max = column.kind.name === 'int16' ? 0x7fff : 0x7fff_ffff;
    this.#min = -this.#max - 1;
  }

  protected override putQuickly(row: number, bytes: Buffer, start: number, end: number): boolean {
    const value = integerOf(bytes, start, end);
    if (!(value >= this.#min && value <= this.#max)) return false;
    this.cells[row] = value;
    return true;
  }

  protected override cellOf(value: unknown): number {
    return value as number;
  }
}

/** int64, and instants as microseconds. */
export class Int64Gather extends NumberGather<BigInt64Array> {
  readonly #isInteger: boolean;

  constructor(column: ColumnSchema, typeName: string) {
    super(column, typeName, (length) => new BigInt64Array(length));
    this.#isInteger = column.kind.name === 'int64';
  }

  protected override putQuickly(row: number, bytes: Buffer, start: number, end: number): boolean {
    const value = this.#isInteger ? integerOf(bytes, start, end) : millisOfBytes(bytes, start, end) * 1000;
    if (!Number.isSafeInteger(value)) return false;
    this.cells[row] = BigInt(value);
    return true;
  }

  protected override cellOf(value: unknown): bigint {
    return value as bigint;
  }
}

/** float32, float64. */
export class FloatGather extends NumberGather<Float64Array> {
  readonly #isDouble: boolean;

  constructor(column: ColumnSchema, typeName: string) {
    super(column, typeName, (length) => new Float64Array(length));
    this.#isDouble = column.kind.name === 'float64';
  }

  protected override putQuickly(row: number, bytes: Buffer, start: number, end: number): boolean {
    const value = this.#isDouble ? plainNumberOf(bytes, start, end) : NaN;
    if (Number.isNaN(value)) return false;
    this.cells[row] = value;
    return true;
  }

  protected override cellOf(value: unknown): number {
    return value as number;
  }
}

/** Instants as milliseconds, which become a `Date` where they are stored. */
export class MillisGather extends NumberGather<Float64Array> {
  constructor(column: ColumnSchema, typeName: string) {
    super(column, typeName, (length) => new Float64Array(length));
  }

  protected override putQuickly(row: number, bytes: Buffer, start: number, end: number): boolean {
    const millis = millisOfBytes(bytes, start, end);
    if (Number.isNaN(millis)) return false;
    this.cells[row] = millis;
    return true;
  }

  protected override cellOf(value: unknown): number {
    return (value as Date).getTime();
  }

  override take(rows: number): BatchColumn {
    return { ...super.take(rows), as: 'millis' };
  }
}
