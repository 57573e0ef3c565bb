import { DiskFault, WeftError } from '@weft/base';
import { UsageError, type Mistyped } from './usage-error.ts';

/** A reason why a command cannot do its work here, with what to do about it. Shown as one line; the process exits with 1. */
export class UnsuitableError extends Error {
  override readonly name = 'UnsuitableError';
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.fix = fix;
  }
}

/**
 * One line for a person: what failed, why, what to do. An error that nobody expected is a bug of ours, so it keeps
 * its stack. `command` is absent where the words named none.
 */
export async function failureText(command: string | undefined, error: unknown): Promise<string> {
  const prefix = command === undefined ? 'weft: ' : `weft ${command}: `;
  if (error instanceof UsageError) return `${prefix}${error.message}; ${await guess(error.mistyped)}${error.fix}\n`;
  if (error instanceof UnsuitableError) return `${prefix}${error.message}; ${error.fix}\n`;
  if (WeftError.is(error)) return `${prefix}${withStop(error.message)} ${error.hint} (${error.code}, ${error.docs})\n`;
  if (isOfSystem(error))
    return `${prefix}${error.message}; see that the path is right, that this user may use it, and that its disk works\n`;
  const found = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${prefix}an unexpected error, please report it\n${found}\n`;
}

/** What the operating system answered to a path: the world's mistake, whose place in our code helps nobody. */
function isOfSystem(error: unknown): error is Error {
  if (DiskFault.is(error)) return true;
  return error instanceof Error && 'syscall' in error && 'path' in error;
}

/** Looking for the nearest name needs a package that no other part of a short command loads. */
async function guess(mistyped: Mistyped | undefined): Promise<string> {
  if (mistyped === undefined) return '';
  const { nearestName } = await import('@weft/data');
  const near = nearestName(mistyped.word, mistyped.names);
  return near === undefined ? '' : `did you mean ${near}? Otherwise `;
}

function withStop(message: string): string {
  return /[.?!…]$/.test(message) ? message : `${message}.`;
}

/** The same without who says it. */
export async function sentenceOf(error: unknown): Promise<string> {
  return (await failureText(undefined, error)).slice('weft: '.length).trimEnd();
}
