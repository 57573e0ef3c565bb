import { exportRows, importRows } from '@weft/files';
import type { CommandContext } from '../cli/command.ts';
import { exitCode, type ExitCode } from '../cli/exit-code.ts';
import type { ParsedOptions } from '../cli/option-table.ts';
import { oneOf } from '../cli/values.ts';
import { createGrid } from '../create-grid.ts';
import type { FileOptions } from './file-options.ts';
import { fileType } from './file-type.ts';

export async function runExport(
  { stdout, stderr }: CommandContext,
  file: string,
  to: string,
  reading: FileOptions,
  options: ParsedOptions,
): Promise<ExitCode> {
  const { type, columns, notes } = await fileType(file, options.text('type'), reading);
  const grid = await createGrid({ types: [type] });
  for (const note of notes) stderr.write(`${note}\n`);
  const format = options.text('to-format');
  try {
    const space = grid.space(type);
    await importRows(space, file === '-' ? process.stdin : file, { ...reading, columns, maxRejects: 0 });
    const { rows, bytes } = await exportRows(space, to === '-' ? stdout : to, {
      format: format === undefined ? undefined : oneOf('to-format', format, ['csv', 'ndjson', 'parquet']),
    });
    stderr.write(`${rows.toLocaleString('en-US')} rows, ${bytes.toLocaleString('en-US')} bytes\n`);
    return exitCode.ok;
  } finally {
    await grid.close();
  }
}
