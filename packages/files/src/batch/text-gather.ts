import type { BatchColumn, ColumnSchema } from '@weft/data';
import { textReader, type TextReader } from '../value/text-value.ts';
import { NONE as NO_CELL, type CellReading, type CellRun } from './cell-run.ts';
import { fieldText } from './field-text.ts';
import { GATHER_ROWS, putEach, putOne, type Gather } from './gather.ts';

/** Position of what a row without a value has. */
const NONE = 0;

/**
 * Values that are made from text and often repeat: strings, enums, uuids, dates, decimals. Each distinct text of a batch is
 * decoded and checked once; a row has the position of its value.
 *
 * Texts are found by their bytes, without decoding them: an open hash table over the bytes that stand in the batch. Texts that
 * do not stand there as they are (a doubled quote) and values that never were text are found by a map.
 */
export class TextGather implements Gather {
  readonly column: ColumnSchema;
  readonly #read: TextReader;
  #codes = new Uint32Array(GATHER_ROWS);
  #values: unknown[] = [undefined];
  /** Code by hash, 0 for a free place. */
  #table = new Int32Array(2 * GATHER_ROWS);
  /** Of the codes that were found by bytes. */
  #hashes = new Int32Array(GATHER_ROWS);
  #starts = new Int32Array(GATHER_ROWS);
  #ends = new Int32Array(GATHER_ROWS);
  #hashed = 0;
  #others = new Map<unknown, number>();
  /** Cells that rows share, and the codes of those that were put. */
  #indexed: { readonly cells: ArrayLike<unknown>; readonly codes: Uint32Array } | undefined;

  constructor(column: ColumnSchema, typeName: string) {
    this.column = column;
    this.#read = textReader(column.kind, `${typeName}.${column.name}`);
  }

  putBytes(row: number, bytes: Buffer, start: number, end: number): void {
    if (row >= this.#codes.length) this.#grow(row);
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    hash ^= hash >>> 15;
    const mask = this.#table.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const code = this.#table[place]!;
      if (code === 0) {
        this.#codes[row] = this.#addBytes(hash, bytes, start, end);
        return;
      }
      if (this.#hashes[code] === hash && this.#isAt(code, bytes, start, end)) {
        this.#codes[row] = code;
        return;
      }
    }
  }

  putText(row: number, text: string): void {
    this.#putOther(row, text, () => this.#read(text));
  }

  putValue(row: number, value: unknown): void {
    this.#putOther(row, value, () => value);
  }

  /** Cells that are equal make equal values. */
  putCell(row: number, cell: unknown, read: (cell: unknown) => unknown): void {
    if (row >= this.#codes.length) this.#grow(row);
    this.#codes[row] = this.#others.get(cell) ?? this.#addOther(cell, read(cell));
  }

  putRun(run: CellRun, reading: CellReading): boolean {
    const { indices, cells } = run;
    if (indices === undefined) return putEach(this, run, reading);
    if (this.#indexed?.cells !== cells) this.#indexed = { cells, codes: new Uint32Array(cells.length) };
    return this.#putIndices(run, indices, this.#indexed.codes, reading);
  }

  putNone(row: number): void {
    if (row >= this.#codes.length) this.#grow(row);
    this.#codes[row] = NONE;
  }

  take(_rows: number): BatchColumn {
    const column = { ordinal: this.column.ordinal, data: this.#codes, values: this.#values };
    this.#codes = new Uint32Array(GATHER_ROWS);
    this.#values = [undefined];
    if (this.#hashed > 0) this.#table.fill(0);
    this.#hashed = 0;
    this.#others.clear();
    this.#indexed = undefined;
    return column;
  }

  /** A cell is looked up for its first row alone. */
  #putIndices({ row, count, cells }: CellRun, indices: Int32Array, known: Uint32Array, reading: CellReading): boolean {
    if (row + count > this.#codes.length) this.#grow(row + count - 1);
    const codes = this.#codes;
    for (let i = 0; i < count; i++) {
      const index = indices[i]!;
      if (index === NO_CELL) {
        if (!reading.mayLack) return false;
        codes[row + i] = NONE;
        continue;
      }
      if (known[index] === 0) {
        if (!putOne(this, row + i, cells[index], reading)) return false;
        known[index] = codes[row + i]!;
      } else codes[row + i] = known[index]!;
    }
    return true;
  }

  #putOther(row: number, key: unknown, make: () => unknown): void {
    if (row >= this.#codes.length) this.#grow(row);
    this.#codes[row] = this.#others.get(key) ?? this.#addOther(key, make());
  }

  #addOther(key: unknown, value: unknown): number {
    const code = this.#values.length;
    this.#values.push(value);
    this.#others.set(key, code);
    return code;
  }

  #addBytes(hash: number, bytes: Buffer, start: number, end: number): number {
    // Reading may refuse the text; the table must not know it then.
    const value = this.#read(fieldText(bytes, start, end));
    const code = this.#values.length;
    this.#values.push(value);
    if (code >= this.#hashes.length) this.#widen(code);
    this.#hashes[code] = hash;
    this.#starts[code] = start;
    this.#ends[code] = end;
    if (++this.#hashed * 2 > this.#table.length) this.#rehash();
    this.#enter(code, hash);
    return code;
  }

  #enter(code: number, hash: number): void {
    const mask = this.#table.length - 1;
    let place = hash & mask;
    while (this.#table[place] !== 0) place = (place + 1) & mask;
    this.#table[place] = code;
  }

  #rehash(): void {
    const old = this.#table;
    this.#table = new Int32Array(old.length * 2);
    for (const code of old) if (code !== 0) this.#enter(code, this.#hashes[code]!);
  }

  #isAt(code: number, bytes: Buffer, start: number, end: number): boolean {
    const from = this.#starts[code]!;
    if (this.#ends[code]! - from !== end - start) return false;
    for (let i = 0; i < end - start; i++) if (bytes[from + i] !== bytes[start + i]) return false;
    return true;
  }

  #grow(row: number): void {
    const wider = new Uint32Array(Math.max(row + 1, this.#codes.length * 2));
    wider.set(this.#codes);
    this.#codes = wider;
  }

  #widen(code: number): void {
    const length = Math.max(code + 1, this.#hashes.length * 2);
    this.#hashes = widened(this.#hashes, length);
    this.#starts = widened(this.#starts, length);
    this.#ends = widened(this.#ends, length);
  }
}

function widened(old: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(length);
  wider.set(old);
  return wider;
}
