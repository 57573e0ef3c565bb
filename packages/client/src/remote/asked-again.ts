import { WeftError, type ErrorCode } from '@weft/base';

/** Whether a call ends with this error before its host has looked whether it was done before. */
export function isNotBegun(error: Error): boolean {
  return NOT_BEGUN.some((code) => WeftError.is(error, code));
}

const NOT_BEGUN: readonly ErrorCode[] = ['ABORTED', 'CLOSED', 'HOST_STOPPING', 'OVERLOADED', 'TIMEOUT', 'UNREACHABLE'];

/** Of a call that may have been done before its host was lost: it was asked again, and `error` came of that. */
export function askedInVain(name: string, error: Error): WeftError {
  return new WeftError('OUTCOME_UNKNOWN', `${name}: its host was lost, and asked again: ${error.message}`, {
    cause: error,
  });
}
