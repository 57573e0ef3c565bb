import { WeftError } from '@weft/base';
import type { RowGroup } from 'hyparquet';
import { BatchMaker, type FileColumn } from '../batch/batch-maker.ts';
import { cellAt, type CellReading, type CellRun } from '../batch/cell-run.ts';
import type { FileBatch } from '../batch/file-batch.ts';
import type { Position } from '../batch/position.ts';
import type { ReadPlan } from '../batch/read-plan.ts';
import { cellReader } from './cell-reader.ts';
import { openGroup, type GroupRows } from './group-reader.ts';
import { openParquet, type ParquetColumn, type ParquetFile } from './parquet-file.ts';
import { isSame, quickReader } from './quick-reader.ts';
import { storedForm } from './stored-form.ts';

interface BoundColumn {
  readonly stored: ParquetColumn;
  readonly column: FileColumn;
  readonly reading: CellReading;
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
    let toSkip = from?.records ?? 0;
    for (const group of file.metadata.row_groups) {
      const rows = Number(group.num_rows);
      const skipped = Math.min(rows, toSkip);
      toSkip -= skipped;
      if (skipped < rows) yield* readGroup(file, group, maker, columns, { rows, skipped, batchRows });
    }
  } finally {
    await file[Symbol.asyncDispose]();
  }
}

async function* readGroup(
  file: ParquetFile,
  group: RowGroup,
  maker: BatchMaker,
  columns: readonly BoundColumn[],
  { rows, skipped, batchRows }: GroupRows & { readonly skipped: number },
): AsyncGenerator<FileBatch, void> {
  const stored = columns.map((column) => column.stored);
  const reader = await openGroup(file, group, stored, { rows, batchRows });
  reader.skip(skipped);
  for (let from = skipped; from < rows; from += batchRows) {
    const count = Math.min(rows - from, batchRows);
    const cells = reader.take(count);
    if (putColumns(columns, cells)) maker.keepAll(count);
    else for (let row = 0; row < count; row++) putRow(maker, columns, cells, row);
    yield maker.take(undefined, 0, count);
  }
}

/** Column by column, which is quicker; false where a row is broken. */
function putColumns(columns: readonly BoundColumn[], cells: readonly (readonly CellRun[])[]): boolean {
  return columns.every(({ column: { gather }, reading }, i) => cells[i]!.every((run) => gather.putRun(run, reading)));
}

function putRow(
  maker: BatchMaker,
  columns: readonly BoundColumn[],
  cells: readonly (readonly CellRun[])[],
  line: number,
): void {
  const { row } = maker;
  let i = 0;
  try {
    for (; i < columns.length; i++) {
      const { column, reading } = columns[i]!;
      const cell = cellAt(cells[i]!, line);
      if (cell !== undefined && cell !== null) column.gather.putCell(row, cell, reading.read);
      else if (column.mayLack) column.gather.putNone(row);
      else throw lacking(maker.plan, column.gather.column.name);
    }
    maker.keep(0, 0, line);
  } catch (error) {
    maker.refuseRaw(error, columns[i]?.column, line, rawRow(columns, cells, line));
  }
}

/** Bound, or `undefined` where the column is passed over. Nested columns and those of unfit kinds are refused by name. */
function bind(maker: BatchMaker, stored: ParquetColumn): BoundColumn | undefined {
  const { element, nested } = stored;
  const column = maker.bind(element.name);
  if (column === undefined) return undefined;
  if (nested !== undefined) throw nestedColumn(element.name, nested);
  const schema = column.gather.column;
  const form = storedForm(element);
  return {
    stored,
    column,
    reading: {
      read: cellReader(form, schema.kind, `${maker.plan.typeName}.${schema.name}`),
      quick: quickReader(form, schema.kind),
      isSame: isSame(form, schema.kind),
      mayLack: column.mayLack,
    },
  };
}

/** The row for a reject: its values as JSON. */
function rawRow(columns: readonly BoundColumn[], cells: readonly (readonly CellRun[])[], row: number): string {
  const values = columns.map(({ stored }, i) => [stored.element.name, plain(cellAt(cells[i]!, row))]);
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
