import type { Command } from '../cli/command.ts';
import { directoryOperand } from './directory-operand.ts';

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'Read a backup, or the snapshots of a data directory, and say whether all of it is whole.',
  description:
    'Reads every file that the backup in DIR needs, and compares its bytes with its name. Changes nothing. Names each file that is damaged or missing, and exits with 1 where there is one.',
  examples: [
    ['weft verify /backups/orders', 'whether the backup can be restored'],
    ['weft verify data/snapshots', 'the same of the snapshots in a data directory'],
  ],
  operands: ['DIR'],
  options: [],
  async run(context, options) {
    const directory = directoryOperand('verify', options);
    const { runVerify } = await import('./run-backup.ts');
    return runVerify(context, directory);
  },
};
