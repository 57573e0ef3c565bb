import { WeftError } from '@weft/base';
import { DamagedRecord } from '@weft/log';
import { ProtocolFault } from '@weft/protocol';

export type RequestFault = ProtocolFault | DamagedRecord;

/** Whether bytes were not those of the protocol. */
export function isFault(error: unknown): error is RequestFault {
  return error instanceof ProtocolFault || error instanceof DamagedRecord;
}

/** The same for whoever has sent them. Where a request ends stands before it: what is wrong within ends it alone, and those behind it are read as ever. */
export function malformed(fault: RequestFault): WeftError {
  return new WeftError('PROTOCOL_MISMATCH', `The request is not one of the protocol: ${fault.message}.`);
}
