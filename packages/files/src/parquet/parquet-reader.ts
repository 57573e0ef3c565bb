import { WeftError } from '@weft/base';
import { parquetRead, type FileMetaData } from 'hyparquet';
import { BatchMaker, type FileColumn } from '../batch/batch-maker.ts';
import type { FileBatch } from '../batch/file-batch.ts';
import type { Position } from '../batch/position.ts';
import type { ReadPlan } from '../batch/read-plan.ts';
import { cellReader, type CellReader } from './cell-reader.ts';
import { decompressors } from './codecs.ts';
import { notParquet, openParquet, type ParquetColumn, type ParquetFile } from './parquet-file.ts';
import { quickReader, type QuickReader } from './quick-reader.ts';
import { bareElement, storedForm } from './stored-form.ts';

interface BoundColumn {
  readonly name: string;
  readonly column: FileColumn;
  readonly read: CellReader;
  readonly quick: QuickReader | undefined;
}

/** Rows out of a Parquet file, a row group at a time. Throws FILE_UNREADABLE, FILE_INVALID, FILE_UNSUPPORTED, COLUMN_UNKNOWN. */
export async function* readParquet(
  path: string,
  plan: ReadPlan,
  { from, batchRows }: { readonly from: Position | undefined; readonly batchRows: number },
): AsyncGenerator<FileBatch, void> {
  const file = await openParquet(path);
  try {
    const maker = new BatchMaker(plan);
    const columns = file.columns.flatMap((column) => bind(maker, column) ?? []);
    requireAll(maker);
    if (from !== undefined) maker.seek(from);
    const metadata = bareMetadata(file);
    let groupStart = 0;
    for (const group of file.metadata.row_groups) {
      const groupEnd = groupStart + Number(group.num_rows);
      const start = Math.max(groupStart, from?.records ?? 0);
      if (start < groupEnd) yield* readGroup(file, metadata, maker, columns, { start, end: groupEnd, batchRows });
      groupStart = groupEnd;
    }
  } finally {
    await file[Symbol.asyncDispose]();
  }
}

async function* readGroup(
  file: ParquetFile,
  metadata: FileMetaData,
  maker: BatchMaker,
  columns: readonly BoundColumn[],
  { start, end, batchRows }: { readonly start: number; readonly end: number; readonly batchRows: number },
): AsyncGenerator<FileBatch, void> {
  const chunks = await decode(file, metadata, columns, start, end);
  for (let from = start; from < end; from += batchRows) {
    const to = Math.min(end, from + batchRows);
    if (putColumns(columns, chunks, from - start, to - from)) maker.keepAll(to - from);
    else for (let row = from; row < to; row++) putRow(maker, columns, chunks, row - start, row - from);
    yield maker.take(undefined, 0, to - from);
  }
}

/** The cells of all bound columns, one array for each. */
async function decode(
  { buffer }: ParquetFile,
  metadata: FileMetaData,
  columns: readonly BoundColumn[],
  rowStart: number,
  rowEnd: number,
): Promise<ArrayLike<unknown>[]> {
  const chunks = new Map<string, ArrayLike<unknown>>();
  const names = columns.map(({ name }) => name);
  try {
    if (names.length > 0)
      await parquetRead({
        file: buffer,
        metadata,
        columns: names,
        rowStart,
        rowEnd,
        compressors: decompressors,
        utf8: false,
        geoparquet: false,
        parsers: { stringFromBytes: decodedText },
        onChunk({ columnName, columnData, rowStart: from, rowEnd: to }) {
          const first = Math.max(0, rowStart - from);
          const part = first === 0 && to <= rowEnd ? columnData : columnData.slice(first, rowEnd - from);
          const before = chunks.get(columnName);
          chunks.set(columnName, before === undefined ? part : [...Array.from(before), ...Array.from<unknown>(part)]);
        },
      });
  } catch (error) {
    throw notParquet(error);
  }
  return names.map((name) => {
    const cells = chunks.get(name);
    if (cells?.length === rowEnd - rowStart) return cells;
    throw notParquet(
      new RangeError(`column ${JSON.stringify(name)} has another number of values than the file has rows`),
    );
  });
}

/** Column by column, which is quicker; false where a row is broken. */
function putColumns(
  columns: readonly BoundColumn[],
  chunks: readonly ArrayLike<unknown>[],
  from: number,
  count: number,
): boolean {
  return columns.every(({ column: { gather, mayLack }, read, quick }, i) =>
    gather.putCells({ cells: chunks[i]!, from, count, mayLack }, read, quick),
  );
}

function putRow(
  maker: BatchMaker,
  columns: readonly BoundColumn[],
  chunks: readonly ArrayLike<unknown>[],
  at: number,
  line: number,
): void {
  const { row } = maker;
  let i = 0;
  try {
    for (; i < columns.length; i++) {
      const { column, read } = columns[i]!;
      const cell = chunks[i]![at];
      if (cell !== undefined && cell !== null) column.gather.putCell(row, cell, read);
      else if (column.mayLack) column.gather.putNone(row);
      else throw lacking(maker.plan, column.gather.column.name);
    }
    maker.keep(0, 0, line);
  } catch (error) {
    maker.refuseRaw(error, columns[i]?.column, line, rawRow(columns, chunks, at));
  }
}

/** Bound, or `undefined` where the column is passed over. Nested columns and those of unfit kinds are refused by name. */
function bind(maker: BatchMaker, { element, nested }: ParquetColumn): BoundColumn | undefined {
  const column = maker.bind(element.name);
  if (column === undefined) return undefined;
  if (nested !== undefined) throw nestedColumn(element.name, nested);
  const schema = column.gather.column;
  const form = storedForm(element);
  return {
    name: element.name,
    column,
    read: cellReader(form, schema.kind, `${maker.plan.typeName}.${schema.name}`),
    quick: quickReader(form, schema.kind),
  };
}

function bareMetadata({ metadata, columns }: ParquetFile): FileMetaData {
  const flat = new Set(columns.filter(({ nested }) => nested === undefined).map(({ element }) => element));
  return {
    ...metadata,
    schema: metadata.schema.map((element) => (flat.has(element) ? bareElement(element, storedForm(element)) : element)),
  };
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What is no UTF-8 stays bytes, and is refused where its row is put. */
function decodedText(bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined) return undefined;
  try {
    return decoder.decode(bytes);
  } catch {
    return bytes;
  }
}

/** The row for a reject: its values as JSON. */
function rawRow(columns: readonly BoundColumn[], chunks: readonly ArrayLike<unknown>[], at: number): string {
  const values = columns.map(({ name }, i) => [name, plain(chunks[i]![at])]);
  return JSON.stringify(Object.fromEntries(values));
}

function plain(cell: unknown): unknown {
  if (typeof cell === 'bigint') return String(cell);
  return cell instanceof Uint8Array ? `\\x${Buffer.from(cell.subarray(0, 1024)).toString('hex')}` : cell;
}

export function nestedColumn(name: string, nested: string): WeftError {
  return new WeftError(
    'FILE_UNSUPPORTED',
    `Column ${JSON.stringify(name)} of the file is nested (${nested}); Weft reads flat columns only.`,
    {
      hint: `Pass it over with columns: { ${JSON.stringify(name)}: null }, or write it as JSON text.`,
    },
  );
}

function requireAll(maker: BatchMaker): void {
  const [missing] = maker.missing();
  if (missing === undefined) return;
  throw new WeftError(
    'VALUE_MISSING',
    `${maker.plan.typeName}.${missing.schema.name}: the file has no such column, and the column has no default.`,
    { hint: 'Map a column of the file to it with the option columns, or declare it .optional() or .default(value).' },
  );
}

function lacking({ typeName }: ReadPlan, column: string): WeftError {
  return new WeftError('VALUE_MISSING', `${typeName}.${column}: the row has no value, and the column has no default.`);
}
