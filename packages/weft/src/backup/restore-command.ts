import type { Command } from '../cli/command.ts';
import { UsageError } from '../cli/usage-error.ts';
import { wholeNumber } from '../cli/values.ts';
import { directoryOperand } from './directory-operand.ts';

export const restoreCommand: Command = {
  name: 'restore',
  summary: 'Make a new data directory of a backup.',
  description:
    'Reads the backup in DIR, comparing every page with its name, and makes a data directory of it that createGrid({ dataDir }) opens. With another number of partitions, rows go to those that they belong to then.',
  examples: [
    ['weft restore /backups/orders --data-dir data', 'the grid as it was'],
    ['weft restore /backups/orders --data-dir wide --partitions 8', 'the same in eight partitions'],
  ],
  operands: ['DIR'],
  options: [
    { name: 'data-dir', value: 'DIR', summary: 'Where the grid goes: a new directory.' },
    { name: 'partitions', value: 'N', summary: 'How many partitions it gets.', default: 'as many as it had' },
  ],
  async run(context, options) {
    const directory = directoryOperand('restore', options);
    const dataDir = options.text('data-dir');
    if (dataDir === undefined) throw new UsageError('no data directory is named', 'add --data-dir DIR');
    const text = options.text('partitions');
    const partitions = text === undefined ? undefined : wholeNumber('partitions', text, { min: 1, max: 4096 });
    const { runRestore } = await import('./run-backup.ts');
    return runRestore(context, { directory, dataDir, partitions });
  },
};
