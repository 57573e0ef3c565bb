import type { Turns } from '@weft/base';

/** Turns of Node's event loop, one in each round: enough where long work is rare, as in a client. */
export class RoundTurns implements Turns {
  #last: Promise<void> = Promise.resolve();
  /** When long work first asked in this turn; -1 before. */
  #startMs = -1;

  elapsedMs(): number {
    const nowMs = performance.now();
    if (this.#startMs >= 0) return nowMs - this.#startMs;
    this.#startMs = nowMs;
    setImmediate(() => (this.#startMs = -1));
    return 0;
  }

  next(): Promise<void> {
    return (this.#last = this.#last.then(() => new Promise((resolve) => setImmediate(resolve))));
  }
}
