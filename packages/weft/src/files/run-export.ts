import { exportRows, importRows } from '@weft/files';
import type { CommandContext } from '../cli/command.ts';
import { exitCode, type ExitCode } from '../cli/exit-code.ts';
import type { ParsedOptions } from '../cli/option-table.ts';
import { oneOf } from '../cli/values.ts';
import { createGrid } from '../create-grid.ts';
import type { FileOptions } from './file-options.ts';
import { fileType, type FileType } from './file-type.ts';
import { interruptible } from './interruptible.ts';

export async function runExport(
  context: CommandContext,
  file: string,
  to: string,
  reading: FileOptions,
  options: ParsedOptions,
): Promise<ExitCode> {
  const { type, columns, notes } = await fileType(file, options.text('type'), reading);
  return interruptible(context, 'export', (signal) =>
    exportFrom({ type, columns, notes }, signal, context, file, to, reading, options),
  );
}

async function exportFrom(
  { type, columns, notes }: Omit<FileType, 'isProposed'>,
  signal: AbortSignal,
  { stdout, stderr }: CommandContext,
  file: string,
  to: string,
  reading: FileOptions,
  options: ParsedOptions,
): Promise<ExitCode> {
  const grid = await createGrid({ types: [type] });
  for (const note of notes) stderr.write(`${note}\n`);
  const format = options.text('to-format');
  try {
    const space = grid.space(type);
    await importRows(space, file === '-' ? process.stdin : file, { ...reading, columns, maxRejects: 0, signal });
    const { rows, bytes } = await exportRows(space, to === '-' ? stdout : to, {
      signal,
      format: format === undefined ? undefined : oneOf('to-format', format, ['csv', 'ndjson', 'parquet']),
    });
    stderr.write(`${rows.toLocaleString('en-US')} rows, ${bytes.toLocaleString('en-US')} bytes\n`);
    return exitCode.ok;
  } finally {
    await grid.close();
  }
}
