import { errorRegistry, WeftError, type ErrorCode } from '@weft/base';
import type { RecordReader } from '@weft/log';
import type { FrameWriter } from './frame.ts';
import { readPlain, writePlain } from './plain-value.ts';
import { ProtocolFault } from './protocol-fault.ts';

/** Writes an error as a plain value: code, message, hint and details. Of an error that is none of ours nothing is told but that there was one. */
export function writeError(frame: FrameWriter, error: unknown): void {
  if (!WeftError.is(error))
    return writePlain(frame, { code: 'INTERNAL', message: 'The server met an error of its own; its log has it.' });
  const { code, message, hint, details } = error;
  writePlain(frame, { code, message, details, ...(hint === errorRegistry[code].hint ? {} : { hint }) });
}

export function readError(reader: RecordReader): WeftError {
  const { code, message, details, hint } = readPlain(reader) as Record<string, unknown>;
  if (typeof code !== 'string' || typeof message !== 'string') throw new ProtocolFault('an error has no code');
  if (!(code in errorRegistry))
    return new WeftError('INTERNAL', `${message} (${code}: an error that this version does not know)`);
  return new WeftError(code as ErrorCode, message, {
    details: (details ?? {}) as Record<string, string | number | boolean>,
    ...(typeof hint === 'string' ? { hint } : {}),
  });
}
