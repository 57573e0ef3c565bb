import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 1;

/** The longest turns of the event loop: how late a timer of 1 ms came. Garbage collection counts, as it does for every caller. */
export class LoopWatch implements Disposable {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #maxMs = 0;

  constructor() {
    this.#histogram.enable();
  }

  /** The longest turn since the last call, in milliseconds. */
  takeMaxMs(): number {
    const maxMs = Math.max(0, this.#histogram.max / 1e6 - RESOLUTION_MS);
    this.#histogram.reset();
    this.#maxMs = Math.max(this.#maxMs, maxMs);
    return maxMs;
  }

  /** The longest turn that `takeMaxMs` has answered. */
  get maxMs(): number {
    return this.#maxMs;
  }

  [Symbol.dispose](): void {
    this.#histogram.disable();
  }
}
