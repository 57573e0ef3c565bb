import type { Command } from '../cli/command.ts';
import type { ParsedOptions } from '../cli/option-table.ts';
import { UsageError } from '../cli/usage-error.ts';
import { wholeNumber } from '../cli/values.ts';
import { exitCode } from '../cli/exit-code.ts';
import { fileOptions, readingOptions } from './file-options.ts';

export const typesCommand: Command = {
  name: 'types',
  summary: 'Propose the declaration of a type from a file.',
  description: 'Looks at the records of a file and prints a module that declares a type for them.',
  examples: [
    ['weft types propose flights.csv', 'prints the declaration'],
    ['weft types propose flights.csv --all > flight.ts', 'by every record of the file'],
    ['weft types propose trips.parquet --name Trip', 'by the schema that Parquet brings'],
  ],
  operands: ['propose', 'FILE'],
  options: [
    { name: 'name', value: 'NAME', summary: 'The name of the type.', default: 'after the file' },
    { name: 'sample', value: 'RECORDS', summary: 'Records to look at.', default: '10000' },
    { name: 'all', summary: 'Look at every record.' },
    ...readingOptions,
  ],
  async run({ stdout }, options) {
    const [verb, file] = options.operands;
    if (verb !== 'propose' || file === undefined)
      throw new UsageError(
        verb === undefined || verb === 'propose' ? 'no file is named' : `it does not "${verb}"`,
        'write weft types propose FILE',
      );
    const sample = sampleOf(options);
    const name = nameOf(options.text('name'));
    const { proposeType } = await import('@weft/files');
    const { source } = await proposeType(file === '-' ? process.stdin : file, {
      ...fileOptions(options),
      name,
      sample,
    });
    stdout.write(source);
    return exitCode.ok;
  },
};

function sampleOf(options: ParsedOptions): number | 'all' | undefined {
  const text = options.text('sample');
  const records = text === undefined ? undefined : wholeNumber('sample', text, { min: 1, max: 1e9 });
  if (!options.is('all')) return records;
  if (records === undefined) return 'all';
  throw new UsageError('--all and --sample exclude each other', 'give one of them');
}

function nameOf(text: string | undefined): string | undefined {
  if (text === undefined || /^[A-Za-z]\w{0,62}$/.test(text)) return text;
  throw new UsageError(
    `--name ${text} is no name of a type`,
    'choose a letter followed by letters, digits and underscores, 63 characters at most',
  );
}
