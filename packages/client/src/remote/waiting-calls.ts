import type { AnyCall } from './remote-call.ts';

/** Calls taken from the front that stay in the array, before it is cut: so taking one costs the same however many wait. */
const TAKEN_MAX = 1024;

/** Calls that wait for room, in their order. */
export class WaitingCalls {
  #calls: AnyCall[] = [];
  #taken = 0;

  get length(): number {
    return this.#calls.length - this.#taken;
  }

  push(call: AnyCall): void {
    this.#calls.push(call);
  }

  /** The first; there is one. */
  shift(): AnyCall {
    const call = this.#calls[this.#taken++]!;
    if (this.#taken === this.#calls.length || this.#taken >= TAKEN_MAX) this.#cut();
    return call;
  }

  /** Whether it was there. */
  drop(call: AnyCall): boolean {
    const at = this.#calls.indexOf(call, this.#taken);
    if (at >= 0) this.#calls.splice(at, 1);
    return at >= 0;
  }

  /** Takes those that meet the condition, in their order. */
  takeIf(meets: (call: AnyCall) => boolean): AnyCall[] {
    this.#cut();
    const taken: AnyCall[] = [];
    const left: AnyCall[] = [];
    for (const call of this.#calls) (meets(call) ? taken : left).push(call);
    this.#calls = left;
    return taken;
  }

  #cut(): void {
    this.#calls.splice(0, this.#taken);
    this.#taken = 0;
  }
}
