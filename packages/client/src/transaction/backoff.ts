import type { Call } from '../call.ts';
import type { Host } from '../host.ts';

/** The longest wait before the first retry, and before any, in milliseconds. */
const FIRST_MS = 1;
const LAST_MS = 64;

/**
 * Waits between retries: at random from nothing to a bound that doubles ("full jitter": Brooker, AWS Architecture Blog 2015), so that
 * those who met once do not meet again.
 */
export class Backoff {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Before the retry that follows this attempt, from 1. Throws what stops the call. */
  async wait(attempt: number, call: Call): Promise<void> {
    const { random, timers } = this.#host;
    const boundMs = Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 10));
    const delayMs = (boundMs * random.uint32()) / 2 ** 32;
    let cancel: (() => void) | undefined;
    const waiter = call.waiter();
    try {
      await waiter.wait(
        new Promise<void>((resolve) => {
          cancel = timers.after(delayMs, resolve);
        }),
      );
    } finally {
      cancel?.();
      waiter.close();
    }
  }
}
