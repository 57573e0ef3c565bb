import { WeftError } from '@weft/base';

/** Errors that end a call though they are not retryable: the next row would die of them as well. */
const ENDING: ReadonlySet<string> = new Set(['CLOSED', 'DECLARATION_OUTDATED', 'PROTOCOL_MISMATCH']);

/** Whether an error is one row's own, so that the rows behind it can still be written. */
export function isAboutRow(error: unknown): error is WeftError {
  return WeftError.is(error) && !error.retryable && !ENDING.has(error.code);
}
