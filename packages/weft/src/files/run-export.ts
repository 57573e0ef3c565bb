import { exportRows, formatOf, type FileFormat } from '@weft/files';
import type { CommandContext } from '../cli/command.ts';
import { exitCode, type ExitCode } from '../cli/exit-code.ts';
import type { ParsedOptions } from '../cli/option-table.ts';
import { oneOf } from '../cli/values.ts';
import { withFileGrid } from './file-grid.ts';

/** Options are looked at before the file is read, which may take long. */
export async function runExport(
  context: CommandContext,
  file: string,
  to: string,
  options: ParsedOptions,
): Promise<ExitCode> {
  const { stdout, stderr } = context;
  const format = targetFormat(to, options);
  return withFileGrid('export', context, file, options, async ({ grid, type, signal, load }) => {
    await load({ maxRejects: 0 });
    const { rows, bytes } = await exportRows(grid.space(type), to === '-' ? stdout : to, { signal, format });
    stderr.write(`${rows.toLocaleString('en-US')} rows, ${bytes.toLocaleString('en-US')} bytes\n`);
    return exitCode.ok;
  });
}

function targetFormat(to: string, options: ParsedOptions): FileFormat {
  const named = options.text('to-format');
  const format = named === undefined ? undefined : oneOf('to-format', named, ['csv', 'ndjson', 'parquet']);
  return formatOf(format, to === '-' ? undefined : to);
}
