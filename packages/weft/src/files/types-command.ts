import type { Command } from '../cli/command.ts';
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
      throw new UsageError('what to do is missing', 'write weft types propose FILE');
    const { proposeType } = await import('@weft/files');
    const sample = options.text('sample');
    const { source } = await proposeType(file === '-' ? process.stdin : file, {
      ...fileOptions(options),
      name: options.text('name'),
      sample: options.is('all')
        ? 'all'
        : sample === undefined
          ? undefined
          : wholeNumber('sample', sample, { min: 1, max: 1e9 }),
    });
    stdout.write(source);
    return exitCode.ok;
  },
};
