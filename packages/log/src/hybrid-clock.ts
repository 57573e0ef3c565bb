import type { Clock } from '@weft/base';
import type { HybridTime } from './record/record.ts';

const COUNTER_MAX = 0xffff;

/**
 * Hybrid logical clock (Kulkarni, Demirbas, Madappa, Avva, Leone 2014): near the wall clock and never back, so that moments of records compare
 * across partitions and sites.
 */
export class HybridClock implements HybridTime {
  readonly #clock: Clock;
  #wallMs = 0;
  #counter = 0;

  /** The moment that it stands at. */
  get wallMs(): number {
    return this.#wallMs;
  }

  get counter(): number {
    return this.#counter;
  }

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  next(): HybridTime {
    this.advance();
    return this.last;
  }

  /** The same without an object for the moment. */
  advance(): void {
    const wallMs = Math.floor(this.#clock.wallMs());
    if (wallMs > this.#wallMs) {
      this.#wallMs = wallMs;
      this.#counter = 0;
    } else if (this.#counter < COUNTER_MAX) this.#counter++;
    else {
      this.#wallMs++;
      this.#counter = 0;
    }
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
