import type { Command } from '../cli/command.ts';
import { operand, readingOptions, typeOption } from './file-options.ts';

export const importCommand: Command = {
  name: 'import',
  summary: 'Read a file into a grid in this process, and say what of it is no row.',
  description:
    'Reads CSV, NDJSON or Parquet into a grid in this process, and says how many rows it holds, how many records are\n' +
    'broken, how fast that was and how much memory it took: a trial of an import, since the grid ends with the command.',
  examples: [
    ['weft import flights.csv', 'with a type proposed from the data'],
    ['weft import flights.csv --type types.ts#Flight --rejects rejects.ndjson', 'broken records go to a file'],
    ['gunzip -c flights.csv.gz | weft import - --format csv', 'from standard input'],
  ],
  operands: ['FILE'],
  options: [
    typeOption,
    ...readingOptions,
    { name: 'rejects', value: 'FILE', summary: 'Append broken records to a file, as NDJSON.' },
    { name: 'max-rejects', value: 'NUMBER', summary: 'Stop past so many broken records.', default: 'no bound' },
    { name: 'row-number', value: 'COLUMN', summary: 'Number the records from 0 into a column.' },
    { name: 'ignore-extra', summary: 'Pass over file columns that the type does not have.' },
    { name: 'json', summary: 'One JSON object instead of sentences.' },
  ],
  async run(context, options) {
    const file = operand('import', options);
    const { runImport } = await import('./run-import.ts');
    return runImport(context, file, options);
  },
};
