import type { Turns } from '@weft/base';

/**
 * Turns of Node's event loop. Each job that waits gets a turn of its own, so that ten long queries make the loop slow ten times as
 * long, not ten times as slow: between two jobs the loop serves sockets and timers.
 */
export class FairTurns implements Turns {
  readonly #waiting: (() => void)[] = [];
  #isArmed = false;
  /** When long work first asked in this turn; -1 before. */
  #startMs = -1;

  elapsedMs(): number {
    const nowMs = performance.now();
    if (this.#startMs >= 0) return nowMs - this.#startMs;
    this.#startMs = nowMs;
    this.#arm();
    return 0;
  }

  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#arm();
    });
  }

  #arm(): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#isArmed = false;
    this.#startMs = -1;
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) this.#arm();
  }
}
