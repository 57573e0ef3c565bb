import { WeftError } from '@weft/base';
import type { RecordReader } from '@weft/log';
import { Ask, endRequest, REQUEST_BYTES_MAX, writeHead, type FrameWriter } from '@weft/protocol';
import type { UnderWay } from '../under-way.ts';
import { askedInVain, isNotBegun } from './asked-again.ts';
import type { OpenStream } from './open-stream.ts';
import type { RemoteType } from './remote-type.ts';
import { traced } from './traced.ts';

/** One for all: a literal in each call would be garbage that V8 comes to take for long-lived. */
const NO_TYPES: readonly RemoteType[] = [];

/** One request on its way: what is sent, once more after a cut, and who waits for its answer. */
export abstract class RemoteCall<R = unknown> {
  /** For messages: `Order.get`. */
  readonly name: string;
  readonly type: RemoteType | undefined;
  readonly promise: Promise<R>;
  /** Given when it is sent first. */
  seq = 0;
  /** By the monotonic clock; Infinity where it waits for ever. */
  deadlineMs = Infinity;
  /** When the host gives up, where that is another moment. */
  hostDeadlineMs: number | undefined;
  idempotencyId: string | undefined;
  /** Trace id and span id, 24 bytes. */
  trace: Uint8Array | undefined;
  /** Whether it has its end, so that whatever comes of it still is for nobody. */
  isOver = false;
  /** Others that it names. */
  types: readonly RemoteType[] = NO_TYPES;
  /** What it opens. */
  readonly stream: OpenStream | undefined = undefined;
  /** Whether it makes no sense in another session. */
  isOfSession = false;
  /** Whether it waits for room, or for a connection. */
  isWaiting = false;
  /** How often the host had no room for it. */
  refusals = 0;
  /** Whether the host may have it. */
  isSent = false;
  /** Whether it was sent to a host that has forgotten it since, and is asked again by its idempotency id: until the host has looked that up, it may have been done. */
  mayBeDone = false;
  /** Hears when it is over. */
  underWay: UnderWay | undefined;
  #resolve!: (answer: R) => void;
  #reject!: (error: Error) => void;

  constructor(name: string, type: RemoteType | undefined) {
    this.name = name;
    this.type = type;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Whether it changes something, so that nobody may do it twice. */
  abstract readonly isWrite: boolean;
  abstract readonly kind: number;
  /** What follows the head. */
  abstract writeBody(frame: FrameWriter): void;
  /** Reads the whole answer. */
  abstract readAnswer(reader: RecordReader): R;

  write(frame: FrameWriter, nowMs: number): void {
    const { kind, seq, type, idempotencyId, trace } = this;
    const untilMs = this.hostDeadlineMs ?? this.deadlineMs;
    const deadlineMs = untilMs === Infinity ? undefined : Math.max(0, untilMs - nowMs);
    const from = frame.length;
    writeHead(frame, { kind, seq, type: type?.number ?? 0, deadlineMs, idempotencyId, trace });
    let fault: unknown;
    try {
      this.writeBody(frame);
    } catch (error) {
      fault = error;
    }
    if (frame.length - from > REQUEST_BYTES_MAX) fault = requestTooLarge(this.name);
    if (fault !== undefined) {
      // Its number is to come to the host all the same: as a call whose time is over, which is refused.
      frame.cut(from);
      writeHead(frame, { kind: Ask.get, seq, type: 0, deadlineMs: 0, idempotencyId: undefined, trace: undefined });
      this.fail(fault as Error);
    }
    endRequest(frame, from);
  }

  answered(reader: RecordReader): void {
    const answer = this.readAnswer(reader);
    if (this.isOver) return;
    this.isOver = true;
    this.underWay?.end();
    this.#resolve(answer);
  }

  fail(error: Error): void {
    if (this.isOver) return;
    this.isOver = true;
    this.underWay?.end();
    this.#reject(traced(this.mayBeDone && isNotBegun(error) ? askedInVain(this.name, error) : error, this.trace));
  }
}

/** A call whose answer is for others to know. */
export type AnyCall = RemoteCall<any>;

/** Of a call that no frame can hold. */
function requestTooLarge(name: string): WeftError {
  return new WeftError(
    'REQUEST_TOO_LARGE',
    `${name}: what it asks for has more than REQUEST_BYTES_MAX, ${REQUEST_BYTES_MAX}, bytes.`,
    { details: { bytesMax: REQUEST_BYTES_MAX } },
  );
}
