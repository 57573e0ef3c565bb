import type { Turns } from '@weft/base';

/** How long the loop may have been with sockets and timers, in milliseconds, without being taken for busy with them. */
const QUIET_MS = 0.1;
/** How long jobs wait for a loop that is busy, in milliseconds, before one of them has its turn all the same. */
const PATIENCE_MS = 4;

/** The event loop. */
export interface Loop {
  nowMs(): number;
  /** Calls back in the next round, in the order in which it was asked. */
  immediate(callback: () => void): void;
}

const nodeLoop: Loop = { nowMs: () => performance.now(), immediate: (callback) => void setImmediate(callback) };

/**
 * Turns of Node's event loop. Each job that waits gets a turn of its own, so that ten long queries make the loop slow ten times as
 * long, not ten times as slow: between two jobs the loop serves sockets and timers. As long as it finds much to do there it goes round again first, for
 * PATIENCE_MS at most: short calls do not queue up behind long ones, which would have half of the time whatever else there is.
 */
export class FairTurns implements Turns {
  readonly #loop: Loop;
  readonly #waiting: (() => void)[] = [];
  #isArmed = false;
  /** When long work first asked in this turn; -1 before. */
  #startMs = -1;
  /** When the loop went on after the last turn. */
  #leftMs = 0;
  /** How long the loop was busy while a job waited. */
  #busyMs = 0;

  constructor(loop: Loop = nodeLoop) {
    this.#loop = loop;
  }

  elapsedMs(): number {
    const nowMs = this.#loop.nowMs();
    if (this.#startMs >= 0) return nowMs - this.#startMs;
    this.#startMs = nowMs;
    this.#arm();
    return 0;
  }

  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (!this.#isArmed) this.#leftMs = this.#loop.nowMs();
      this.#arm();
    });
  }

  #arm(): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    this.#loop.immediate(() => this.#turn());
    // Behind the job, which goes on between the two.
    this.#loop.immediate(() => (this.#leftMs = this.#loop.nowMs()));
  }

  #turn(): void {
    this.#isArmed = false;
    this.#startMs = -1;
    if (this.#waiting.length === 0) return;
    const othersMs = this.#loop.nowMs() - this.#leftMs;
    this.#busyMs = othersMs > QUIET_MS ? this.#busyMs + othersMs : PATIENCE_MS;
    if (this.#busyMs >= PATIENCE_MS) {
      this.#busyMs = 0;
      this.#waiting.shift()!();
    }
    if (this.#waiting.length > 0) this.#arm();
  }
}
