import { WeftError } from '@weft/base';
import { FrameWriter, Tell, writeError } from '@weft/protocol';
import { tooLarge } from './answer-size.ts';
import type { MemberEvent } from './rare-log.ts';

/** The answer to a request. */
export interface Answer {
  /** Of `Tell`. */
  readonly kind: number;
  readonly seq: number;
  /** Whether it is kept until the client has it, since the request must not be done again. */
  readonly isKept: boolean;
  /** Writes what follows its head. */
  readonly write: ((frame: FrameWriter) => void) | undefined;
}

/** Writes an answer, or in its place that it cannot be written. */
export function writeAnswer(
  frame: FrameWriter,
  { kind, seq, isKept, write }: Answer,
  log: (event: MemberEvent) => void,
): void {
  const from = frame.length;
  let fault: unknown;
  try {
    writeHead(frame, kind, seq);
    write?.(frame);
  } catch (error) {
    fault = error;
  }
  fault = tooLarge(frame.length - from, isKept) ?? fault;
  if (fault === undefined) return;
  frame.cut(from);
  if (!WeftError.is(fault))
    log({ level: 'error', message: `the answer to request ${seq} could not be written`, cause: fault });
  writeFailure(frame, seq, fault);
}

/** Writes that a request has failed; number 0 is the hello. */
export function writeFailure(frame: FrameWriter, seq: number, error: unknown): void {
  writeHead(frame, Tell.failure, seq);
  writeError(frame, error);
}

/** Writes why a request was not begun: it may come again. */
export function writeRefusal(frame: FrameWriter, seq: number, error: WeftError): void {
  const bytes = encodedOnce(error);
  writeHead(frame, Tell.failure, seq);
  frame.room(bytes.length).raw(bytes);
}

let lastRefusal: { readonly error: WeftError; readonly bytes: Uint8Array } | undefined;

/** The error as it is sent; mostly it is the one before. */
function encodedOnce(error: WeftError): Uint8Array {
  if (lastRefusal?.error === error) return lastRefusal.bytes;
  const frame = new FrameWriter();
  writeError(frame, error);
  const bytes = frame.copy(0);
  lastRefusal = { error, bytes };
  return bytes;
}

function writeHead(frame: FrameWriter, kind: number, seq: number): void {
  const target = frame.room(5);
  target.u8(kind);
  target.u32(seq);
}
