import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './usage-error.ts';

/** One option of a command. The table of a command yields its parser, its help text and its page in the docs. */
export interface OptionSpec {
  readonly name: string;
  readonly short?: string;
  /** The placeholder of its value in help; an option without one is a switch. */
  readonly value?: string;
  readonly summary: string;
  /** The default in words, where there is one. */
  readonly default?: string;
}

/** What the command line said, by option name. */
export interface ParsedOptions {
  /** The words that are no options, where the command takes any. */
  readonly operands: readonly string[];
  text(name: string): string | undefined;
  is(name: string): boolean;
}

/** Parses the words after the command. Unknown options, options given twice, missing values and stray words are usage errors. */
export function parseOptions(
  command: string,
  specs: readonly OptionSpec[],
  words: readonly string[],
  operandsMax = 0,
): ParsedOptions {
  const { tokens } = parseArgs({
    args: [...words],
    options: parseConfig(specs),
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const values = new Map<string, string | true>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      if (operands.length === operandsMax) throw strayWord(command, token.value, operandsMax);
      if (token.value === '') throw new UsageError('one of its words is empty', `see weft help ${command}`);
      operands.push(token.value);
      continue;
    }
    const spec = specs.find((candidate) => candidate.name === token.name);
    if (!spec) throw unknownOption(command, specs, token.rawName);
    if (values.has(spec.name)) throw new UsageError(`--${spec.name} is given twice`, 'give it once');
    values.set(spec.name, valueOf(spec, token.value));
  }
  return {
    operands,
    text: (name) => {
      const value = values.get(name);
      return typeof value === 'string' ? value : undefined;
    },
    is: (name) => values.has(name),
  };
}

function parseConfig(specs: readonly OptionSpec[]): NonNullable<ParseArgsConfig['options']> {
  return Object.fromEntries(
    specs.map(({ name, short, value }) => [
      name,
      { type: value === undefined ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) } as const,
    ]),
  );
}

function valueOf(spec: OptionSpec, value: string | undefined): string | true {
  if (spec.value === undefined) {
    if (value !== undefined) throw new UsageError(`--${spec.name} takes no value`, `write just --${spec.name}`);
    return true;
  }
  // parseArgs takes the next word as the value even if it looks like an option, unless told otherwise by `=`.
  if (value === undefined || value === '' || value.startsWith('--'))
    throw new UsageError(`--${spec.name} needs a value`, `write --${spec.name} ${spec.value}`);
  return value;
}

function unknownOption(command: string, specs: readonly OptionSpec[], rawName: string): UsageError {
  const names = specs.map((spec) => `--${spec.name}`);
  return new UsageError(`unknown option ${rawName}`, `see weft help ${command}`, { word: rawName, names });
}

function strayWord(command: string, word: string, operandsMax: number): UsageError {
  return new UsageError(
    operandsMax === 0 ? `it takes no word "${word}"` : `"${word}" is a word too many`,
    `options start with --; see weft help ${command}`,
  );
}
