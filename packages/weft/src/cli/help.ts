import type { Command } from './command.ts';
import { exitCodeMeanings } from './exit-code.ts';
import type { OptionSpec } from './option-table.ts';

/** The list of commands: `weft help`. */
export function helpOverview(commands: readonly Command[]): string {
  return text([
    'Weft: an in-memory data grid for TypeScript.',
    '',
    'Usage: weft COMMAND [OPTIONS]',
    '',
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    '',
    'Examples:',
    ...columns(commands.flatMap(({ examples }) => examples.slice(0, 1))),
    '',
    'More: weft help COMMAND, weft help exit-codes',
  ]);
}

/** One command: `weft help demo`. Examples first, as most readers want one to copy. */
export function helpCommand(command: Command): string {
  return text([
    command.description,
    '',
    `Usage: weft ${command.name}${(command.operands ?? []).map((name) => ` ${name}`).join('')}${command.words === undefined ? '' : ` ${command.words}`}${command.options.length > 0 ? ' [OPTIONS]' : ''}`,
    '',
    'Examples:',
    ...columns(command.examples),
    ...optionLines(command.options),
  ]);
}

/** What the numbers mean that a process ends with: `weft help exit-codes`. */
export function helpExitCodes(): string {
  return text(['Exit codes:', ...columns(exitCodeMeanings.map(([code, meaning]) => [String(code), meaning]))]);
}

function optionLines(options: readonly OptionSpec[]): readonly string[] {
  if (options.length === 0) return [];
  return ['', 'Options:', ...columns(options.map((option) => [flag(option), sentence(option)]))];
}

function flag({ name, short, value }: OptionSpec): string {
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

function sentence({ summary, default: standard }: OptionSpec): string {
  return standard === undefined ? summary : `${summary} Default: ${standard}.`;
}

function columns(pairs: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...pairs.map(([left]) => left.length));
  return pairs.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
