import { exportRows } from '@weft/files';
import type { CommandContext } from '../cli/command.ts';
import { exitCode, type ExitCode } from '../cli/exit-code.ts';
import type { ParsedOptions } from '../cli/option-table.ts';
import { oneOf } from '../cli/values.ts';
import { withFileGrid } from './file-grid.ts';

export function runExport(
  context: CommandContext,
  file: string,
  to: string,
  options: ParsedOptions,
): Promise<ExitCode> {
  const { stdout, stderr } = context;
  return withFileGrid('export', context, file, options, async ({ grid, type, signal, load }) => {
    const format = options.text('to-format');
    await load({ maxRejects: 0 });
    const { rows, bytes } = await exportRows(grid.space(type), to === '-' ? stdout : to, {
      signal,
      format: format === undefined ? undefined : oneOf('to-format', format, ['csv', 'ndjson', 'parquet']),
    });
    stderr.write(`${rows.toLocaleString('en-US')} rows, ${bytes.toLocaleString('en-US')} bytes\n`);
    return exitCode.ok;
  });
}
