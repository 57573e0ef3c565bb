/** What a distribution of delays comes to, in milliseconds. */
export type Delays = { readonly count: number; readonly p50: number; readonly p99: number; readonly max: number };

/** Gathers delays, as many as it was made for at most. */
export class Latencies {
  readonly #each: Float64Array;
  #count = 0;

  constructor(countMax: number) {
    this.#each = new Float64Array(countMax);
  }

  add(ms: number): void {
    if (this.#count === this.#each.length) throw new Error('more delays than there is room for');
    this.#each[this.#count++] = ms;
  }

  /** The delay that so large a share of all does not pass, where `endless` more never ended. */
  at(share: number, endless: number): number {
    const sorted = this.#each.subarray(0, this.#count).toSorted();
    return sorted[Math.ceil(share * (sorted.length + endless)) - 1] ?? Infinity;
  }

  /** Those since the last time; none are left. */
  take(): Delays {
    const sorted = this.#each.subarray(0, this.#count).toSorted();
    const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;
    this.#count = 0;
    return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
  }
}

/** Milliseconds by a clock that all processes of the machine share. */
export function sharedMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
