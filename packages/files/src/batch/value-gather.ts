import type { BatchColumn, ColumnSchema } from '@weft/data';
import { textReader, type TextReader } from '../value/text-value.ts';
import type { CellReading, CellRun } from './cell-run.ts';
import { fieldText } from './field-text.ts';
import { putEach, type Gather } from './gather.ts';

/** Values as they are: json, bytes and arrays, which seldom repeat. */
export class ValueGather implements Gather {
  readonly column: ColumnSchema;
  readonly #read: TextReader;
  #values: unknown[] = [];

  constructor(column: ColumnSchema, typeName: string) {
    this.column = column;
    this.#read = textReader(column.kind, `${typeName}.${column.name}`);
  }

  putBytes(row: number, bytes: Buffer, start: number, end: number): void {
    this.putText(row, fieldText(bytes, start, end));
  }

  putText(row: number, text: string): void {
    this.putValue(row, this.#read(text));
  }

  putValue(row: number, value: unknown): void {
    this.#values[row] = value;
  }

  putCell(row: number, cell: unknown, read: (cell: unknown) => unknown): void {
    this.putValue(row, read(cell));
  }

  putRun(run: CellRun, reading: CellReading): boolean {
    return putEach(this, run, reading);
  }

  putNone(row: number): void {
    this.#values[row] = undefined;
  }

  take(_rows: number): BatchColumn {
    const data = this.#values;
    this.#values = [];
    return { ordinal: this.column.ordinal, data };
  }
}
