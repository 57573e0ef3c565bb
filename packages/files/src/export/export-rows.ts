import { unreachable, WeftError } from '@weft/base';
import type { Space } from '@weft/client';
import type { AnyType, ColumnSchema } from '@weft/data';
import { csvForm, type CsvForm } from '../csv/csv-form.ts';
import { CsvWriter } from '../csv/csv-writer.ts';
import { formatOf, isTabbed } from '../import/import-options.ts';
import { NdjsonWriter } from '../ndjson/ndjson-writer.ts';
import { ParquetRowWriter } from '../parquet/parquet-writer.ts';
import { pathOf } from '../source/byte-source.ts';
import type { FileFormat } from '../source/read-job.ts';
import { untilAborted } from '../source/until-aborted.ts';
import { byteTarget, type ByteTarget, type ExportTarget } from './byte-target.ts';
import { checkExportOptions, exportedColumns, type ExportOptions, type ExportResult } from './export-options.ts';
import type { RowWriter } from './row-writer.ts';

/** Milliseconds between two reports of progress. */
const PROGRESS_MS = 200;

type Row = Readonly<Record<string, unknown>>;

/**
 * Writes the rows of a space, or of a query, to a file or stream. Memory is bounded, however slow the target: rows are read as of
 * one moment, as they are written. A file appears when it is whole.
 *
 * Throws OPTION_INVALID, COLUMN_UNKNOWN, FILE_UNREADABLE, FILE_UNSUPPORTED, ABORTED, and what reading throws.
 * @example await exportRows(flights.find({ origin: 'LAX' }), 'lax.parquet', { type: Flight });
 */
export async function exportRows<T extends AnyType>(
  source: Space<T> | AsyncIterable<object> | Iterable<object>,
  target: ExportTarget,
  options: ExportOptions = {},
): Promise<ExportResult> {
  checkExportOptions(options);
  const { signal } = options;
  const path = pathOf(target);
  const format = formatOf(options.format, path);
  const csv = csvForm(options.csv, isTabbed(path));
  const { type, rows } = rowsOf(source, options);
  const out = await byteTarget(target, signal);
  try {
    const result = await writeAll(
      rows,
      (first) => {
        const columns = exportedColumns(type, options.columns, first);
        return writerOf(format, out, columns, csv);
      },
      options,
    );
    await out.finish();
    return result;
  } catch (error) {
    await out.abandon();
    throw error;
  }
}

async function writeAll(
  rows: AsyncIterator<object> | Iterator<object>,
  open: (first: object | undefined) => RowWriter,
  { signal, onProgress }: ExportOptions,
): Promise<ExportResult> {
  let writer: RowWriter | undefined;
  let count = 0;
  let reportedMs = performance.now();
  try {
    for (;;) {
      const step = await untilAborted(Promise.resolve(rows.next()), signal);
      writer ??= open(step.done === true ? undefined : step.value);
      if (step.done === true) break;
      const written = writer.write(step.value as Row);
      count++;
      if (written === undefined) continue;
      await untilAborted(written, signal);
      const nowMs = performance.now();
      if (onProgress === undefined || nowMs - reportedMs < PROGRESS_MS) continue;
      reportedMs = nowMs;
      onProgress({ rows: count, bytes: writer.bytes });
    }
    await writer.finish();
    const result = { rows: count, bytes: writer.bytes };
    onProgress?.(result);
    return result;
  } finally {
    await rows.return?.();
    await writer?.close();
  }
}

function writerOf(format: FileFormat, out: ByteTarget, columns: readonly ColumnSchema[], csv: CsvForm): RowWriter {
  switch (format) {
    case 'csv':
      return new CsvWriter(out, columns, csv);
    case 'ndjson':
      return new NdjsonWriter(out, columns);
    case 'parquet':
      return new ParquetRowWriter(out, columns);
    default:
      return unreachable(format);
  }
}

function rowsOf(
  source: unknown,
  { type, signal }: ExportOptions,
): { readonly type: AnyType; readonly rows: AsyncIterator<object> | Iterator<object> } {
  if (isSpace(source))
    return { type: type ?? source.type, rows: source.find(undefined, { signal })[Symbol.asyncIterator]() };
  if (typeof source !== 'object' || source === null)
    throw new WeftError('OPTION_INVALID', 'exportRows takes a space, a query, or an iterable of rows.');
  if (type === undefined)
    throw new WeftError(
      'OPTION_INVALID',
      'exportRows: the rows of a query need the option type, which says what its columns are.',
    );
  if (Symbol.asyncIterator in source) return { type, rows: (source as AsyncIterable<object>)[Symbol.asyncIterator]() };
  if (Symbol.iterator in source) return { type, rows: (source as Iterable<object>)[Symbol.iterator]() };
  throw new WeftError('OPTION_INVALID', 'exportRows takes a space, a query, or an iterable of rows.');
}

interface SpaceLike {
  readonly type: AnyType;
  find(where: undefined, options: { signal?: AbortSignal | undefined }): AsyncIterable<object>;
}

function isSpace(source: unknown): source is SpaceLike {
  return (
    typeof source === 'object' && source !== null && 'find' in source && 'type' in source && !Array.isArray(source)
  );
}
