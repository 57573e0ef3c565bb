import type { Writable } from 'node:stream';
import type { ExitCode } from './exit-code.ts';
import type { OptionSpec, ParsedOptions } from './option-table.ts';

/** What a command may touch of the process. Data goes to `stdout`, everything said to a person beside it to `stderr`. */
export interface CommandContext {
  readonly stdout: OutputStream;
  readonly stderr: Writable;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A stream that may be a terminal. */
export interface OutputStream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** One word after `weft`. */
export interface Command {
  readonly name: string;
  /** One sentence for the list of commands. */
  readonly summary: string;
  /** A few sentences for its own help. */
  readonly description: string;
  /** At least two, each a whole line to type and what it does. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  readonly options: readonly OptionSpec[];
  /** What stands beside the options, each with its name in help: `['FILE']`. */
  readonly operands?: readonly string[];
  /** Whether the words after the command are free (help), or options only. */
  readonly words?: string;
  run(context: CommandContext, options: ParsedOptions, words: readonly string[]): Promise<ExitCode>;
}
