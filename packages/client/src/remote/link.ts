import { WeftError, type Dialer, type Wire, type WireEvents, utf8Length } from '@weft/base';
import { RecordReader, VARINT_BYTES_MAX } from '@weft/log';
import {
  Ask,
  checkWelcome,
  FRAME_BYTES_AIM,
  FrameReader,
  FrameWriter,
  preamble,
  ProtocolFault,
  readError,
  readPlain,
  Tell,
  writePlain,
  type Welcome,
} from '@weft/protocol';
import { closedError } from '../call.ts';
import type { Host } from '../host.ts';
import { CallWindow } from './call-window.ts';
import type { AnyCall } from './remote-call.ts';
import { VerbCall } from './point-calls.ts';
import type { OpenStream } from './open-stream.ts';
import type { RemoteType } from './remote-type.ts';

/** How often deadlines are looked at. */
const SWEEP_MS = 50;
/** How long past its deadline a call that may have been done waits for the host to say so. */
const GRACE_MS = 1000;
/** How long a connection may take until the host has said welcome. */
export const CONNECT_MS_MAX = 5000;
const RETRY_MS_FIRST = 20;
const RETRY_MS_MAX = 2000;

export interface LinkParts {
  readonly host: Host;
  readonly dialer: Dialer;
  /** Calls back once the present run of code has ended: what was asked in it goes out in one frame. */
  readonly soon: (callback: () => void) => void;
  readonly space: string;
  readonly client: string;
}

/**
 * The way to one host: a session that goes on through connections. What is asked within one run of code leaves in one frame; after a cut what has no answer
 * yet is sent again, and the host knows what of it it has done.
 */
export class Link {
  readonly address: string;
  readonly #parts: LinkParts;
  readonly #window = new CallWindow();
  /** By the number of the request that opened it. */
  #streams = new Map<number, OpenStream>();
  #wire: Wire | undefined;
  #reader: FrameReader | undefined;
  #out = new FrameWriter();
  #welcome: Welcome | undefined;
  /** Numbers of the types that this connection has been told of. */
  #declared = new Set<number>();
  #isReady = false;
  /** Whether the host has said that it stops: what is new waits for the next connection. */
  #isLeaving = false;
  #isFlushing = false;
  /** When the run of code began whose calls go out together. */
  #runMs = 0;
  #isClosed = false;
  #attempt = 0;
  /** Number of the connection that counts: what becomes of those before it is of no concern. */
  #connection = 0;
  /** Calls off the end of an attempt to connect that takes too long. */
  #offLimit: (() => void) | undefined;
  #offSweep: (() => void) | undefined;
  #offRetry: (() => void) | undefined;
  #first: { resolve: (welcome: Welcome) => void; reject: (error: Error) => void } | undefined;

  constructor(address: string, parts: LinkParts) {
    this.address = address;
    this.#parts = parts;
  }

  /** Opens it for the first time. Rejects with UNREACHABLE, SPACE_UNKNOWN, PROTOCOL_MISMATCH. */
  open(): Promise<Welcome> {
    return new Promise((resolve, reject) => {
      this.#first = { resolve, reject };
      void this.#dial();
    });
  }

  /** The time, by the monotonic clock: within one run of code that of its first call. */
  get nowMs(): number {
    return this.#isFlushing ? this.#runMs : this.#parts.host.clock.monotonicMs();
  }

  /** Sends a call, now or when there is a connection and room for it. */
  ask(call: AnyCall): void {
    if (this.#isClosed) return call.fail(closedError(call.name));
    const placed = this.#window.add(call);
    if (placed && (this.#takesCalls || (this.#isReady && call.isOfSession))) this.#send(call);
    this.#sweepSoon();
  }

  /** The client does not want the answer any more. Whether the host never hears of the call. */
  cancel(call: AnyCall): boolean {
    if (this.#window.drop(call)) return true;
    if (!this.#isReady || call.seq === 0) return false;
    const target = this.#message(5);
    target.u8(Ask.cancel);
    target.u32(call.seq);
    return false;
  }

  /** So many items of a stream were taken. */
  credit(seq: number, taken: number): void {
    if (!this.#isReady) return;
    const target = this.#message(9);
    target.u8(Ask.credit);
    target.u32(seq);
    target.u32(taken);
  }

  /** What has come of a stream, on a new connection. */
  resume(seq: number, received: number, taken: number): void {
    const target = this.#message(13);
    target.u8(Ask.resume);
    target.u32(seq);
    target.u32(received);
    target.u32(taken);
  }

  /** The host need not keep it any more. */
  closeStream(seq: number): Promise<void> {
    this.#streams.delete(seq);
    if (this.#isClosed) return Promise.resolve();
    const call = new VerbCall('close', undefined, 'close', { stream: seq }, false);
    // Should the host forget the session, it has forgotten the stream too.
    call.isOfSession = true;
    call.deadlineMs = this.#parts.host.clock.monotonicMs() + GRACE_MS;
    this.ask(call);
    return call.promise.then(
      () => undefined,
      () => undefined,
    );
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#offRetry?.();
    this.#offLimit?.();
    this.#offSweep?.();
    if (this.#isReady) {
      this.#message(1).u8(Ask.goodbye);
      this.#flush();
    }
    this.#wire?.end();
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    // What was sent may be done by now, or be done still.
    for (const call of this.#window.takeAll())
      call.fail(call.isSent && call.isWrite ? closedInDoubt(call) : closedError(call.name));
    for (const stream of streams) stream.fail(closedError(stream.name));
    this.#first?.reject(closedError('connect'));
  }

  async #dial(): Promise<void> {
    const { dialer, space, client, host } = this.#parts;
    const connection = ++this.#connection;
    this.#offLimit = host.timers.after(CONNECT_MS_MAX, () => this.#lost(new Error('no answer')), 'idle');
    try {
      this.#reader = new FrameReader((bytes, start, end) => this.#content(bytes, start, end));
      this.#out = new FrameWriter();
      this.#declared = new Set();
      const wire = await dialer.dial(this.address, this.#eventsOf(connection));
      if (this.#isClosed || connection !== this.#connection) return wire.destroy();
      this.#wire = wire;
      wire.send(preamble());
      this.#out.room(1).u8(Ask.hello);
      writePlain(this.#out, { space, client, session: this.#welcome?.session });
      wire.send(this.#out.take());
    } catch (error) {
      if (connection === this.#connection) this.#lost(error as Error);
    }
  }

  #eventsOf(connection: number): WireEvents {
    return {
      received: (bytes) => {
        if (connection === this.#connection) this.#received(bytes);
      },
      drained: () => {
        if (connection === this.#connection) this.#flush();
      },
      closed: (error) => {
        if (connection === this.#connection) this.#lost(error);
      },
    };
  }

  #received(bytes: Uint8Array): void {
    try {
      this.#reader?.push(bytes);
    } catch (error) {
      this.#lost(error as Error);
    }
  }

  #content(bytes: Uint8Array, start: number, end: number): void {
    const reader = new RecordReader(bytes, start, end);
    while (reader.rest > 0) this.#answer(reader);
  }

  #answer(reader: RecordReader): void {
    const kind = reader.u8();
    switch (kind) {
      case Tell.welcome:
        return this.#welcomed(checkWelcome(readPlain(reader)));
      case Tell.reply:
        return this.#replied(reader);
      case Tell.failure:
        return this.#failed(reader);
      case Tell.items:
        return this.#items(reader);
      case Tell.end:
        return this.#ended(reader);
      case Tell.pong:
        return;
      case Tell.goaway:
        readPlain(reader);
        this.#isLeaving = true;
        return this.#leaveIfDone();
      default:
        throw new ProtocolFault(`${kind} is the kind of no message`);
    }
  }

  #welcomed(welcome: Welcome): void {
    this.#offLimit?.();
    this.#attempt = 0;
    const isFirst = this.#welcome === undefined;
    this.#welcome = welcome;
    if (!isFirst && !welcome.isResumed) this.#forgotten();
    this.#isReady = true;
    this.#isLeaving = false;
    // What was said of it last may have been lost.
    if (!isFirst) this.#ack();
    for (const call of this.#window.open(welcome.inFlight)) this.#send(call);
    for (const stream of this.#streams.values()) stream.resumed();
    this.#first?.resolve(welcome);
    this.#first = undefined;
  }

  /** The host knows nothing of the session any more: what it may have done is not asked again. */
  #forgotten(): void {
    const calls = this.#window.takeAll();
    const opening = new Set(calls.map(({ stream }) => stream));
    const streams = [...this.#streams.values()].filter((stream) => !opening.has(stream));
    this.#streams.clear();
    this.#window.restart();
    // Those that open themselves again come first, so that what is asked of them finds them.
    for (const stream of streams) stream.forgotten();
    for (const call of calls) {
      if (call.isOver) continue;
      if (call.isOfSession && !(call.isSent && call.isWrite)) call.fail(sessionLost(call));
      else if (call.isSent && call.isWrite && call.idempotencyId === undefined) call.fail(this.#inDoubt(call));
      else this.#window.add(call);
    }
  }

  #inDoubt(call: AnyCall): WeftError {
    return new WeftError(
      'OUTCOME_UNKNOWN',
      `${call.name}: the host ${this.address} was lost and does not remember the call.`,
      { details: { host: this.address } },
    );
  }

  #replied(reader: RecordReader): void {
    const seq = reader.u32();
    const call = this.#window.of(seq);
    if (call === undefined) throw new ProtocolFault(`a reply to ${seq}, which waits for none`);
    call.answered(reader);
    this.#done(seq);
  }

  #failed(reader: RecordReader): void {
    const seq = reader.u32();
    const error = readError(reader);
    if (seq === 0) {
      this.#first?.reject(error);
      this.#first = undefined;
      return this.close();
    }
    const call = this.#window.of(seq);
    if (call === undefined) throw new ProtocolFault(`a reply to ${seq}, which waits for none`);
    if (call.stream !== undefined) this.#streams.delete(seq);
    const waits = WeftError.is(error, 'HOST_STOPPING') && !call.isOfSession && !call.isOver;
    if (!waits) call.fail(error);
    this.#done(seq);
    if (waits) this.#holdBack(call);
  }

  #items(reader: RecordReader): void {
    const seq = reader.u32();
    const first = reader.u32();
    const count = reader.u32();
    const end = reader.u32() + reader.at;
    // Of a stream that was closed here they come still.
    const stream = this.#streams.get(seq);
    if (stream === undefined) reader.raw(end - reader.at);
    else stream.received(first, count, reader);
    if (reader.at !== end) throw new ProtocolFault('the items of a message do not have the length that it says');
  }

  #ended(reader: RecordReader): void {
    const seq = reader.u32();
    const count = reader.u32();
    const error = reader.u8() === 0 ? undefined : readError(reader);
    this.#streams.get(seq)?.ended(count, error);
  }

  #done(seq: number): void {
    this.#window.done(seq);
    if (this.#window.isAckDue && this.#isReady) this.#ack();
    for (let call = this.#window.nextWaiting(); call !== undefined; call = this.#window.nextWaiting())
      if (this.#takesCalls) this.#send(call);
    this.#leaveIfDone();
  }

  get #takesCalls(): boolean {
    return this.#isReady && !this.#isLeaving;
  }

  /** A host that stops waits for its clients, until they have their answers. */
  #leaveIfDone(): void {
    if (!this.#isLeaving || !this.#isReady || this.#window.isAwaiting) return;
    for (const { isEndless } of this.#streams.values()) if (!isEndless) return;
    this.#flush();
    this.#isReady = false;
    this.#wire!.end();
  }

  /** A call that came too late to a host that stops: it goes to the next. */
  #holdBack(call: AnyCall): void {
    this.#isLeaving = true;
    call.isSent = false;
    this.#window.add(call);
    this.#sweepSoon();
  }

  #send(call: AnyCall): void {
    if (call.type !== undefined) this.#declare(call.type);
    for (const type of call.types) this.#declare(type);
    call.isSent = true;
    if (call.stream !== undefined) this.#streams.set(call.seq, call.stream);
    if (!this.#isFlushing) this.#flushSoon();
    call.write(this.#out, this.#runMs);
    if (this.#out.length >= FRAME_BYTES_AIM) this.#flush();
  }

  /** The connection is told of a type before the first request that names it. */
  #declare({ number, schemaText }: RemoteType): void {
    if (this.#declared.has(number)) return;
    this.#declared.add(number);
    const target = this.#message(3 + VARINT_BYTES_MAX + utf8Length(schemaText));
    target.u8(Ask.type);
    target.u16(number);
    target.text(schemaText);
  }

  /** Room for a message that goes out soon. */
  #message(bytes: number): ReturnType<FrameWriter['room']> {
    this.#flushSoon();
    return this.#out.room(bytes);
  }

  /** Tells the host which replies it need not keep. */
  #ack(): void {
    const target = this.#message(5);
    target.u8(Ask.acked);
    target.u32(this.#window.ack());
  }

  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    this.#runMs = this.#parts.host.clock.monotonicMs();
    this.#parts.soon(() => {
      this.#isFlushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (!this.#isReady || this.#out.isEmpty) return;
    this.#wire!.send(this.#out.take());
  }

  #lost(cause: Error | undefined): void {
    if (this.#isClosed) return;
    // What comes of this connection from here on is not heard any more.
    this.#connection++;
    this.#offLimit?.();
    this.#isReady = false;
    this.#wire?.destroy();
    this.#wire = undefined;
    this.#reader = undefined;
    if (this.#first !== undefined) {
      this.#first.reject(this.#unreachable(cause));
      this.#first = undefined;
      return this.close();
    }
    if (this.#offRetry !== undefined) return;
    const { timers, random } = this.#parts.host;
    const mostMs = Math.min(RETRY_MS_MAX, RETRY_MS_FIRST * 2 ** this.#attempt++);
    const delayMs = mostMs * (0.5 + random.uint32() / 2 ** 33);
    this.#offRetry = timers.after(delayMs, () => {
      this.#offRetry = undefined;
      void this.#dial();
    });
  }

  #unreachable(cause: Error | undefined): WeftError {
    return new WeftError(
      cause instanceof ProtocolFault ? 'PROTOCOL_MISMATCH' : 'UNREACHABLE',
      `connect: ${this.address} cannot be reached${cause === undefined ? '' : `: ${cause.message}`}.`,
      { details: { host: this.address }, cause },
    );
  }

  #sweepSoon(): void {
    this.#offSweep ??= this.#parts.host.timers.after(SWEEP_MS, () => {
      this.#offSweep = undefined;
      this.#sweep();
    });
  }

  /** Ends the calls whose time is over. */
  #sweep(): void {
    const nowMs = this.#parts.host.clock.monotonicMs();
    for (const call of this.#window.overdue(nowMs, GRACE_MS)) {
      const isInDoubt = call.isSent && call.isWrite;
      call.fail(isInDoubt ? this.#inDoubt(call) : timedOut(call));
      this.cancel(call);
    }
    if (this.#window.isBusy) this.#sweepSoon();
  }
}

/** Of what made sense in the session only that the host has forgotten. Nothing was done. */
function sessionLost(call: AnyCall): WeftError {
  return new WeftError('UNREACHABLE', `${call.name}: the host was lost, and what this call is about with it.`);
}

function closedInDoubt({ name }: AnyCall): WeftError {
  return new WeftError('OUTCOME_UNKNOWN', `${name}: the grid was closed before the host had answered.`);
}

function timedOut(call: AnyCall): WeftError {
  return new WeftError('TIMEOUT', `${call.name} did not finish within its timeout and was stopped.`);
}
