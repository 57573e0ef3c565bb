import type { ParsedOptions } from '../cli/option-table.ts';
import { UsageError } from '../cli/usage-error.ts';

/** The directory that stands beside the options. */
export function directoryOperand(command: string, { operands: [directory] }: ParsedOptions): string {
  if (directory !== undefined) return directory;
  throw new UsageError('no directory of a backup is named', `write weft ${command} DIR`);
}
