import { WeftError, type Dialer, utf8Length } from '@weft/base';
import { RecordReader, VARINT_BYTES_MAX } from '@weft/log';
import {
  Ask,
  checkWelcome,
  FEATURES,
  FRAME_BYTES_AIM,
  FrameReader,
  FrameWriter,
  errorOf,
  preamble,
  ProtocolFault,
  readError,
  readPlain,
  Tell,
  writePlain,
  writeSeqs,
  type Welcome,
} from '@weft/protocol';
import { closedError } from '../call.ts';
import type { Host } from '../host.ts';
import { CALLS_WAITING_MAX, CallWindow } from './call-window.ts';
import { KeepAlive } from './keep-alive.ts';
import { LaterCalls } from './later-calls.ts';
import { closedInDoubt, inDoubt, lateInDoubt, sessionLost, timedOut, tooManyWait, unreachable } from './link-errors.ts';
import { LinkWire } from './link-wire.ts';
import type { AnyCall } from './remote-call.ts';
import { VerbCall } from './point-calls.ts';
import { SharedErrors } from './shared-errors.ts';
import type { OpenStream } from './open-stream.ts';
import type { RemoteType } from './remote-type.ts';

/** How often deadlines are looked at. */
const SWEEP_MS = 50;
/** How long past its deadline a call that may have been done waits for the host to say so. */
const GRACE_MS = 1000;
/** Fingerprints that a hello tells: they fit into HELLO_BYTES_MAX. */
const FINGERPRINTS_MAX = 100;
/** Bytes of answers after which the host is told which it need not keep. */
const ACK_BYTES = 256 * 1024;
/** Refusals that say the same within so long are one error. */
const REFUSALS_MS = 10;
const RETRY_MS_FIRST = 20;
/** How long a link waits between two attempts to reach its host, at most. */
export const RETRY_MS_MAX = 2000;

/**
 * Requests of one session, after which it gives way to a new one: their numbers have 32 bits and never begin anew. It does so between two calls, once no query is
 * being read, no transaction open and no delivery held; after SESSION_CALLS_END whatever is.
 */
export const SESSION_CALLS_MAX = 4_000_000_000;
export const SESSION_CALLS_END = 4_200_000_000;
const SESSION_CALLS = [SESSION_CALLS_MAX, SESSION_CALLS_END] as const;

export interface LinkParts {
  readonly host: Host;
  readonly dialer: Dialer;
  /** Calls back once the present run of code has ended: what was asked in it goes out in one frame. */
  readonly soon: (callback: () => void) => void;
  readonly space: string;
  readonly client: string;
  /** Trace id and span id of whoever calls now, 24 bytes; nothing where nobody traces. */
  readonly trace?: (() => Uint8Array | undefined) | undefined;
  /** Other SESSION_CALLS_MAX and SESSION_CALLS_END, for tests. */
  readonly sessionCalls?: readonly [max: number, end: number] | undefined;
  /** Of the declarations that will be used, as far as they are known. */
  readonly fingerprints?: readonly string[];
}

/**
 * The way to one host: a session that goes on through connections. What is asked within one run of code leaves in one frame; after a cut what has no answer
 * yet is sent again, and the host knows what of it it has done.
 */
export class Link {
  /** Where its host may be found; the first that was reached, or is tried next, is `#at`. */
  readonly #addresses: string[];
  #at = 0;
  readonly #parts: LinkParts;
  readonly #window = new CallWindow();
  /** By the number of the request that opened it. */
  #streams = new Map<number, OpenStream>();
  readonly #later: LaterCalls;
  readonly #keepAlive: KeepAlive;
  #wire: LinkWire | undefined;
  #reader: FrameReader | undefined;
  #out = new FrameWriter();
  #welcome: Welcome | undefined;
  /** Numbers of the types that this connection has been told of. */
  #declared = new Set<number>();
  /** Of the types that any connection has been told of. */
  readonly #fingerprints = new Set<string>();
  #isReady = false;
  /** Whether the host has said that it stops: what is new waits for the next connection. */
  #isLeaving = false;
  /** What goes on over the next connection. */
  #session: string | undefined;
  #isFlushing = false;
  /** When the run of code began whose calls go out together. */
  #runMs = 0;
  #isClosed = false;
  /** Bytes that came since the host was told last which replies have come. */
  #unackedBytes = 0;
  /** Why there is no connection. */
  #cause: Error | undefined;
  #attempt = 0;
  readonly #errors = new SharedErrors();
  readonly #refusals = new SharedErrors();
  #offSweep: (() => void) | undefined;
  #offRetry: (() => void) | undefined;
  #first: { resolve: (welcome: Welcome) => void; reject: (error: Error) => void } | undefined;

  /** Some of the addresses may be those of other hosts of the space: which is the right one is seen when it is reached. */
  constructor(addresses: readonly string[], parts: LinkParts) {
    this.#addresses = [...addresses];
    this.#parts = parts;
    this.#later = new LaterCalls(parts.host, (call) => this.ask(call));
    this.#keepAlive = new KeepAlive(
      parts.host,
      () => this.#message(1).u8(Ask.ping),
      () => this.#wire?.destroy(new Error('nothing was heard of the host')),
    );
  }

  get address(): string {
    return this.#addresses[this.#at]!;
  }

  /** Opens it for the first time. Rejects with UNREACHABLE, SPACE_UNKNOWN, PROTOCOL_MISMATCH. */
  open(): Promise<Welcome> {
    return new Promise((resolve, reject) => {
      this.#first = { resolve, reject };
      this.#dial();
    });
  }

  /** The time, by the monotonic clock: within one run of code that of its first call. */
  get nowMs(): number {
    return this.#isFlushing ? this.#runMs : this.#parts.host.clock.monotonicMs();
  }

  /** Sends a call, now or when there is a connection and room for it. */
  ask(call: AnyCall): void {
    try {
      call.trace ??= this.#parts.trace?.();
    } catch (error) {
      return call.fail(error as Error);
    }
    if (this.#isClosed) return call.fail(closedError(call.name));
    if (this.#window.waiting >= CALLS_WAITING_MAX) return call.fail(this.#tooMany(call, 0));
    if (this.#isReady && !call.isOfSession) {
      const waitMs = this.#window.tooLongMs(call, this.nowMs);
      if (waitMs > 0) return call.fail(this.#tooMany(call, waitMs));
    }
    const placed = this.#window.add(call);
    if (placed && (this.#takesCalls || (this.#isReady && call.isOfSession))) this.#send(call);
    this.#sweepSoon();
  }

  /** The client does not want the answer any more. Whether the host never hears of the call. */
  cancel(call: AnyCall): boolean {
    if (this.#window.drop(call) || this.#later.drop(call)) return true;
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
    const over = (): void => undefined;
    return call.promise.then(over, over);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#offRetry?.();
    this.#offSweep?.();
    this.#keepAlive.stop();
    if (this.#isReady) {
      this.#message(1).u8(Ask.goodbye);
      this.#flush();
    }
    this.#wire?.end();
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    // What was sent may be done by now, or be done still.
    for (const call of [...this.#window.takeAll(), ...this.#later.takeAll()])
      call.fail(call.isSent && call.isWrite ? closedInDoubt(call) : closedError(call.name));
    for (const stream of streams) stream.fail(closedError(stream.name));
    this.#first?.reject(closedError('connect'));
  }

  #received(bytes: Uint8Array): void {
    this.#keepAlive.heard();
    this.#unackedBytes += bytes.length;
    try {
      this.#reader!.push(bytes);
    } catch (error) {
      this.#wire?.destroy(error as Error);
    }
    if (this.#unackedBytes >= ACK_BYTES && this.#isReady) this.#ack();
  }

  #dial(): void {
    const { dialer, host } = this.#parts;
    this.#reader = new FrameReader((bytes, start, end) => this.#content(bytes, start, end));
    this.#out = new FrameWriter();
    this.#declared = new Set();
    this.#wire = new LinkWire({
      dialer,
      timers: host.timers,
      address: this.address,
      onOpened: () => this.#hello(),
      onReceived: (bytes) => this.#received(bytes),
      onLost: (cause) => this.#lost(cause),
    });
    this.#wire.open();
  }

  #hello(): void {
    const { space, client } = this.#parts;
    const out = new FrameWriter();
    out.room(1).u8(Ask.hello);
    const types = [...new Set([...(this.#parts.fingerprints ?? []), ...this.#fingerprints])].slice(0, FINGERPRINTS_MAX);
    writePlain(out, { space, client, session: this.#session, features: FEATURES, types });
    this.#wire!.send(preamble());
    this.#wire!.send(out.take());
  }

  #content(bytes: Uint8Array, start: number, end: number): void {
    const reader = new RecordReader(bytes, start, end);
    while (reader.rest > 0 && this.#wire !== undefined) this.#answer(reader);
  }

  #answer(reader: RecordReader): void {
    const kind = reader.u8();
    switch (kind) {
      case Tell.welcome:
        return this.#welcomed(checkWelcome(readPlain(reader)));
      case Tell.reply:
        this.#replied(reader);
        break;
      case Tell.failure:
        this.#failed(reader);
        break;
      case Tell.items:
        this.#items(reader);
        break;
      case Tell.end:
        this.#ended(reader);
        break;
      case Tell.pong:
        break;
      case Tell.goaway:
        readPlain(reader);
        this.#isLeaving = true;
        return this.#leaveIfDone();
      default:
        throw new ProtocolFault(`${kind} is the kind of no message`);
    }
    // Only now does the host serve: one that ended each connection behind its welcome would be dialled without a pause.
    if (this.#isReady) this.#attempt = 0;
  }

  #welcomed(welcome: Welcome): void {
    const isFirst = this.#welcome === undefined;
    if (!isFirst && !this.#isSamePlace(welcome)) return;
    this.#wire!.welcomed();
    this.#keepAlive.start();
    this.#welcome = welcome;
    this.#session = welcome.session;
    if (!isFirst && !welcome.isResumed) this.#forgotten();
    this.#isReady = true;
    this.#isLeaving = false;
    this.#cause = undefined;
    // What was said of it last may have been lost.
    if (!isFirst) {
      this.#window.untold();
      this.#ack();
    }
    for (const call of this.#window.open(welcome.inFlight)) this.#send(call);
    for (const stream of this.#streams.values()) stream.resumed();
    this.#first?.resolve(welcome);
    this.#first = undefined;
  }

  /** Whether it is the host of the same partitions. If it is another one of the space, it says where ours is. */
  #isSamePlace(welcome: Welcome): boolean {
    const before = this.#welcome!;
    const own = ownPlace(before);
    if (divisionOf(before) !== divisionOf(welcome)) {
      this.#wire!.destroy(new Error('the space has other hosts now; connect anew'));
      return false;
    }
    if (ownPlace(welcome) === own) return true;
    const { address } = welcome.hosts[own]!;
    if (!this.#addresses.includes(address)) this.#addresses.push(address);
    // It need not keep the session that it has just made.
    const out = new FrameWriter();
    out.room(1).u8(Ask.goodbye);
    this.#wire!.send(out.take());
    this.#wire!.destroy(new Error(`${this.address} is another host of the space`));
    this.#at = this.#addresses.indexOf(address);
    return false;
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
      else if (call.isSent && call.isWrite && call.idempotencyId === undefined) call.fail(inDoubt(call, this.address));
      else {
        call.mayBeDone ||= call.isSent && call.isWrite;
        this.#window.add(call);
      }
    }
  }

  #replied(reader: RecordReader): void {
    const seq = reader.u32();
    const call = this.#asked(seq);
    call.answered(reader);
    this.#done(seq);
  }

  #asked(seq: number): AnyCall {
    const call = this.#window.of(seq);
    if (call === undefined) throw new ProtocolFault(`a reply to ${seq}, which waits for none`);
    return call;
  }

  #failed(reader: RecordReader): void {
    const seq = reader.u32();
    const error = this.#readFailure(reader);
    if (seq === 0) {
      const first = this.#first;
      this.#first = undefined;
      if (first === undefined) return this.#wire!.destroy(error);
      first.reject(error);
      return this.close();
    }
    const call = this.#asked(seq);
    if (call.stream !== undefined) this.#streams.delete(seq);
    const waits = WeftError.is(error, 'HOST_STOPPING') && !call.isOfSession && !call.isOver;
    const comesAgain = !waits && this.#later.take(call, error);
    if (!waits && !comesAgain) call.fail(error);
    this.#done(seq, WeftError.is(error, 'OVERLOADED') ? error : undefined);
    if (waits) this.#holdBack(call);
  }

  /** A host that has too much to do says the same to many. */
  #readFailure(reader: RecordReader): WeftError {
    const plain = readPlain(reader) as { readonly code?: unknown; readonly message?: unknown };
    if (plain?.code !== 'OVERLOADED') return errorOf(plain);
    const atMs = Math.floor(this.#parts.host.clock.monotonicMs() / REFUSALS_MS);
    return this.#refusals.at(atMs, String(plain.message), () => errorOf(plain));
  }

  #items(reader: RecordReader): void {
    const seq = reader.u32();
    const first = reader.u32();
    const count = reader.u32();
    const end = reader.u32() + reader.at;
    // Of a stream that was closed here they come still, and of a session that was left.
    const stream = this.#streams.get(seq);
    if (stream === undefined || !this.#isReady) reader.raw(end - reader.at);
    else stream.received(first, count, reader);
    if (reader.at !== end) throw new ProtocolFault('items do not have the length that is said');
  }

  #ended(reader: RecordReader): void {
    const seq = reader.u32();
    const count = reader.u32();
    const error = reader.u8() === 0 ? undefined : readError(reader);
    this.#streams.get(seq)?.ended(count, error);
  }

  #done(seq: number, refusal?: WeftError): void {
    this.#window.done(seq, refusal);
    if ((this.#window.isAckDue || this.#window.isAsideDue) && this.#isReady) this.#ack();
    if (this.#window.waiting > 0) this.#sendWaiting();
    this.#leaveIfDone();
  }

  /** Sends what has room now. What was to be answered by now is not sent: it would be work for nothing. */
  #sendWaiting(): void {
    const { nowMs } = this;
    const late: AnyCall[] = [];
    for (;;) {
      const call = this.#window.nextWaiting(nowMs, late);
      if (call === undefined) break;
      if (this.#takesCalls) this.#send(call);
    }
    for (const call of late) call.fail(this.#late(call));
  }

  #tooMany(call: AnyCall, waitMs: number): WeftError {
    return this.#shared(call, 'many', () => tooManyWait(call.name, this.#window.waiting, waitMs));
  }

  #late(call: AnyCall): WeftError {
    return this.#shared(call, 'late', () => timedOut(call, this.address, this.#cause));
  }

  /** Calls of one name that end so in one run of code share the error. */
  #shared(call: AnyCall, what: string, make: () => WeftError): WeftError {
    return this.#errors.at(this.nowMs, `${what} ${call.name}`, make);
  }

  get #takesCalls(): boolean {
    return this.#isReady && !this.#isLeaving;
  }

  /** A host that stops waits for its clients, until they have their answers. So does a session that comes to the end of its numbers. */
  #leaveIfDone(): void {
    const [most, end] = this.#parts.sessionCalls ?? SESSION_CALLS;
    const isWorn = this.#window.given >= most;
    if (!this.#isReady || !(isWorn || this.#isLeaving)) return;
    const isFree = [...this.#streams.values()].every(({ isEndless, holds }) => isEndless && !(isWorn && holds));
    if (!isFree && this.#window.given < end) return;
    this.#isLeaving = true;
    if (this.#window.isAwaiting) return;
    if (isWorn) {
      this.#session = undefined;
      this.#message(1).u8(Ask.goodbye);
    }
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
  #declare({ number, schemaText, type }: RemoteType): void {
    if (this.#declared.has(number)) return;
    this.#declared.add(number);
    const { fingerprint } = type.schema;
    const text = this.#welcome!.types.includes(fingerprint) ? fingerprint : schemaText;
    if (this.#fingerprints.size < FINGERPRINTS_MAX) this.#fingerprints.add(fingerprint);
    const target = this.#message(3 + VARINT_BYTES_MAX + utf8Length(text));
    target.u8(Ask.type);
    target.u16(number);
    target.text(text);
  }

  /** Room for a message that goes out soon. */
  #message(bytes: number): ReturnType<FrameWriter['room']> {
    this.#flushSoon();
    return this.#out.room(bytes);
  }

  /** Tells the host which replies it need not keep. */
  #ack(): void {
    this.#unackedBytes = 0;
    if (this.#window.isAsideDue) writeSeqs(this.#out, this.#window.aside());
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
    const wire = this.#wire!;
    wire.send(this.#out.take(wire.bufferedBytes > 0));
  }

  #lost(cause: Error | undefined): void {
    const wasWelcomed = this.#wire?.isWelcomed;
    this.#isReady = false;
    this.#wire = undefined;
    this.#keepAlive.stop();
    if (this.#isClosed) return;
    this.#cause = cause ?? new Error('the connection was closed');
    if (this.#first !== undefined) {
      this.#first.reject(unreachable(this.address, cause));
      this.#first = undefined;
      return this.close();
    }
    if (wasWelcomed !== true) this.#at = (this.#at + 1) % this.#addresses.length;
    this.#dialLater();
  }

  /** With jitter, so that the clients of a host that was lost do not come all at once. */
  #dialLater(): void {
    const { timers, random } = this.#parts.host;
    const mostMs = Math.min(RETRY_MS_MAX, RETRY_MS_FIRST * 2 ** this.#attempt++);
    const delayMs = mostMs * (0.5 + random.uint32() / 2 ** 33);
    this.#offRetry?.();
    this.#offRetry = timers.after(delayMs, () => {
      this.#offRetry = undefined;
      this.#dial();
    });
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
      call.fail(isInDoubt ? lateInDoubt(call, this.address) : this.#late(call));
      this.cancel(call);
    }
    this.#window.relax();
    this.#sendWaiting();
    if (this.#window.isBusy) this.#sweepSoon();
  }
}

/** Which of the hosts it is that said welcome. */
function ownPlace({ hosts }: Welcome): number {
  return hosts.findIndex(({ address }) => address === '');
}

/** How its partitions are spread over hosts. */
function divisionOf({ partitions, hosts }: Welcome): string {
  return String([partitions, ...hosts.map(({ firstPartition }) => firstPartition)]);
}
