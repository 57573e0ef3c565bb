import { WeftError } from '@weft/base';
import { checkOptionNames, isVisible, nearestName, type AnyType, type ColumnSchema } from '@weft/data';
import type { CsvOptions } from '../csv/csv-form.ts';
import type { FileFormat } from '../source/read-job.ts';

/** Options of `exportRows`. */
export interface ExportOptions {
  /** By the ending of the path, unless said. A stream needs it. */
  readonly format?: FileFormat | undefined;
  readonly csv?: CsvOptions | undefined;
  /** The columns to write, in this order: those of the first row unless said, and all of the type where there is no row. */
  readonly columns?: readonly string[] | undefined;
  /** The type of the rows of a query; a space knows its own. */
  readonly type?: AnyType | undefined;
  /** Stops the export; a file that was begun is removed. */
  readonly signal?: AbortSignal | undefined;
  /** Called some times a second, and at the end. */
  readonly onProgress?: ((progress: ExportResult) => void) | undefined;
}

/** What an export did. */
export interface ExportResult {
  readonly rows: number;
  readonly bytes: number;
}

/** Throws OPTION_INVALID. */
export function checkExportOptions(options: ExportOptions): void {
  checkOptionNames('exportRows', options, ['format', 'csv', 'columns', 'type', 'signal', 'onProgress']);
  const { columns } = options;
  if (columns === undefined || (Array.isArray(columns) && columns.length > 0)) return;
  throw new WeftError('OPTION_INVALID', 'exportRows: columns is an array of column names, at least one.');
}

/** The columns that are written. Throws COLUMN_UNKNOWN. */
export function exportedColumns(
  type: AnyType,
  names: readonly string[] | undefined,
  first: object | undefined,
): ColumnSchema[] {
  const visible = type.schema.columns.filter(isVisible);
  if (names !== undefined) return names.map((name) => named(type, visible, name));
  return first === undefined ? visible : visible.filter(({ name }) => name in first);
}

function named({ name: typeName }: AnyType, columns: readonly ColumnSchema[], name: string): ColumnSchema {
  const found = columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  const near = nearestName(
    name,
    columns.map((column) => column.name),
  );
  throw new WeftError(
    'COLUMN_UNKNOWN',
    `${typeName}: ${JSON.stringify(name)} is not a column.${near === undefined ? '' : ` Did you mean ${near}?`}`,
  );
}
