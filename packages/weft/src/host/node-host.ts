import { randomFillSync } from 'node:crypto';
import type { Clock, Random, Timers, Turns } from '@weft/base';
import type { Host } from '@weft/client';
import { RoundTurns } from './round-turns.ts';

/** The real clock, randomness and event loop of this thread. */
export function nodeHost(turns: Turns = new RoundTurns()): Host {
  return { clock: nodeClock, random: new BufferedRandom(), timers: nodeTimers, turns };
}

const nodeClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
};

const nodeTimers: Timers = {
  after(delayMs, callback, idle) {
    const untilMs = performance.now() + delayMs;
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      timer = setTimeout(
        () => {
          const stillMs = untilMs - performance.now();
          if (stillMs <= 0) callback();
          else wait(stillMs);
        },
        Math.min(leftMs, DELAY_MS_MAX),
      );
      if (idle === 'idle') timer.unref();
    };
    wait(delayMs);
    return () => clearTimeout(timer);
  },
};

/** setTimeout fires at once for longer delays. */
const DELAY_MS_MAX = 2 ** 31 - 1;

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
