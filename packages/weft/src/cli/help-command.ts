import type { Command } from './command.ts';
import { exitCode } from './exit-code.ts';
import { helpCommand, helpExitCodes, helpOverview } from './help.ts';
import { UsageError } from './usage-error.ts';

/** Help needs the list of commands, itself included; so the list is handed in when it is complete. */
export function createHelpCommand(commands: () => readonly Command[]): Command {
  return {
    name: 'help',
    summary: 'Explain a command, or what exit codes mean.',
    description: 'Explains a command with examples and options.',
    examples: [
      ['weft help demo', 'how to run the demo'],
      ['weft help exit-codes', 'what the exit codes mean'],
    ],
    options: [],
    words: '[COMMAND | exit-codes]',
    run({ stdout }, _options, [topic, ...more]) {
      if (more.length > 0) throw new UsageError(`"${more[0]}" is a word too many`, 'write weft help COMMAND');
      stdout.write(topic === undefined ? helpOverview(commands()) : helpTopic(commands(), topic));
      return Promise.resolve(exitCode.ok);
    },
  };
}

function helpTopic(commands: readonly Command[], topic: string): string {
  if (topic === 'exit-codes') return helpExitCodes();
  const command = commands.find(({ name }) => name === topic);
  if (command) return helpCommand(command);
  throw unknownCommand(topic, [...commands.map(({ name }) => name), 'exit-codes']);
}

/** A word that names no command. */
export function unknownCommand(word: string, names: readonly string[]): UsageError {
  return new UsageError(`unknown command "${word}"`, 'weft help lists the commands', { word, names });
}
