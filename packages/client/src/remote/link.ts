import { WeftError } from '@weft/base';
import { RecordReader } from '@weft/log';
import { Ask, checkWelcome, ProtocolFault, readPlain, Tell, type FrameReader, type Welcome } from '@weft/protocol';
import { closedError } from '../call.ts';
import { CALLS_WAITING_MAX, CallWindow } from './call-window.ts';
import { KeepAlive } from './keep-alive.ts';
import { LaterCalls } from './later-calls.ts';
import { closedInDoubt, inDoubt, lateInDoubt, sessionLost, timedOut, tooManyWait, unreachable } from './link-errors.ts';
import { LinkDoor } from './link-door.ts';
import { LinkOut } from './link-out.ts';
import type { LinkParts } from './link-parts.ts';
import type { AnyCall } from './remote-call.ts';
import { VerbCall } from './point-calls.ts';
import { Refusals, SharedErrors } from './shared-errors.ts';
import { OpenStreams } from './open-streams.ts';

/** How often deadlines are looked at. */
const SWEEP_MS = 50;
/** How long past its deadline a call that may have been done waits for the host to say so. */
const GRACE_MS = 1000;
/** Bytes of answers after which the host is told which it need not keep. */
const ACK_BYTES = 256 * 1024;

/**
 * The way to one host: a session that goes on through connections. What is asked within one run of code leaves in one frame; after a cut what has no answer
 * yet is sent again, and the host knows what of it it has done.
 */
export class Link {
  readonly #parts: LinkParts;
  readonly #window: CallWindow;
  readonly #streams = new OpenStreams();
  readonly #later: LaterCalls;
  readonly #keepAlive: KeepAlive;
  readonly #door: LinkDoor;
  readonly #out: LinkOut;
  #isWelcomed = false;
  /** Requests that the host takes at a time. */
  #inFlight = 0;
  /** Whether what is new waits for the next connection. */
  #isLeaving = false;
  /** Whether that is since the host has said that it stops. */
  #isHostStopping = false;
  /** What goes on over the next connection. */
  #session: string | undefined;
  #isClosed = false;
  /** Bytes that came since the host was told last which replies have come. */
  #unackedBytes = 0;
  /** Why there is no connection. */
  #cause: Error | undefined;
  readonly #errors = new SharedErrors();
  readonly #refusals = new Refusals();
  #offSweep: (() => void) | undefined;
  #first: { resolve: (welcome: Welcome) => void; reject: (error: Error) => void } | undefined;

  /** Some of the addresses may be those of other hosts of the space: which is the right one is seen when it is reached. */
  constructor(addresses: readonly string[], parts: LinkParts) {
    const { host, dialer, soon, space, client, fingerprints = [] } = parts;
    this.#parts = parts;
    this.#window = new CallWindow(parts.sessionCalls);
    this.#out = new LinkOut({ clock: host.clock, soon, fingerprints });
    this.#door = new LinkDoor(addresses, {
      host,
      dialer,
      space,
      client,
      tells: () => ({ session: this.#session, types: this.#out.fingerprints }),
      onContent: (bytes, start, end) => this.#content(bytes, start, end),
      onReceived: (bytes, reader) => this.#received(bytes, reader),
      onLost: (cause) => this.#lost(cause),
    });
    this.#later = new LaterCalls(host, (call) => this.ask(call));
    this.#keepAlive = new KeepAlive(
      host,
      () => this.#out.tell(Ask.ping),
      () => this.#door.wire?.destroy(new Error('nothing was heard of the host')),
    );
  }

  get address(): string {
    return this.#door.address;
  }

  /** Opens it for the first time. Rejects with UNREACHABLE, SPACE_UNKNOWN, PROTOCOL_MISMATCH. */
  open(): Promise<Welcome> {
    return new Promise((resolve, reject) => {
      this.#first = { resolve, reject };
      this.#door.dial();
    });
  }

  /** The time, by the monotonic clock: within one run of code that of its first call. */
  get nowMs(): number {
    return this.#out.nowMs;
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
    if (this.#out.isOpen && !call.isOfSession) {
      const waitMs = this.#window.tooLongMs(call, this.nowMs);
      if (waitMs > 0) return call.fail(this.#tooMany(call, waitMs));
    }
    const placed = this.#window.add(call);
    if (placed && (this.#takesCalls || (this.#out.isOpen && call.isOfSession))) this.#send(call);
    this.#sweepSoon();
  }

  /** The client does not want the answer any more. Whether the host never hears of the call. */
  cancel(call: AnyCall): boolean {
    if (this.#window.drop(call) || this.#later.drop(call)) return true;
    if (this.#out.isOpen && call.seq > 0) this.#out.tell(Ask.cancel, call.seq);
    return false;
  }

  /** So many items of a stream were taken. */
  credit(seq: number, taken: number): void {
    if (this.#out.isOpen) this.#out.tell(Ask.credit, seq, taken);
  }

  /** What has come of a stream, on a new connection. */
  resume(seq: number, received: number, taken: number): void {
    this.#out.tell(Ask.resume, seq, received, taken);
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
    this.#door.stop();
    this.#offSweep?.();
    this.#keepAlive.stop();
    if (this.#out.isOpen) {
      this.#out.tell(Ask.goodbye);
      this.#out.flush();
    }
    this.#door.wire?.end();
    const streams = this.#streams.takeAll();
    // What was sent may be done by now, or be done still.
    for (const call of [...this.#window.takeAll(), ...this.#later.takeAll()])
      call.fail(call.isSent && call.isWrite ? closedInDoubt(call) : closedError(call.name));
    for (const stream of streams) stream.fail(closedError(stream.name));
    this.#first?.reject(closedError('connect'));
  }

  #received(bytes: Uint8Array, reader: FrameReader): void {
    this.#keepAlive.heard();
    this.#unackedBytes += bytes.length;
    try {
      reader.push(bytes);
    } catch (error) {
      this.#door.wire?.destroy(error as Error);
    }
    if (this.#unackedBytes >= ACK_BYTES && this.#out.isOpen) this.#ack();
  }

  #content(bytes: Uint8Array, start: number, end: number): void {
    const reader = new RecordReader(bytes, start, end);
    while (reader.rest > 0 && this.#door.wire !== undefined) this.#answer(reader);
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
        this.#streams.items(reader, !this.#out.isOpen);
        break;
      case Tell.end:
        this.#streams.ended(reader);
        break;
      case Tell.pong:
        break;
      case Tell.goaway:
        readPlain(reader);
        this.#isLeaving = this.#isHostStopping = true;
        return this.#leaveIfDone();
      default:
        throw new ProtocolFault(`${kind} is the kind of no message`);
    }
    if (this.#out.isOpen) this.#door.served();
  }

  #welcomed(welcome: Welcome): void {
    if (!this.#door.admits(welcome)) return;
    const isFirst = !this.#isWelcomed;
    this.#isWelcomed = true;
    this.#keepAlive.start();
    this.#session = welcome.session;
    if (!isFirst && !welcome.isResumed) this.#forgotten();
    this.#out.open(this.#door.wire!, welcome.types);
    this.#isLeaving = this.#isHostStopping = false;
    this.#inFlight = welcome.inFlight;
    this.#cause = undefined;
    // What was said of it last may have been lost.
    if (!isFirst) {
      this.#window.untold();
      this.#ack();
    }
    this.#sendOpen(() => true);
    this.#streams.resumed();
    this.#first?.resolve(welcome);
    this.#first = undefined;
  }

  /** The host knows nothing of the session any more: what it may have done is not asked again. */
  #forgotten(): void {
    const calls = this.#window.takeAll();
    const opening = new Set(calls.map(({ stream }) => stream));
    const streams = this.#streams.takeAll().filter((stream) => !opening.has(stream));
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
    const error = this.#refusals.read(reader, this.#parts.host.clock.monotonicMs());
    if (seq === 0) {
      const first = this.#first;
      this.#first = undefined;
      if (first === undefined) return this.#door.wire!.destroy(error);
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

  #done(seq: number, refusal?: WeftError): void {
    this.#window.done(seq, refusal);
    if ((this.#window.isAckDue || this.#window.isAsideDue) && this.#out.isOpen) this.#ack();
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
    return this.#out.isOpen && !this.#isLeaving;
  }

  /** A host that stops waits for its clients, until they have their answers. So does a session that comes to the end of its numbers. */
  #leaveIfDone(): void {
    const { isWorn } = this.#window;
    if (!this.#out.isOpen || !(isWorn || this.#isLeaving)) return;
    const streams = this.#streams;
    const isFree = isWorn ? streams.mayMove && !this.#window.hasAside : streams.areEndless;
    if (!isFree && !this.#window.isAtEnd) return this.#stay();
    if (isWorn && !this.#isLeaving) streams.giveWay();
    this.#isLeaving = true;
    if (this.#window.isAwaiting || (isWorn && streams.areWaiting)) return;
    if (isWorn) {
      this.#session = undefined;
      this.#out.tell(Ask.goodbye);
    }
    this.#out.flush();
    this.#out.shut();
    this.#door.wire!.end();
  }

  /** A session that was to end has been given something meanwhile that would be lost with it, so that it goes on. */
  #stay(): void {
    if (!this.#isLeaving || this.#isHostStopping) return;
    this.#isLeaving = false;
    this.#sendOpen(({ isSent }) => !isSent);
  }

  #sendOpen(isDue: (call: AnyCall) => boolean): void {
    for (const call of this.#window.open(this.#inFlight)) if (isDue(call)) this.#send(call);
  }

  /** A call that came too late to a host that stops: it goes to the next. */
  #holdBack(call: AnyCall): void {
    this.#isLeaving = this.#isHostStopping = true;
    call.isSent = false;
    this.#window.add(call);
    this.#sweepSoon();
  }

  #send(call: AnyCall): void {
    this.#streams.add(call);
    this.#out.call(call);
  }

  /** Tells the host which replies it need not keep. */
  #ack(): void {
    this.#unackedBytes = 0;
    if (this.#window.isAsideDue) this.#out.aside(this.#window.aside());
    this.#out.tell(Ask.acked, this.#window.ack());
  }

  #lost(cause: Error | undefined): void {
    this.#out.shut();
    this.#keepAlive.stop();
    if (this.#isClosed) return;
    this.#cause = cause ?? new Error('the connection was closed');
    if (this.#first === undefined) return this.#door.dialLater();
    this.#first.reject(unreachable(this.address, cause));
    this.#first = undefined;
    this.close();
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
    this.#leaveIfDone();
    if (this.#window.isBusy) this.#sweepSoon();
  }
}
