import { WeftError } from '@weft/base';
import { ProtocolFault } from '@weft/protocol';
import type { AnyCall } from './remote-call.ts';

/** Of a write whose answer never came. */
export function inDoubt(call: AnyCall, address: string): WeftError {
  return new WeftError(
    'OUTCOME_UNKNOWN',
    `${call.name}: the host ${address} was lost and does not remember the call.`,
    { details: { host: address } },
  );
}

/** Of a write whose answer did not come in time. */
export function lateInDoubt(call: AnyCall, address: string): WeftError {
  return new WeftError(
    'OUTCOME_UNKNOWN',
    `${call.name} did not finish within its timeout, and the host ${address} has it.`,
    { details: { host: address } },
  );
}

/** Of what made sense in the session only that the host has forgotten. Nothing was done. */
export function sessionLost(call: AnyCall): WeftError {
  return new WeftError('UNREACHABLE', `${call.name}: the host was lost, and what this call is about with it.`);
}

/** `missing`: why there is no connection to the host, where there is none. Nothing was done, or it was only read. */
export function timedOut(call: AnyCall, address: string, missing: Error | undefined): WeftError {
  const why = missing === undefined ? '' : ` ${address} could not be reached meanwhile: ${missing.message}.`;
  return new WeftError('TIMEOUT', `${call.name} did not finish within its timeout and was stopped.${why}`, {
    details: { host: address },
    ...(missing !== undefined && { cause: missing }),
  });
}

export function unreachable(address: string, cause: Error | undefined): WeftError {
  const options = { details: { host: address }, cause };
  if (cause instanceof ProtocolFault)
    return new WeftError(
      'PROTOCOL_MISMATCH',
      `connect: what answers at ${address} is no Weft of this version, or another port of it: ${cause.message}.`,
      options,
    );
  const why = cause === undefined ? '' : `: ${cause.message}`;
  return new WeftError('UNREACHABLE', `connect: ${address} cannot be reached${why}.`, options);
}

/** Of a call that was not sent. `waitMs`: how long it would wait; 0 where there is no room to wait at all. */
export function tooManyWait(name: string, waiting: number, waitMs: number): WeftError {
  const retryAfterMs = Math.ceil(waitMs);
  const long = waitMs > 0 ? `, for ${retryAfterMs} ms about` : ', CALLS_WAITING_MAX';
  return new WeftError('OVERLOADED', `${name}: ${waiting} calls wait in this client already${long}.`, {
    details: waitMs > 0 ? { retryAfterMs } : {},
  });
}

/** Of a write whose answer nobody waits for any more. */
export function closedInDoubt({ name }: AnyCall): WeftError {
  return new WeftError('OUTCOME_UNKNOWN', `${name}: the grid was closed before the host had answered.`);
}
