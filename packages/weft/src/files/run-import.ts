import type { ImportProgress } from '@weft/files';
import type { AnyType } from '@weft/data';
import type { CommandContext } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { exitCode, type ExitCode } from '../cli/exit-code.ts';
import type { ParsedOptions } from '../cli/option-table.ts';
import { UsageError } from '../cli/usage-error.ts';
import { wholeNumber } from '../cli/values.ts';
import { bytes } from '../demo/format.ts';
import { withFileGrid, type FileGrid } from './file-grid.ts';

/** Broken records that are shown where no file takes them. */
const SHOWN_MAX = 5;

/** Options are looked at before the file is read, which may take long. */
export async function runImport(context: CommandContext, file: string, options: ParsedOptions): Promise<ExitCode> {
  const maxRejects = rejectsMax(options);
  return withFileGrid('import', context, file, options, (held) => importInto(held, context, options, maxRejects));
}

function rejectsMax(options: ParsedOptions): number | undefined {
  const named = options.text('max-rejects');
  return named === undefined ? undefined : wholeNumber('max-rejects', named, { min: 0, max: 1e12 });
}

function rowNumberOf(options: ParsedOptions, { name, schema }: AnyType): string | undefined {
  const column = options.text('row-number');
  const names = schema.columns.map((one) => one.name);
  if (column === undefined || names.includes(column)) return column;
  const choice = `choose ${names.join(', ')}`;
  throw new UsageError(`--row-number ${column} is no column of ${name}`, choice, { word: column, names });
}

async function importInto(
  { grid, type, load }: FileGrid,
  { stdout, stderr }: CommandContext,
  options: ParsedOptions,
  maxRejects: number | undefined,
): Promise<ExitCode> {
  const rejects = options.text('rejects');
  let shown = 0;
  const startMs = performance.now();
  const result = await load({
    extra: options.is('ignore-extra') ? 'ignore' : 'refuse',
    rowNumber: rowNumberOf(options, type),
    rejects,
    maxRejects,
    onProgress: (progress) => {
      if (stdout.isTTY === true && !options.is('json')) stderr.write(`\r${progressText(progress)}\u001B[K`);
    },
    onReject: ({ line, message }) => {
      if (rejects === undefined && shown++ < SHOWN_MAX) stderr.write(`line ${line}: ${message}\n`);
    },
  });
  const seconds = (performance.now() - startMs) / 1000;
  const held = grid.stats();
  const facts = { type: type.name, ...result, rows: held.rows, bytes: held.bytes, seconds };
  stdout.write(options.is('json') ? `${JSON.stringify(facts)}\n` : `${sentence(facts)}\n`);
  if (result.read === 0 || result.written > 0) return exitCode.ok;
  stderr.write(
    `weft import: nothing was written: none of the ${result.read.toLocaleString('en-US')} records read is a row of ${type.name}.\n`,
  );
  return exitCode.failed;
}

function progressText({ read, rejected, position, sizeBytes }: ImportProgress): string {
  const share =
    sizeBytes === undefined || position.bytes === 0 ? '' : ` ${Math.floor((position.bytes / sizeBytes) * 100)} %,`;
  return `${share} ${read.toLocaleString('en-US')} records, ${rejected.toLocaleString('en-US')} broken`;
}

function sentence(facts: {
  readonly type: string;
  readonly read: number;
  readonly written: number;
  readonly rejected: number;
  readonly rows: number;
  readonly bytes: number;
  readonly seconds: number;
}): string {
  const count = (value: number): string => value.toLocaleString('en-US');
  return (
    `${facts.type}: ${counted(facts.read, 'record')} read, ${count(facts.written)} written, ${count(facts.rejected)} broken; ` +
    `${counted(facts.rows, 'row')} in ${bytes(facts.bytes)}, ${facts.seconds.toFixed(1)} s`
  );
}
