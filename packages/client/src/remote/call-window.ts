import type { AnyCall } from './remote-call.ts';

/** The calls of one session: those that were sent and have no answer, by sequence number, and behind them those that wait for room. */
export class CallWindow {
  /** By sequence number modulo the size. */
  #open: (AnyCall | undefined)[] = [];
  #waiting: AnyCall[] = [];
  #firstOpen = 1;
  #next = 1;

  /** Requests that may have no answer. */
  get size(): number {
    return this.#open.length;
  }

  /** All calls below have their answers. */
  get firstOpen(): number {
    return this.#firstOpen;
  }

  get isBusy(): boolean {
    return this.#firstOpen < this.#next || this.#waiting.length > 0;
  }

  /** Whether an answer is on its way. */
  get isAwaiting(): boolean {
    for (let seq = this.#firstOpen; seq < this.#next; seq++) if (this.of(seq)?.isSent === true) return true;
    return false;
  }

  /** Gives a call its number; false where it must wait for room. */
  add(call: AnyCall): boolean {
    if (this.#waiting.length > 0 || this.#next - this.#firstOpen >= this.#open.length) {
      this.#waiting.push(call);
      return false;
    }
    this.#place(call);
    return true;
  }

  of(seq: number): AnyCall | undefined {
    const call = this.#open[seq % this.#open.length];
    return call?.seq === seq ? call : undefined;
  }

  /** A call has its answer. The call that has room now, to be sent. */
  done(seq: number): AnyCall | undefined {
    this.#open[seq % this.#open.length] = undefined;
    while (this.#firstOpen < this.#next && this.#open[this.#firstOpen % this.#open.length] === undefined)
      this.#firstOpen++;
    if (this.#waiting.length === 0 || this.#next - this.#firstOpen >= this.#open.length) return undefined;
    const call = this.#waiting.shift()!;
    this.#place(call);
    return call;
  }

  /** A connection takes so many. Those to be sent over it, in their order. */
  open(size: number): AnyCall[] {
    if (this.#open.length === 0) this.#open = Array.from({ length: size }, () => undefined);
    while (this.#waiting.length > 0 && this.#next - this.#firstOpen < this.#open.length)
      this.#place(this.#waiting.shift()!);
    const calls: AnyCall[] = [];
    for (let seq = this.#firstOpen; seq < this.#next; seq++) {
      const call = this.of(seq);
      if (call !== undefined) calls.push(call);
    }
    return calls;
  }

  /** Forgets a call that was not sent; false where it was. */
  drop(call: AnyCall): boolean {
    const at = this.#waiting.indexOf(call);
    if (at >= 0) this.#waiting.splice(at, 1);
    return at >= 0;
  }

  /**
   * Those whose deadline is over, and so long before where they may have been done. What was sent keeps its number: the host answers still. What waited is
   * forgotten.
   */
  overdue(nowMs: number, graceMs: number): AnyCall[] {
    const late: AnyCall[] = [];
    for (let seq = this.#firstOpen; seq < this.#next; seq++) {
      const call = this.of(seq);
      if (call === undefined || call.isOver || call.deadlineMs + (call.isSent && call.isWrite ? graceMs : 0) > nowMs)
        continue;
      late.push(call);
    }
    for (const call of this.#waiting) if (call.deadlineMs <= nowMs) late.push(call);
    if (late.length > 0) this.#waiting = this.#waiting.filter((call) => !late.includes(call));
    return late;
  }

  takeAll(): AnyCall[] {
    const calls = [...this.open(this.#open.length), ...this.#waiting];
    this.#waiting = [];
    this.#open.fill(undefined);
    this.#firstOpen = this.#next;
    return calls;
  }

  /** A new session counts from 1. */
  restart(): void {
    this.#firstOpen = 1;
    this.#next = 1;
  }

  #place(call: AnyCall): void {
    call.seq = this.#next++;
    this.#open[call.seq % this.#open.length] = call;
  }
}
