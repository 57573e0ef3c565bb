import { WeftError } from '@weft/base';
import { backupCommand } from '../backup/backup-command.ts';
import { restoreCommand } from '../backup/restore-command.ts';
import { verifyCommand } from '../backup/verify-command.ts';
import { demoCommand } from '../demo/demo-command.ts';
import type { Command, CommandContext } from './command.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import { failureText } from './failure.ts';
import { helpCommand, helpOverview } from './help.ts';
import { createHelpCommand, unknownCommand } from './help-command.ts';
import { parseOptions } from './option-table.ts';
import { exportCommand } from '../files/export-command.ts';
import { importCommand } from '../files/import-command.ts';
import { startCommand } from '../net/start-command.ts';
import { journalCommand } from '../journal/journal-command.ts';
import { typesCommand } from '../files/types-command.ts';
import { UsageError } from './usage-error.ts';
import { versionCommand } from './version-command.ts';

const commands: readonly Command[] = [
  demoCommand,
  importCommand,
  exportCommand,
  typesCommand,
  startCommand,
  journalCommand,
  backupCommand,
  restoreCommand,
  verifyCommand,
  createHelpCommand(() => commands),
  versionCommand,
];

/** Carries out one command line (the words after `weft`) and answers the exit code. Never throws. */
export async function runCommandLine(context: CommandContext, words: readonly string[]): Promise<ExitCode> {
  const [first, ...rest] = words.map(asCommand);
  const name = first ?? 'help';
  try {
    const command = commands.find((candidate) => candidate.name === name);
    if (!command) throw wrongStart(name);
    return await runCommand(context, command, rest);
  } catch (error) {
    const known = commands.some((command) => command.name === name);
    context.stderr.write(await failureText(known ? name : undefined, error));
    // What an option says may be found wrong by the call that it is handed to.
    const isUsage = error instanceof UsageError || (WeftError.is(error) && error.code === 'OPTION_INVALID');
    return isUsage ? exitCode.usage : exitCode.failed;
  }
}

function runCommand(context: CommandContext, command: Command, words: readonly string[]): Promise<ExitCode> {
  if (words.includes('--help') || words.includes('-h')) {
    context.stdout.write(command.name === 'help' ? helpOverview(commands) : helpCommand(command));
    return Promise.resolve(exitCode.ok);
  }
  if (command.words !== undefined) return command.run(context, parseOptions(command.name, command.options, []), words);
  const { name, options, operands = [] } = command;
  return command.run(context, parseOptions(name, options, words, operands.length), []);
}

/** The customary flags stand for commands where they come first: `weft --version`, `weft -h`. */
function asCommand(word: string, index: number): string {
  if (index > 0) return word;
  if (word === '--help' || word === '-h') return 'help';
  if (word === '--version' || word === '-v' || word === '-V') return 'version';
  return word;
}

function wrongStart(name: string): UsageError {
  if (name.startsWith('-'))
    return new UsageError(
      `option ${name} comes before any command`,
      'write weft COMMAND [OPTIONS], for example weft demo',
    );
  return unknownCommand(
    name,
    commands.map((command) => command.name),
  );
}
