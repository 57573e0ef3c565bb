import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Command, CommandContext } from '../cli/command.ts';
import { parseOptions } from '../cli/option-table.ts';
import { exportCommand } from './export-command.ts';
import { importCommand } from './import-command.ts';
import { temporaryFolder } from './sample.fixture.ts';

const context: CommandContext = { stdout: new PassThrough(), stderr: new PassThrough(), environment: {} };

function run({ name, options, run: start }: Command, words: readonly string[]): Promise<unknown> {
  return start(context, parseOptions(name, options, words, 1), []);
}

test.each([
  ['a format of the target that is none', exportCommand, ['--to', '-', '--to-format', 'xls'], '--to-format xls'],
  ['a target whose ending names no format', exportCommand, ['--to', 'out.xls'], '"out.xls" names no format'],
  ['standard output without a format', exportCommand, ['--to', '-'], 'A stream does not say its format'],
  ['a bound on broken records that is no number', importCommand, ['--max-rejects', 'few'], '--max-rejects few'],
  ['a bound on broken records below zero', importCommand, ['--max-rejects=-1'], '--max-rejects -1'],
  ['a format of the file that is none', importCommand, ['--format', 'xls'], '--format xls'],
])('%s is refused before the file is looked for', async (_, command, words, message) => {
  const folder = temporaryFolder();
  try {
    const missing = folder.path('missing.csv');
    await expect(run(command, [missing, ...words])).rejects.toThrow(message);
    await expect(run(command, [missing, ...(command === exportCommand ? ['--to', 'out.csv'] : [])])).rejects.toThrow(
      'there is no such file or folder',
    );
  } finally {
    folder.remove();
  }
});
