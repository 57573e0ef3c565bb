import { WeftError } from '@weft/base';
import { batchWriterOf, isAboutRow, type Space } from '@weft/client';
import type { AnyType } from '@weft/data';
import type { FileBatch } from '../batch/file-batch.ts';
import { batchRows } from './batch-rows.ts';

/** How a batch is written. */
export interface SinkOptions {
  readonly onConflict: 'replace' | 'fail';
  readonly signal: AbortSignal | undefined;
  /** Is told of each row that the space refuses. */
  readonly onRefused: (row: number, error: WeftError) => void;
}

/** What was done with a batch; of one that was stopped, as far as it came. */
export interface Sunk {
  readonly written: number;
  /** Rows that are dealt with. */
  readonly done: number;
  /** What stopped it. */
  readonly error: WeftError | undefined;
}

/** Writes a batch into a space: by column where its handle can, else as objects. */
export function writeInto(space: Space<AnyType>, batch: FileBatch, options: SinkOptions): Promise<Sunk> {
  return batchWriterOf(space) === undefined ? writeObjects(space, batch, options) : writeColumns(space, batch, options);
}

async function writeColumns(space: Space<AnyType>, batch: FileBatch, options: SinkOptions): Promise<Sunk> {
  try {
    const { written } = await batchWriterOf(space)!.writeBatch(batch, options);
    return { written, done: batch.rows, error: undefined };
  } catch (error) {
    if (!WeftError.is(error)) throw error;
    const { written = 0, done = 0 } = error.details as { written?: number; done?: number };
    return { written, done, error };
  }
}

/** `writeMany` ends at a row that it refuses: what follows is written by the next call. */
async function writeObjects(
  space: Space<AnyType>,
  batch: FileBatch,
  { onConflict, signal, onRefused }: SinkOptions,
): Promise<Sunk> {
  let written = 0;
  for (let from = 0; ;) {
    try {
      const rows = batchRows(batch, space.type.schema, from) as Iterable<never>;
      const result = await space.writeMany(rows, { onConflict, signal });
      return { written: written + result.written, done: batch.rows, error: undefined };
    } catch (error) {
      if (!WeftError.is(error)) throw error;
      const { written: before = 0, row } = error.details as { written?: number; row?: number };
      written += before;
      if (row === undefined || !isAboutRow(error)) return { written, done: from + before, error };
      onRefused(from + before, error);
      from += before + 1;
    }
  }
}
