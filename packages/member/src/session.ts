import { WeftError } from '@weft/base';
import type { Grid, Host } from '@weft/client';
import { DamagedRecord, type RecordReader } from '@weft/log';
import { Ask, FrameWriter, ProtocolFault, Tell, writeError, writePlain, type RequestHead } from '@weft/protocol';
import { authorize, LOOPBACK } from './authorize.ts';
import { runCall } from './calls.ts';
import type { Outlet, Replies, RequestContext, ServerStream } from './context.ts';
import type { EncodedEvents } from './encoded-events.ts';
import { hostStopping } from './host-stopping.ts';
import { runPoint } from './point-calls.ts';
import { openStream } from './streams.ts';

/** How long a session is kept whose connection is cut. */
export const SESSION_LIFE_MS = 60_000;

/** What all sessions of a host share. */
export interface SessionParts {
  readonly host: Host;
  readonly events: EncodedEvents;
  readonly grid: Grid;
  readonly space: string;
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
  /** By sequence number modulo the window: what became of a request. */
  readonly #states: State[];
  /** All replies below have come. */
  #ackedBelow = 1;
  /** Requests below were seen. */
  #seenBelow = 1;
  #running = 0;
  #isDraining = false;
  #onIdle: (() => void)[] = [];
  readonly #streams = new Map<number, ServerStream>();
  readonly #stops = new Map<number, AbortController>();
  #offLife: (() => void) | undefined;

  constructor(name: string, parts: SessionParts, inFlightMax: number, onEnd: (session: Session) => void) {
    this.name = name;
    this.#parts = parts;
    this.#onEnd = onEnd;
    this.inFlightMax = inFlightMax;
    this.#states = Array.from({ length: inFlightMax }, () => undefined);
  }

  get outlet(): Outlet | undefined {
    return this.#outlet;
  }

  /** Goes on over this connection. */
  attach(outlet: Outlet): void {
    this.#offLife?.();
    this.#outlet?.end();
    this.#outlet = outlet;
    for (const stream of this.#streams.values()) stream.halt();
  }

  /** The connection is lost. */
  detach(outlet: Outlet): void {
    if (this.#outlet !== outlet) return;
    this.#outlet = undefined;
    this.#offLife = this.#parts.host.timers.after(SESSION_LIFE_MS, () => this.end(), 'idle');
  }

  /** The client is gone for good. */
  end(): void {
    this.#offLife?.();
    for (const stop of this.#stops.values()) stop.abort();
    for (const stream of this.#streams.values()) stream.close();
    this.#streams.clear();
    this.#tellIdle();
    this.#onEnd(this);
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Takes no new requests. Resolves once none is under way, and nothing is open that has an end of its own. */
  drain(): Promise<void> {
    this.#isDraining = true;
    return new Promise((resolve) => {
      this.#onIdle.push(resolve);
      this.#tellIdle();
    });
  }

  #tellIdle(): void {
    if (this.#onIdle.length === 0 || this.#running > 0) return;
    for (const { isEndless } of this.#streams.values()) if (!isEndless) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  acked(below: number): void {
    if (below > this.#seenBelow) throw new ProtocolFault('replies were acknowledged that were never asked for');
    for (; this.#ackedBelow < below; this.#ackedBelow++) this.#states[this.#ackedBelow % this.inFlightMax] = undefined;
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

  /** A request, perhaps for the second time. The reader stands at its body. */
  request(head: RequestHead, reader: RecordReader): void {
    const { seq } = head;
    if (seq < this.#ackedBelow || seq >= this.#ackedBelow + this.inFlightMax)
      throw new ProtocolFault(`the request ${seq} lies outside of the window, which begins at ${this.#ackedBelow}`);
    const { types } = this.#outlet!;
    const context: RequestContext = { ...head, replies: this, types, principal: LOOPBACK, ...this.#parts };
    const state = this.#states[seq % this.inFlightMax];
    this.#seenBelow = Math.max(this.#seenBelow, seq + 1);
    if (state === RUNNING) return;
    if (state !== undefined) return this.#send(state);
    this.#states[seq % this.inFlightMax] = RUNNING;
    this.#running++;
    try {
      authorize(context);
      if (head.deadlineMs === 0) throw new WeftError('TIMEOUT', 'The call came when its timeout was over.');
      this.#read(context, reader)();
    } catch (error) {
      if (error instanceof DamagedRecord) throw error;
      this.fail(seq, error);
    }
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

  #open(seq: number, open: () => ServerStream): void {
    const stream = open();
    this.#streams.set(seq, stream);
    this.reply(seq, true, (frame) => writePlain(frame, stream.opened));
    stream.start();
  }

  reply(seq: number, isKept: boolean, write?: (frame: FrameWriter) => void): void {
    this.#answer(seq, isKept, Tell.reply, write);
  }

  fail(seq: number, error: unknown): void {
    if (error instanceof ProtocolFault) throw error;
    this.#answer(seq, true, Tell.failure, (frame) => writeError(frame, error));
  }

  signal(seq: number): AbortSignal {
    const stop = new AbortController();
    this.#stops.set(seq, stop);
    return stop.signal;
  }

  #answer(seq: number, isKept: boolean, kind: number, write: ((frame: FrameWriter) => void) | undefined): void {
    this.#stops.delete(seq);
    const at = seq % this.inFlightMax;
    if (this.#states[at] === RUNNING) this.#running--;
    const outlet = this.#outlet;
    const frame = outlet?.out ?? new FrameWriter();
    const from = frame.length;
    const target = frame.room(5);
    target.u8(kind);
    target.u32(seq);
    write?.(frame);
    this.#states[at] = isKept ? frame.copy(from) : undefined;
    outlet?.flushSoon();
    this.#tellIdle();
  }

  #send(reply: Uint8Array): void {
    const { out } = this.#outlet!;
    const target = out.room(reply.length);
    target.bytes.set(reply, target.at);
    target.at += reply.length;
  }
}

const RUNNING = 'running';
type State = undefined | typeof RUNNING | Uint8Array;
