import { WeftError } from '@weft/base';
import { traceText } from '@weft/protocol';

/** The error with the id of the trace that its call belongs to, where it belongs to one: by that the log of its host tells of it too. */
export function traced(error: Error, trace: Uint8Array | undefined): Error {
  if (trace === undefined || !WeftError.is(error) || 'trace' in error.details) return error;
  const { code, message, hint, details, cause, stack } = error as WeftError;
  const told = new WeftError(code, message, {
    hint,
    details: { ...details, trace: traceText(trace) },
    ...(cause !== undefined && { cause }),
  });
  if (stack !== undefined) told.stack = stack;
  return told;
}
