import { WeftError } from '@weft/base';
import { batchStageOf, type RowBatch } from '@weft/data';
import type { CallOptions } from './api.ts';
import type { Call } from './call.ts';
import type { Pace } from './drive.ts';
import { partlyDone } from './partly-done.ts';
import type { Router } from './router.ts';
import { isAboutRow } from './row-fault.ts';

/** Rows written between two looks at the clock: some 0.1 ms. */
const ROWS_PER_STEP = 64;

/** How a batch is written. */
export interface BatchOptions extends CallOptions {
  readonly onConflict: 'replace' | 'fail';
  /** The first row of the batch to write, 0 unless said otherwise. */
  readonly from?: number | undefined;
  /** Is told of each row that cannot be stored, and why; the others are written. */
  readonly onRefused: (row: number, error: WeftError) => void;
}

/** What became of a batch. */
export interface BatchResult {
  readonly written: number;
  readonly inserted: number;
}

/** Writes rows by column, without an object for each: what reads files hands them over so. */
export interface BatchWriter {
  /**
   * Writes the rows that can be stored. Throws MEMORY_LIMIT, DECLARATION_OUTDATED, ABORTED, TIMEOUT, CLOSED, with `details.done`: rows of the batch that
   * are dealt with, so that the caller can go on behind them.
   */
  writeBatch(batch: RowBatch, options: BatchOptions): Promise<BatchResult>;
}

/** The writer behind the handle of a space; `undefined` for handles that take objects only. */
export function batchWriterOf(space: object): BatchWriter | undefined {
  return 'writeBatch' in space && typeof space.writeBatch === 'function' ? (space as BatchWriter) : undefined;
}

interface BatchJob {
  readonly router: Router;
  readonly batch: RowBatch;
  readonly options: BatchOptions;
}

/** Writes row after row, a slice a turn. */
export async function writeBatch(
  { router, batch, options }: BatchJob,
  { turns, slice }: Pace,
  call: Call,
): Promise<BatchResult> {
  const { columns, rows } = batch;
  const { onConflict, onRefused, from = 0 } = options;
  const stage = batchStageOf(router.schema, columns);
  let written = 0;
  let inserted = 0;
  let row = from;
  try {
    while (row < rows) {
      const end = Math.min(rows, row + ROWS_PER_STEP);
      try {
        for (; row < end; row++) {
          if (router.writeStaged(columns, row, stage, onConflict)) inserted++;
          written++;
        }
      } catch (error) {
        if (!isAboutRow(error)) throw error;
        onRefused(row, error);
        row++;
      }
      if (!slice.isOver()) continue;
      await turns.next();
      call.check();
    }
  } catch (error) {
    throw stopped(partlyDone(error, { written }), row);
  }
  return { written, inserted };
}

function stopped(error: unknown, done: number): unknown {
  if (!WeftError.is(error)) return error;
  const { code, message, details, hint, cause } = error;
  return new WeftError(code, message, { details: { ...details, done }, hint, cause });
}
