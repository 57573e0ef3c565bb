import type { Command } from '../cli/command.ts';
import { UsageError } from '../cli/usage-error.ts';
import { wholeNumber } from '../cli/values.ts';

export const journalCommand: Command = {
  name: 'journal',
  summary: 'Look at the journal of a data directory: check it, or print what it holds.',
  description:
    'Reads the journal in DIR and changes nothing. check reads every frame, compares checksums and positions, and says of each file what it ' +
    'holds; a damaged journal is an error with file and offset. dump prints one JSON object per record, in the order in which they happened.',
  operands: ['check|dump', 'DIR'],
  examples: [
    ['weft journal check data', 'whether the journal in the directory data is whole'],
    ['weft journal dump data --from 200 | head', 'the first records from frame 200 on'],
  ],
  options: [{ name: 'from', value: 'FRAME', summary: 'dump: leaves out frames before this one.', default: '1' }],
  async run(context, options) {
    const [work, directory] = options.operands;
    const form = 'write weft journal check DIR or weft journal dump DIR';
    if (work === undefined) throw new UsageError('what to do with which journal is missing', form);
    if (work !== 'check' && work !== 'dump') throw new UsageError(`it does not "${work}"`, form);
    if (directory === undefined) throw new UsageError('no data directory is named', form);
    if (work === 'check' && options.is('from'))
      throw new UsageError('--from is for dump; check reads all frames', 'leave it out');
    const from = wholeNumber('from', options.text('from') ?? '1', { min: 1, max: Number.MAX_SAFE_INTEGER });
    const { checkJournal } = await import('./check-journal.ts');
    if (work === 'check') return checkJournal(context, directory);
    const { dumpJournal } = await import('./dump-journal.ts');
    return dumpJournal(context, directory, from);
  },
};
