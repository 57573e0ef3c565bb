import type { WeftError } from '@weft/base';
import { ASIDE_MAX } from '@weft/protocol';
import { CallPace } from './call-pace.ts';
import { CallRing } from './call-ring.ts';
import type { AnyCall } from './remote-call.ts';
import { WaitingCalls } from './waiting-calls.ts';

/** Replies that come before the host is told so, where its window bears it: what it keeps of them should be young garbage. */
const ACKED_AT_ONCE = 128;

/** Windows that are smaller have no room for calls that hold them up. */
const ASIDE_WINDOW_MIN = 16;

/** Calls of a link that wait for room, or for a connection. */
export const CALLS_WAITING_MAX = 262_144;

/**
 * Requests of one session, after which it gives way to a new one: their numbers have 32 bits and never begin anew. It does so between two calls, once no query is
 * being read, no transaction open, no delivery held, and no call under way that takes long; after SESSION_CALLS_END whatever is.
 */
export const SESSION_CALLS_MAX = 4_000_000_000;
export const SESSION_CALLS_END = 4_200_000_000;
const SESSION_CALLS: readonly [max: number, end: number] = [SESSION_CALLS_MAX, SESSION_CALLS_END];

/**
 * The calls of one session: those that were sent and have no answer, by sequence number, and behind them those that wait for room. Room is counted in numbers
 * from the first open call on, so one that takes long would hold up all others: once many behind it have their answers it goes aside.
 */
export class CallWindow {
  readonly #pace = new CallPace();
  readonly #open = new CallRing();
  readonly #waiting = new WaitingCalls();
  #size = 0;
  #next = 1;
  /** The host knows that all replies below have come: from there its window counts. */
  #ackedBelow = 1;
  #ackedAtOnce = ACKED_AT_ONCE;
  /** Of the ring, calls without answer. */
  #openCalls = 0;
  /** Calls that take long, by their numbers, which are below all of the ring. */
  readonly #aside = new Map<number, AnyCall>();
  #isAsideDue = false;
  readonly #sessionCalls: readonly [max: number, end: number];

  /** `sessionCalls`: other SESSION_CALLS_MAX and SESSION_CALLS_END. */
  constructor(sessionCalls = SESSION_CALLS) {
    this.#sessionCalls = sessionCalls;
  }

  /** Whether the session should give way to a new one. */
  get isWorn(): boolean {
    return this.#next > this.#sessionCalls[0];
  }

  /** Whether it must. */
  get isAtEnd(): boolean {
    return this.#next > this.#sessionCalls[1];
  }

  /** Calls that wait for room. */
  get waiting(): number {
    return this.#waiting.length;
  }

  get isBusy(): boolean {
    return this.#open.first < this.#next || this.#aside.size > 0 || this.#waiting.length > 0;
  }

  /** Whether an answer is on its way that somebody waits for. */
  get isAwaiting(): boolean {
    for (const call of this.#aside.values()) if (isAwaited(call)) return true;
    for (let seq = this.#open.first; seq < this.#next; seq++) if (isAwaited(this.#open.of(seq))) return true;
    return false;
  }

  /** Whether calls are under way that take much longer than others. */
  get hasAside(): boolean {
    return this.#aside.size > 0;
  }

  /** Whether the host should be told which replies have come. */
  get isAckDue(): boolean {
    return this.#open.first - this.#ackedBelow >= this.#ackedAtOnce;
  }

  /** The host is told now: all calls below the answer have theirs. */
  ack(): number {
    return (this.#ackedBelow = this.#open.first);
  }

  /** Whether the host should be told which calls are aside, before it is told which replies have come. */
  get isAsideDue(): boolean {
    return this.#isAsideDue;
  }

  /** The numbers of all calls that are aside; the host is told them now. */
  aside(): number[] {
    this.#isAsideDue = false;
    return [...this.#aside.keys()];
  }

  /** What the host was told may not have come through. */
  untold(): void {
    this.#isAsideDue = true;
  }

  /** Gives a call its number; false where it must wait for room. */
  add(call: AnyCall): boolean {
    const hasRoom = this.#waiting.length === 0 && this.#hasRoom;
    if (hasRoom) this.#place(call);
    else this.#waiting.push(call);
    return hasRoom;
  }

  of(seq: number): AnyCall | undefined {
    if (seq < this.#open.first) return this.#aside.get(seq);
    return seq < this.#next ? this.#open.of(seq) : undefined;
  }

  /** A call has its answer; `refusal`: of a host that is overloaded. */
  done(seq: number, refusal?: WeftError): void {
    if (refusal === undefined) this.#pace.answered(this.#size);
    else this.#pace.refused(refusal, seq, this.#openCalls, this.#next);
    if (this.#aside.delete(seq)) {
      this.#isAsideDue = true;
      return;
    }
    this.#open.remove(seq, this.#next);
    this.#openCalls--;
    while (this.#isHeldUp) this.#putAside(this.#open.of(this.#open.first)!);
  }

  /** Whether the first open call holds up the others: as many as a quarter of the window, behind it, have their answers. */
  get #isHeldUp(): boolean {
    const answered = this.#next - this.#open.first - this.#openCalls;
    return this.#size >= ASIDE_WINDOW_MIN && answered >= this.#size / 4 && this.#aside.size < ASIDE_MAX;
  }

  #putAside(call: AnyCall): void {
    this.#aside.set(call.seq, call);
    this.#open.remove(call.seq, this.#next);
    this.#openCalls--;
    this.#isAsideDue = true;
  }

  /** The first call that waited and has room now, to be sent. Those whose time is over by now go to `late`. */
  nextWaiting(nowMs = -Infinity, late?: AnyCall[]): AnyCall | undefined {
    while (this.#waiting.length > 0 && this.#hasRoom) {
      const call = this.#waiting.shift();
      if (call.deadlineMs <= nowMs) late?.push(call);
      else {
        this.#place(call);
        return call;
      }
    }
    return undefined;
  }

  /** How long a call would wait behind those that wait, where that is too long for its time, in milliseconds; 0 where it is not. */
  tooLongMs({ deadlineMs }: AnyCall, nowMs: number): number {
    return this.waiting === 0 ? 0 : this.#pace.tooLongMs(this.waiting, nowMs, deadlineMs - nowMs);
  }

  /** Some time has gone by: there may be room for calls that wait. */
  relax(): void {
    this.#pace.relax(this.#size);
  }

  /** A connection takes so many. Those to be sent over it, in their order. */
  open(size: number): AnyCall[] {
    this.#size = size;
    this.#ackedAtOnce = Math.min(ACKED_AT_ONCE, Math.ceil(size / 4));
    while (this.nextWaiting() !== undefined);
    return [...this.#aside.values(), ...this.#open.all(this.#next)];
  }

  /** Forgets a call that was not sent; false where it was. */
  drop(call: AnyCall): boolean {
    return this.#waiting.drop(call);
  }

  /**
   * Those whose deadline is over, and so long before where they may have been done. What was sent keeps its number: the host answers still. What waited is
   * forgotten.
   */
  overdue(nowMs: number, graceMs: number): AnyCall[] {
    const late: AnyCall[] = [];
    const isLate = (call: AnyCall): boolean =>
      !call.isOver && call.deadlineMs + (call.isSent && call.isWrite ? graceMs : 0) <= nowMs;
    for (const call of this.#aside.values()) if (isLate(call)) late.push(call);
    for (let seq = this.#open.first; seq < this.#next; seq++) {
      const call = this.#open.of(seq);
      if (call !== undefined && isLate(call)) late.push(call);
    }
    return late.concat(this.#waiting.takeIf((call) => call.deadlineMs <= nowMs));
  }

  takeAll(): AnyCall[] {
    const calls = [...this.#aside.values(), ...this.#open.all(this.#next), ...this.#waiting.takeIf(() => true)];
    this.#aside.clear();
    this.#open.restart(this.#next);
    this.#openCalls = 0;
    return calls;
  }

  /** A new session counts from 1. */
  restart(): void {
    this.#open.restart(1);
    this.#next = 1;
    this.#ackedBelow = 1;
    this.#isAsideDue = false;
  }

  get #hasRoom(): boolean {
    return this.#next - this.#ackedBelow < this.#size && this.#openCalls < this.#pace.limit;
  }

  #place(call: AnyCall): void {
    call.seq = this.#next++;
    this.#open.add(call);
    this.#openCalls++;
  }
}

function isAwaited(call: AnyCall | undefined): boolean {
  return call?.isSent === true && !call.isOver;
}
