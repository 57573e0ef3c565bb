import { WeftError } from '@weft/base';
import type { BatchColumn, ColumnSchema } from '@weft/data';
import { cellOf, type CellReading, type CellRun } from './cell-run.ts';

/**
 * Gathers the values of one column of a batch. Rows are put in order, each once; a row that turns out to be broken is put again.
 * The methods throw VALUE_INVALID, VALUE_OUT_OF_RANGE, VALUE_TOO_LARGE, RECORD_INVALID.
 */
export interface Gather {
  readonly column: ColumnSchema;
  /** The field's value, from its text between two places of the batch's bytes. */
  putBytes(row: number, bytes: Buffer, start: number, end: number): void;
  putText(row: number, text: string): void;
  /** A value in its normal form. */
  putValue(row: number, value: unknown): void;
  /** A cell of a file, and how a value is made of it where the gather does not know that itself. */
  putCell(row: number, cell: unknown, read: (cell: unknown) => unknown): void;
  /** Puts many cells. Whether all were put: where not, they are put again one by one, so that the broken ones are found. */
  putRun(run: CellRun, reading: CellReading): boolean;
  putNone(row: number): void;
  /** The first rows as a column of a batch. Afterwards it gathers anew. */
  take(rows: number): BatchColumn;
}

/** Puts a run cell by cell. */
export function putEach(gather: Gather, run: CellRun, reading: CellReading): boolean {
  const { row, count } = run;
  for (let i = 0; i < count; i++) if (!putOne(gather, row + i, cellOf(run, i), reading)) return false;
  return true;
}

/** Puts one cell, or none; false where it cannot be put. */
export function putOne(gather: Gather, row: number, cell: unknown, { read, mayLack }: CellReading): boolean {
  if (cell === undefined || cell === null) {
    if (mayLack) gather.putNone(row);
    return mayLack;
  }
  try {
    gather.putCell(row, cell, read);
    return true;
  } catch (error) {
    if (WeftError.is(error)) return false;
    throw error;
  }
}

/** Entries that a gather begins with; it doubles when they are full. */
export const GATHER_ROWS = 1024;

/** Which rows have a value: an array only once one has none. */
export class Presence {
  #present: Uint8Array | undefined;

  put(row: number): void {
    if (this.#present !== undefined) this.#room(row)[row] = 1;
  }

  miss(row: number): void {
    this.#present ??= new Uint8Array(Math.max(GATHER_ROWS, row + 1)).fill(1);
    this.#room(row)[row] = 0;
  }

  take(): Uint8Array | undefined {
    const present = this.#present;
    this.#present = undefined;
    return present;
  }

  #room(row: number): Uint8Array {
    const present = this.#present!;
    if (row < present.length) return present;
    this.#present = new Uint8Array(Math.max(row + 1, present.length * 2)).fill(1);
    this.#present.set(present);
    return this.#present;
  }
}
