import { errorRegistry, WeftError, type ErrorCode } from '@weft/base';
import type { RecordReader } from '@weft/log';
import type { FrameWriter } from './frame.ts';
import { readPlain, writePlain } from './plain-value.ts';
import { ProtocolFault } from './protocol-fault.ts';

/** An error as a plain value. */
export interface PlainError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly details?: Readonly<Record<string, string | number | boolean>>;
  /** The error of ours that led to it; of that one no cause is told. */
  readonly cause?: PlainError;
}

/** Code, message, hint, details and cause. Of an error that is none of ours nothing is told but that there was one. */
export function plainError(error: unknown): PlainError {
  const told = plainAlone(error);
  return WeftError.is(error) && WeftError.is(error.cause) ? { ...told, cause: plainAlone(error.cause) } : told;
}

function plainAlone(error: unknown): PlainError {
  if (!WeftError.is(error)) return { code: 'INTERNAL', message: 'The server met an error of its own; its log has it.' };
  const { code, message, hint, details } = error;
  return { code, message, details, ...(hint === errorRegistry[code].hint ? {} : { hint }) };
}

export function writeError(frame: FrameWriter, error: unknown): void {
  writePlain(frame, plainError(error));
}

/** Throws ProtocolFault. */
export function readError(reader: RecordReader): WeftError {
  return errorOf(readPlain(reader));
}

export function errorOf(plain: unknown): WeftError {
  const { code, message, details, hint, cause } = (plain ?? {}) as Record<string, unknown>;
  if (typeof code !== 'string' || typeof message !== 'string') throw new ProtocolFault('an error has no code');
  if (!Object.hasOwn(errorRegistry, code))
    return new WeftError('INTERNAL', `${message} (${code}: an error that this version does not know)`);
  return new WeftError(code as ErrorCode, message, {
    details: (details ?? {}) as Record<string, string | number | boolean>,
    ...(typeof hint === 'string' ? { hint } : {}),
    ...(cause === undefined ? {} : { cause: errorOf(cause) }),
  });
}
