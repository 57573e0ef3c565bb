import type { AnyCall } from './remote-call.ts';

/** Calls taken from the front that stay in the array, before it is cut: so taking one costs the same however many wait. */
const TAKEN_MAX = 1024;

/** Calls that wait for room, in their order. */
export class WaitingCalls {
  #calls: AnyCall[] = [];
  #taken = 0;
  /** Calls behind those taken that are not wanted any more. */
  #dropped = 0;

  get length(): number {
    return this.#calls.length - this.#taken - this.#dropped;
  }

  push(call: AnyCall): void {
    call.isWaiting = true;
    this.#calls.push(call);
  }

  /** The first; there is one. */
  shift(): AnyCall {
    for (;;) {
      const call = this.#calls[this.#taken++]!;
      if (this.#taken === this.#calls.length || this.#taken >= TAKEN_MAX) this.#cut();
      if (!call.isWaiting) this.#dropped--;
      else {
        call.isWaiting = false;
        return call;
      }
    }
  }

  /** Whether it was there. It is found when its turn comes: many may go at a time. */
  drop(call: AnyCall): boolean {
    if (!call.isWaiting) return false;
    call.isWaiting = false;
    this.#dropped++;
    return true;
  }

  /** Takes those that meet the condition, in their order. */
  takeIf(meets: (call: AnyCall) => boolean): AnyCall[] {
    this.#cut();
    const taken: AnyCall[] = [];
    const left: AnyCall[] = [];
    for (const call of this.#calls) if (call.isWaiting) (meets(call) ? taken : left).push(call);
    for (const call of taken) call.isWaiting = false;
    this.#calls = left;
    this.#dropped = 0;
    return taken;
  }

  #cut(): void {
    this.#calls.splice(0, this.#taken);
    this.#taken = 0;
  }
}
