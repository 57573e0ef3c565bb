import type { CsvOptions, FileFormat } from '@weft/files';
import type { OptionSpec, ParsedOptions } from '../cli/option-table.ts';
import { UsageError } from '../cli/usage-error.ts';
import { oneOf } from '../cli/values.ts';

/** Options of all commands that read files. */
export const readingOptions: readonly OptionSpec[] = [
  { name: 'format', value: 'FORMAT', summary: 'csv, ndjson or parquet.', default: 'by the ending of the file' },
  { name: 'delimiter', value: 'CHARACTER', summary: 'What stands between the fields of CSV.', default: 'a comma' },
  { name: 'null', value: 'TEXT', summary: 'What stands for no value in CSV.', default: 'nothing at all' },
];

/** The option that names a declared type. */
export const typeOption: OptionSpec = {
  name: 'type',
  value: 'FILE#NAME',
  summary: 'A module and the type it exports, as types.ts#Flight.',
  default: 'a type proposed from the data',
};

export interface FileOptions {
  readonly format: FileFormat | undefined;
  readonly csv: CsvOptions;
}

/** Throws UsageError. */
export function fileOptions(options: ParsedOptions): FileOptions {
  const csv = { delimiter: delimiterOf(options.text('delimiter')), null: options.text('null') };
  return { format: formatOption('format', options), csv };
}

/** Throws UsageError. */
export function formatOption(name: string, options: ParsedOptions): FileFormat | undefined {
  const format = options.text(name);
  return format === undefined ? undefined : oneOf(name, format, ['csv', 'ndjson', 'parquet']);
}

function delimiterOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (text === '\\t' || text === 'tab') return '\t';
  if (/^[^"\r\n\u0080-\uFFFF]$/.test(text)) return text;
  throw new UsageError(
    `--delimiter ${text} does not delimit`,
    "choose one ASCII character other than a quote, such as --delimiter ';', or --delimiter tab",
  );
}

/** The file that the command is about. */
export function operand(command: string, { operands: [file] }: ParsedOptions): string {
  if (file !== undefined) return file;
  throw new UsageError('no file is named', `write weft ${command} FILE, or - for standard input`);
}
