import type { Clock } from '@weft/base';

/** Keys of one millisecond. */
const KEYS_PER_MS = 1024n;

/** Keys for types without one: milliseconds since 1970 and a counter, ever rising, whatever the clock does. */
export class HiddenKeys {
  readonly #clock: Clock;
  #last: bigint;

  /** `last`: keys are made above it. */
  constructor(clock: Clock, last = 0n) {
    this.#clock = clock;
    this.#last = last;
  }

  next(): bigint {
    const earliest = BigInt(Math.floor(this.#clock.wallMs())) * KEYS_PER_MS;
    this.#last = earliest > this.#last ? earliest : this.#last + 1n;
    return this.#last;
  }
}
