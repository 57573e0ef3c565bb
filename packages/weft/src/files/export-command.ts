import type { Command } from '../cli/command.ts';
import { UsageError } from '../cli/usage-error.ts';
import { operand, readingOptions, typeOption } from './file-options.ts';

export const exportCommand: Command = {
  name: 'export',
  summary: 'Read a file into a grid and write its rows in another format.',
  description:
    'Reads CSV, NDJSON or Parquet into a grid in this process and writes the rows to another file, typed both ways.\n' +
    'Rows with equal keys become one, the last; broken records stop it.',
  examples: [
    ['weft export flights.csv --to flights.parquet', 'CSV to Parquet'],
    ['weft export flights.parquet --to flights.ndjson --type types.ts#Flight', 'with a declared type'],
    ['weft export flights.parquet --to - --to-format csv', 'to standard output'],
  ],
  operands: ['FILE'],
  options: [
    { name: 'to', value: 'FILE', summary: 'Where the rows go; - for standard output.' },
    { name: 'to-format', value: 'FORMAT', summary: 'csv, ndjson or parquet.', default: 'by the ending of the file' },
    typeOption,
    ...readingOptions,
  ],
  async run(context, options) {
    const file = operand('export', options);
    const to = options.text('to');
    if (to === undefined) throw new UsageError('no target is named', 'add --to FILE, or --to - for standard output');
    const { runExport } = await import('./run-export.ts');
    return runExport(context, file, to, options);
  },
};
