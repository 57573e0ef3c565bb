import { WeftError } from '@weft/base';
import type { Grid, Host } from '@weft/client';
import type { RecordReader } from '@weft/log';
import {
  Ask,
  FrameWriter,
  ProtocolFault,
  Tell,
  traceText,
  writeError,
  writePlain,
  type RequestHead,
} from '@weft/protocol';
import { GOING_ON_SHARE, overloaded, type Admission } from './admission.ts';
import { LOOPBACK, type Authorize } from './authorize.ts';
import { askedOf, runCall } from './calls.ts';
import type { Outlet, Replies, RequestContext, ServerStream } from './context.ts';
import type { EncodedEvents } from './encoded-events.ts';
import { HeldRows } from './held-rows.ts';
import { hostStopping } from './host-stopping.ts';
import { runPoint } from './point-calls.ts';
import { RequestStates } from './request-states.ts';
import type { MemberEvent } from './rare-log.ts';
import { isFault, malformed } from './request-fault.ts';
import type { SharedBytes } from './shared-bytes.ts';
import { openStream } from './streams.ts';
import { writeAnswer, writeRefusal, type Answer } from './write-answer.ts';

/** How long a session is kept whose connection is cut. */
export const SESSION_LIFE_MS = 60_000;
/** Bytes of replies that a session keeps for its client, past which it takes no new requests. */
export const SESSION_KEPT_BYTES_MAX = 32 * 1024 * 1024;
/** The same of all sessions of a host: past it, who keeps more than an equal share takes no new requests. */
export const KEPT_BYTES_MAX = 256 * 1024 * 1024;
/** Streams that a session may have open. */
export const SESSION_STREAMS_MAX = 4096;
/** When a request may come again that a session has no room for. */
const RETRY_MS = 20;

/** What all sessions of a host share. */
export interface SessionParts {
  readonly host: Host;
  readonly events: EncodedEvents;
  readonly grid: Grid;
  readonly space: string;
  readonly authorize: Authorize;
  readonly admission: Admission;
  /** Replies that are kept, and rows that are held. */
  readonly kept: SharedBytes;
  readonly held: SharedBytes;
  readonly log: (event: MemberEvent) => void;
}

/**
 * What a client has under way, through all its connections: which requests were seen, and the replies of those that changed something until the client
 * has them. So a request that is sent again after a cut is never done twice.
 */
export class Session implements Replies {
  readonly name: string;
  readonly inFlightMax: number;
  readonly #parts: SessionParts;
  /** To be called when it is over. */
  readonly #onEnd: (session: Session) => void;
  #outlet: Outlet | undefined;
  readonly #states: RequestStates;
  readonly held: HeldRows;
  #running = 0;
  #isDraining = false;
  #onIdle: (() => void)[] = [];
  readonly #streams = new Map<number, ServerStream>();
  readonly #stops = new Map<number, AbortController>();
  /** Traces of the requests under way that belong to one. */
  readonly #traces = new Map<number, Uint8Array>();
  #offLife: (() => void) | undefined;
  #isOver = false;

  constructor(name: string, parts: SessionParts, inFlightMax: number, onEnd: (session: Session) => void) {
    this.name = name;
    this.#parts = parts;
    this.#states = new RequestStates(parts.kept.part());
    this.held = new HeldRows(parts.held.part());
    this.#onEnd = onEnd;
    this.inFlightMax = inFlightMax;
  }

  get counts(): { readonly running: number; readonly streams: number } {
    return { running: this.#running, streams: this.#streams.size };
  }

  get outlet(): Outlet | undefined {
    return this.#outlet;
  }

  /** Goes on over this connection. */
  attach(outlet: Outlet): void {
    this.#offLife?.();
    const before = this.#outlet;
    this.#outlet = outlet;
    before?.end();
    for (const stream of this.#streams.values()) stream.halt();
  }

  /** The connection is lost. */
  detach(outlet: Outlet): void {
    if (this.#outlet !== outlet) return;
    this.#outlet = undefined;
    this.#tellIdle();
    // What a client keeps that has said goodbye is not kept any longer.
    if (this.#isOver) return;
    this.#offLife = this.#parts.host.timers.after(SESSION_LIFE_MS, () => this.end(), 'idle');
  }

  /** The client is gone for good. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#offLife?.();
    for (const stop of this.#stops.values()) stop.abort();
    for (const stream of this.#streams.values()) stream.close();
    this.#streams.clear();
    this.#states.close();
    this.held.close();
    this.#tellIdle();
    this.#onEnd(this);
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Takes no new requests. Resolves once none is under way, and nothing is open that has an end of its own. */
  drain(): Promise<void> {
    this.#isDraining = true;
    for (const stream of this.#streams.values()) stream.endWait(hostStopping());
    return new Promise((resolve) => {
      this.#onIdle.push(resolve);
      this.#tellIdle();
    });
  }

  #tellIdle(): void {
    if (this.#onIdle.length === 0 || this.#running > 0) return;
    // For a client that is not there nobody waits: what it has open goes with it.
    if (this.#outlet !== undefined) for (const { isEndless } of this.#streams.values()) if (!isEndless) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  acked(below: number): void {
    this.#states.acked(below);
  }

  /** All the requests that the client's window has put aside, since they take long. */
  setAside(seqs: readonly number[]): void {
    this.#states.setAside(seqs);
  }

  cancel(seq: number): void {
    this.#stops.get(seq)?.abort();
  }

  credit(seq: number, taken: number): void {
    this.#streams.get(seq)?.credit(taken);
  }

  /** Of a stream that was open before a cut; its request is here again before, where that was lost. */
  resume(seq: number, received: number, taken: number): void {
    this.#streams.get(seq)?.resume(received, taken);
  }

  stream(seq: unknown): ServerStream {
    const stream = this.#streams.get(seq as number);
    if (stream === undefined) throw new WeftError('CLOSED', 'What this call is about is not open any more.');
    return stream;
  }

  closeStream(seq: unknown): void {
    this.#streams.get(seq as number)?.close();
    this.#streams.delete(seq as number);
    this.#tellIdle();
  }

  drained(): void {
    for (const stream of this.#streams.values()) stream.drained();
  }

  /** A request of so many bytes, perhaps for the second time. The reader stands at its body. Throws ProtocolFault where its number can be none. */
  request(head: RequestHead, reader: RecordReader, bytes: number): void {
    const { seq } = head;
    if (!this.#states.mayCome(seq, this.inFlightMax))
      throw new ProtocolFault(`the request ${seq} lies outside of the window, which begins at ${this.#states.below}`);
    const state = this.#states.get(seq);
    this.#states.see(seq);
    if (typeof state === 'number') return;
    const outlet = this.#outlet!;
    if (state !== undefined) {
      outlet.out.room(state.length).raw(state);
      return outlet.flushSoon();
    }
    const refusal = this.#refusalOf(head, reader, bytes);
    if (refusal !== undefined) {
      writeRefusal(outlet.out, seq, refusal);
      return outlet.flushSoon();
    }
    this.#states.begin(seq, bytes);
    if (head.trace !== undefined) this.#traces.set(seq, head.trace);
    this.#running++;
    this.#parts.admission.begin(bytes);
    this.#begin(head, reader);
  }

  #begin(head: RequestHead, reader: RecordReader): void {
    const { host, grid, space, authorize, events, admission } = this.#parts;
    // Field by field: spreads made a fifth of the garbage of a point call.
    const context: RequestContext = {
      kind: head.kind,
      seq: head.seq,
      type: head.type,
      deadlineMs: head.deadlineMs,
      idempotencyId: head.idempotencyId,
      trace: head.trace,
      principal: LOOPBACK,
      types: this.#outlet!.types,
      replies: this,
      host,
      grid,
      space,
      events,
      works: admission.works,
    };
    try {
      authorize(context);
      if (head.deadlineMs === 0) throw new WeftError('TIMEOUT', 'The call came when its timeout was over.');
      this.#read(context, reader)();
    } catch (error) {
      this.fail(head.seq, error);
    }
  }

  /** A request is not under way any more; false where it was not. */
  #end(seq: number): boolean {
    this.#stops.delete(seq);
    if (this.#traces.size > 0) this.#traces.delete(seq);
    const bytes = this.#states.end(seq);
    if (bytes === undefined) return false;
    this.#running--;
    this.#parts.admission.end(bytes);
    return true;
  }

  #refusalOf(head: RequestHead, reader: RecordReader, bytes: number): WeftError | undefined {
    try {
      return this.#refusal(head, reader, bytes);
    } catch (error) {
      if (!isFault(error)) throw error;
      const fault = malformed(error);
      this.#tell(head.seq, fault);
      return fault;
    }
  }

  /**
   * Why a request is not taken now. What is about something that is open (a transaction, a consumer) was let in with it: it holds what others wait for until
   * it can go on, so it goes before what is new, and in its reserve.
   */
  #refusal({ kind, deadlineMs }: RequestHead, reader: RecordReader, bytes: number): WeftError | undefined {
    const { admission } = this.#parts;
    const asked = kind >= Ask.call ? askedOf(reader, deadlineMs) : undefined;
    const goesOn = asked?.goesOn === true;
    const share = goesOn ? GOING_ON_SHARE : 1;
    if (kind === Ask.open && this.#streams.size >= SESSION_STREAMS_MAX * share)
      return new WeftError('OVERLOADED', `The session has SESSION_STREAMS_MAX, ${SESSION_STREAMS_MAX}, streams open.`);
    if (this.#states.keptBytes > SESSION_KEPT_BYTES_MAX * share)
      return overloaded(
        `The session keeps SESSION_KEPT_BYTES_MAX, ${SESSION_KEPT_BYTES_MAX}, bytes of replies.`,
        RETRY_MS,
      );
    if (this.#states.isPastShare && !goesOn)
      return overloaded(`All sessions keep KEPT_BYTES_MAX, ${KEPT_BYTES_MAX}, bytes of replies.`, RETRY_MS);
    return admission.refusal(bytes, asked);
  }

  /** How a request is carried out once it was read. */
  #read(context: RequestContext, reader: RecordReader): () => void {
    if (context.kind === Ask.call) return runCall(context, reader);
    if (this.#isDraining) throw hostStopping();
    if (context.kind === Ask.open) {
      const open = openStream(context, reader);
      return () => this.#open(context.seq, open);
    }
    return runPoint(context, reader);
  }

  #open(seq: number, open: () => ServerStream | Promise<ServerStream>): void {
    const stream = open();
    if (!(stream instanceof Promise)) return this.#opened(seq, stream);
    stream.then(
      (opened) => this.#opened(seq, opened),
      (error: unknown) => this.fail(seq, error),
    );
  }

  #opened(seq: number, stream: ServerStream): void {
    if (this.#isOver) return stream.close();
    this.#streams.set(seq, stream);
    this.reply(seq, true, (frame) => writePlain(frame, stream.opened));
    stream.start();
  }

  reply(seq: number, isKept: boolean, write?: (frame: FrameWriter) => void): void {
    this.#answer({ kind: Tell.reply, seq, isKept, write });
  }

  fail(seq: number, error: unknown): void {
    const told = isFault(error) ? malformed(error) : error;
    this.#tell(seq, told);
    this.#answer({ kind: Tell.failure, seq, isKept: true, write: (frame) => writeError(frame, told) });
  }

  /** What its operator may look for: our own errors, what is not of the protocol, and of requests that somebody traces those that took too long. */
  #tell(seq: number, error: unknown): void {
    const bytes = this.#traces.get(seq);
    const trace = bytes && traceText(bytes);
    if (!WeftError.is(error))
      this.#parts.log({ level: 'error', message: `request ${seq} met an error of our own`, cause: error, trace });
    else if (WeftError.is(error, 'PROTOCOL_MISMATCH'))
      this.#parts.log({ level: 'warn', message: `request ${seq}: ${error.message}` });
    else if (trace !== undefined && WeftError.is(error, 'TIMEOUT'))
      this.#parts.log({ level: 'warn', message: error.message, trace });
  }

  signal(seq: number): AbortSignal {
    const stop = new AbortController();
    this.#stops.set(seq, stop);
    return stop.signal;
  }

  #answer(answer: Answer): void {
    const { seq, isKept } = answer;
    // It has its answer, where it is not under way any more.
    if (!this.#end(seq)) return;
    const outlet = this.#outlet;
    const frame = outlet?.out ?? new FrameWriter();
    const from = frame.length;
    writeAnswer(frame, answer, this.#parts.log);
    if (isKept) this.#states.keep(seq, frame.copy(from));
    outlet?.flushSoon();
    this.#tellIdle();
  }
}
