import { randomFillSync } from 'node:crypto';
import type { Clock, Random, Timers } from '@weft/base';
import type { Host } from '@weft/client';
import { FairTurns } from './fair-turns.ts';

/** The real clock, randomness and event loop of this thread. */
export function nodeHost(): Host {
  return { clock: nodeClock, random: new BufferedRandom(), timers: nodeTimers, turns: new FairTurns() };
}

const nodeClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
};

const nodeTimers: Timers = {
  after(delayMs, callback) {
    // setTimeout fires at once for delays of 2^31 ms and more.
    const timer = setTimeout(callback, Math.min(delayMs, 2 ** 31 - 1));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** The operating system's random bits, fetched many at a time. */
class BufferedRandom implements Random {
  readonly #words = new Uint32Array(256);
  #next = this.#words.length;

  uint32(): number {
    if (this.#next === this.#words.length) {
      randomFillSync(this.#words);
      this.#next = 0;
    }
    return this.#words[this.#next++]!;
  }
}
