import type { WeftError } from '@weft/base';
import type { Host } from '../host.ts';
import type { AnyCall } from './remote-call.ts';

/** How often the time that a host said doubles, for a call that is refused again and again. */
const DOUBLINGS_MAX = 6;

/** Calls that a host had no room for, until it is time to ask again: after what it said, and up to as long again, since it told others too; twice as long each time. */
export class LaterCalls {
  readonly #host: Host;
  readonly #ask: (call: AnyCall) => void;
  readonly #waiting = new Map<AnyCall, () => void>();

  constructor(host: Host, ask: (call: AnyCall) => void) {
    this.#host = host;
    this.#ask = ask;
  }

  /** Takes a call that was refused, where its time allows another attempt. */
  take(call: AnyCall, refusal: WeftError): boolean {
    const { retryAfterMs } = refusal.details;
    if (call.isOver || call.isOfSession || refusal.outcome !== 'definite' || typeof retryAfterMs !== 'number')
      return false;
    const { clock, random, timers } = this.#host;
    const delayMs = retryAfterMs * 2 ** Math.min(call.refusals++, DOUBLINGS_MAX) * (1 + random.uint32() / 2 ** 32);
    if (clock.monotonicMs() + delayMs >= call.deadlineMs) return false;
    call.isSent = false;
    const again = (): void => {
      this.#waiting.delete(call);
      this.#ask(call);
    };
    this.#waiting.set(call, timers.after(delayMs, again));
    return true;
  }

  /** Whether a call was among them, and is not any more. */
  drop(call: AnyCall): boolean {
    this.#waiting.get(call)?.();
    return this.#waiting.delete(call);
  }

  takeAll(): AnyCall[] {
    const calls = [...this.#waiting.keys()];
    for (const off of this.#waiting.values()) off();
    this.#waiting.clear();
    return calls;
  }
}
