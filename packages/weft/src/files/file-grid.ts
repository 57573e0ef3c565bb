import type { Grid } from '@weft/client';
import type { AnyType } from '@weft/data';
import { importRows, type ImportOptions, type ImportResult } from '@weft/files';
import type { CommandContext } from '../cli/command.ts';
import type { ExitCode } from '../cli/exit-code.ts';
import type { ParsedOptions } from '../cli/option-table.ts';
import { createGrid } from '../create-grid.ts';
import { fileOptions } from './file-options.ts';
import { fileType } from './file-type.ts';
import { interruptible } from './interruptible.ts';

/** A grid of one type, that of a file's rows. */
export interface FileGrid {
  readonly grid: Grid;
  readonly type: AnyType;
  /** Fires at the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** Reads the file into the grid, as the options of the command say. */
  readonly load: (options: ImportOptions) => Promise<ImportResult>;
}

/** The work of a command on the grid of a file, `-` for standard input. The grid closes with the work. */
export async function withFileGrid(
  command: string,
  context: CommandContext,
  file: string,
  options: ParsedOptions,
  work: (held: FileGrid) => Promise<ExitCode>,
): Promise<ExitCode> {
  const reading = fileOptions(options);
  const { type, columns, notes } = await fileType(file, options.text('type'), reading);
  return interruptible(context, command, async (signal) => {
    const grid = await createGrid({ types: [type] });
    try {
      for (const note of notes) context.stderr.write(`${note}\n`);
      const source = file === '-' ? process.stdin : file;
      const load = (more: ImportOptions): Promise<ImportResult> =>
        importRows(grid.space(type), source, { ...reading, columns, signal, ...more });
      return await work({ grid, type, signal, load });
    } finally {
      await grid.close();
    }
  });
}
