import { unreachable } from '@weft/base';
import type { FileBatch } from '../batch/file-batch.ts';
import type { Position } from '../batch/position.ts';
import type { ReadPlan } from '../batch/read-plan.ts';
import type { CsvForm } from '../csv/csv-form.ts';
import { CsvReader } from '../csv/csv-reader.ts';
import { NdjsonReader } from '../ndjson/ndjson-reader.ts';
import { readParquet } from '../parquet/parquet-reader.ts';
import { byteSource, type ByteSource } from './byte-source.ts';
import { readWindows } from './windows.ts';

/** The formats that rows are read from and written to. */
export type FileFormat = 'csv' | 'ndjson' | 'parquet';

/** A reading to be done. Plain data: it goes to other threads. */
export interface ReadJob {
  readonly format: FileFormat;
  readonly csv: CsvForm;
  readonly plan: ReadPlan;
  /** Of a file; a stream is given beside. */
  readonly path: string | undefined;
  readonly from: Position | undefined;
  /** Bytes of text that are read in one turn, and rows of Parquet. */
  readonly windowBytes: number;
  readonly batchRows: number;
  readonly recordBytesMax?: number | undefined;
}

/** All batches of a file or stream. */
export async function* readBatches(job: ReadJob, source?: ByteSource): AsyncGenerator<FileBatch, void> {
  const { format, plan, csv, path, from, windowBytes, batchRows, recordBytesMax } = job;
  if (format === 'parquet') {
    yield* readParquet(path!, plan, { from, batchRows });
    return;
  }
  const bytes = source ?? (await byteSource(path!));
  const open = (fromByte: number): AsyncIterable<Uint8Array> => bytes.open(fromByte, windowBytes);
  yield* readWindows(readerOf(format, plan, csv), {
    windowBytes,
    recordBytesMax,
    from,
    isSeekable: bytes.sizeBytes !== undefined,
    open,
  });
}

function readerOf(format: 'csv' | 'ndjson', plan: ReadPlan, csv: CsvForm): CsvReader | NdjsonReader {
  switch (format) {
    case 'csv':
      return new CsvReader(plan, csv);
    case 'ndjson':
      return new NdjsonReader(plan);
    default:
      return unreachable(format);
  }
}
