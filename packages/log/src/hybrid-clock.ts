import type { Clock } from '@weft/base';
import type { HybridTime } from './record/record.ts';

const COUNTER_MAX = 0xffff;

/**
 * Hybrid logical clock (Kulkarni, Demirbas, Madappa, Avva, Leone 2014): near the wall clock and never back, so that moments of records compare
 * across partitions and sites.
 */
export class HybridClock {
  readonly #clock: Clock;
  #wallMs = 0;
  #counter = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  next(): HybridTime {
    const wallMs = Math.floor(this.#clock.wallMs());
    if (wallMs > this.#wallMs) {
      this.#wallMs = wallMs;
      this.#counter = 0;
    } else if (this.#counter < COUNTER_MAX) this.#counter++;
    else {
      this.#wallMs++;
      this.#counter = 0;
    }
    return { wallMs: this.#wallMs, counter: this.#counter };
  }

  /** The moment that `next` gave last. */
  get last(): HybridTime {
    return { wallMs: this.#wallMs, counter: this.#counter };
  }

  /** Goes on behind a moment that a record or another member names. */
  observe({ wallMs, counter }: HybridTime): void {
    if (wallMs < this.#wallMs || (wallMs === this.#wallMs && counter <= this.#counter)) return;
    this.#wallMs = wallMs;
    this.#counter = counter;
  }
}
