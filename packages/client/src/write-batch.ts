import { WeftError } from '@weft/base';
import type { RowBatch } from '@weft/data';
import { BatchRun, type BatchOptions } from './batch-run.ts';
import type { Call } from './call.ts';
import type { Pace } from './drive.ts';
import { partlyDone } from './partly-done.ts';
import type { Router } from './router.ts';
import { committing, settledError } from './settle.ts';

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

/** Writes some rows after others, a slice a turn. */
export async function writeBatch(job: BatchJob, { turns, slice }: Pace, call: Call): Promise<BatchResult> {
  const { batch, options } = job;
  const run = new BatchRun(job.router, batch, options);
  try {
    while (run.row < batch.rows) {
      run.step();
      if (!slice.isOver()) continue;
      await turns.next();
      call.check();
    }
    const wait = committing(job.router, call);
    if (wait !== undefined) await wait;
  } catch (cause) {
    const error = await settledError(cause, job.router, call);
    throw stopped(partlyDone(error, { written: run.written }), run.row);
  }
  return { written: run.written, inserted: run.inserted };
}

function stopped(error: unknown, done: number): unknown {
  if (!WeftError.is(error)) return error;
  const { code, message, details, hint, cause } = error;
  return new WeftError(code, message, { details: { ...details, done }, hint, cause });
}
