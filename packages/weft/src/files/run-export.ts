import { exportRows, formatOf, type FileFormat } from '@weft/files';
import type { CommandContext } from '../cli/command.ts';
import { exitCode, type ExitCode } from '../cli/exit-code.ts';
import type { ParsedOptions } from '../cli/option-table.ts';
import { counted } from '../cli/counted.ts';
import { withFileGrid } from './file-grid.ts';
import { formatOption } from './file-options.ts';

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
    stderr.write(`${counted(rows, 'row')}, ${counted(bytes, 'byte')}\n`);
    return exitCode.ok;
  });
}

function targetFormat(to: string, options: ParsedOptions): FileFormat {
  return formatOf(formatOption('to-format', options), to === '-' ? undefined : to);
}
