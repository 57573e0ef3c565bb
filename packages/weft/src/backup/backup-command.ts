import type { Command } from '../cli/command.ts';
import { directoryOperand } from './directory-operand.ts';
import { UsageError } from '../cli/usage-error.ts';

export const backupCommand: Command = {
  name: 'backup',
  summary: 'Copy the grid of a data directory into a backup, writing only what has changed since the one before.',
  description:
    'Reads the data directory as a start would, and writes everything as it is to DIR. No process may have the data directory open: a grid that is running writes its own backups with grid.backup(DIR), while it goes on.',
  examples: [
    ['weft backup /backups/orders --data-dir data', 'a backup of the grid in the directory data'],
    ['weft verify /backups/orders', 'whether it can be read'],
  ],
  operands: ['DIR'],
  options: [{ name: 'data-dir', value: 'DIR', summary: 'The data directory of the grid.' }],
  async run(context, options) {
    const directory = directoryOperand('backup', options);
    const dataDir = options.text('data-dir');
    if (dataDir === undefined) throw new UsageError('no data directory is named', 'add --data-dir DIR');
    const { runBackup } = await import('./run-backup.ts');
    return runBackup(context, directory, dataDir);
  },
};
