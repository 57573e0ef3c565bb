import { WeftError } from '@weft/base';
import { checkOptionNames } from '@weft/data';
import { extname } from 'node:path';
import type { Position } from '../batch/position.ts';
import type { Reject } from '../batch/reject.ts';
import type { CsvOptions } from '../csv/csv-form.ts';
import type { FileFormat } from '../source/read-job.ts';

/** Options of `importRows`. */
export interface ImportOptions {
  /** By the ending of the path, unless said: .csv, .tsv, .ndjson, .jsonl, .parquet. A stream needs it. */
  readonly format?: FileFormat | undefined;
  readonly csv?: CsvOptions | undefined;
  /** File column → column of the type, or `null` to pass it over. Others go by their name or SQL name. */
  readonly columns?: Readonly<Record<string, string | null>> | undefined;
  /** What happens to file columns that the type does not have: `'refuse'` (the default) or `'ignore'`. */
  readonly extra?: 'refuse' | 'ignore' | undefined;
  /** A column that gets the number of the record in the file, from 0: a key for files without one. */
  readonly rowNumber?: string | undefined;
  /** What happens to a row whose key exists: it replaces the other (the default), or it is rejected. */
  readonly onConflict?: 'replace' | 'fail' | undefined;
  /** Stops the import; the error says how far it is. */
  readonly signal?: AbortSignal | undefined;
  /** Called some times a second, and at the end. */
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
  /** A file that broken records are appended to, as NDJSON. */
  readonly rejects?: string | URL | undefined;
  /** Is told of each broken record. */
  readonly onReject?: ((reject: Reject) => void) | undefined;
  /** Broken records past this many stop the import with REJECTS_LIMIT. No bound unless said. */
  readonly maxRejects?: number | undefined;
  /**
   * Where to go on: a position that an error or result had, or the path of a progress file, which is kept up to date while the import
   * runs and removed when it is done.
   */
  readonly resume?: Position | string | URL | undefined;
  /** Read the file in a thread of its own: where it is large, unless said. Streams are read in this one. */
  readonly thread?: boolean | undefined;
}

/** How far an import is. */
export interface ImportProgress {
  /** Records read, broken ones included. */
  readonly read: number;
  readonly written: number;
  readonly rejected: number;
  readonly position: Position;
  /** Of a file; undefined for a stream. */
  readonly sizeBytes: number | undefined;
}

/** What an import did. Counts are of this run, the position is of the whole file. */
export interface ImportResult {
  readonly read: number;
  readonly written: number;
  readonly rejected: number;
  readonly position: Position;
}

const names = [
  'format',
  'csv',
  'columns',
  'extra',
  'rowNumber',
  'onConflict',
  'signal',
  'onProgress',
  'rejects',
  'onReject',
  'maxRejects',
  'resume',
  'thread',
];

/** Throws OPTION_INVALID. */
export function checkImportOptions(options: ImportOptions): void {
  checkOptionNames('importRows', options, names);
  const { format, extra, onConflict, maxRejects } = options;
  checkOneOf('format', format, ['csv', 'ndjson', 'parquet']);
  checkOneOf('extra', extra, ['refuse', 'ignore']);
  checkOneOf('onConflict', onConflict, ['replace', 'fail']);
  if (maxRejects !== undefined && !(Number.isInteger(maxRejects) && maxRejects >= 0))
    throw new WeftError('OPTION_INVALID', 'importRows: maxRejects is a whole number of records from 0.');
}

function checkOneOf(option: string, value: unknown, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value as string)) return;
  throw new WeftError('OPTION_INVALID', `${option} is one of ${allowed.join(', ')}.`);
}

const FORMATS: Readonly<Record<string, FileFormat>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.parquet': 'parquet',
};

/** The format that is asked for or that the path ends in. Throws OPTION_INVALID. */
export function formatOf(format: FileFormat | undefined, path: string | undefined): FileFormat {
  checkOneOf('format', format, ['csv', 'ndjson', 'parquet']);
  const found = format ?? FORMATS[extname(path ?? '').toLowerCase()];
  if (found !== undefined) return found;
  const ending =
    path === undefined ? 'A stream does not say its format' : `The ending of ${JSON.stringify(path)} names no format`;
  throw new WeftError('OPTION_INVALID', `${ending}.`, {
    hint: "Say it with format, on the command line with --format or --to-format: 'csv', 'ndjson' or 'parquet'.",
  });
}

export function isTabbed(path: string | undefined): boolean {
  return extname(path ?? '').toLowerCase() === '.tsv';
}
