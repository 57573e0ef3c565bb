/**
 * Latencies in buckets of equal ratio: four fixed orders of magnitude in a kilobyte, whatever the number of values,
 * and any quantile within 2.5 % of the true one. The idea is that of HdrHistogram, with plain logarithms.
 */
const BUCKETS_PER_DOUBLING = 14;
const MIN_US = 0.05;
const DOUBLINGS = 28; // 0.05 µs to 13 s
const BUCKETS = BUCKETS_PER_DOUBLING * DOUBLINGS;

export class LatencyHistogram {
  readonly #counts = new Float64Array(BUCKETS);
  #count = 0;
  #maxUs = 0;

  get count(): number {
    return this.#count;
  }

  /** The longest one, exact. 0 where there is none. */
  get maxUs(): number {
    return this.#maxUs;
  }

  /** Adds one latency in microseconds; what lies outside the range counts at its end. */
  add(us: number): void {
    const bucket = Math.floor(Math.log2(us / MIN_US) * BUCKETS_PER_DOUBLING);
    const index = Math.min(BUCKETS - 1, Math.max(0, bucket));
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#count++;
    if (us > this.#maxUs) this.#maxUs = us;
  }

  addAll(other: LatencyHistogram): void {
    for (const [index, count] of other.#counts.entries()) this.#counts[index] = (this.#counts[index] ?? 0) + count;
    this.#count += other.#count;
    this.#maxUs = Math.max(this.#maxUs, other.#maxUs);
  }

  /** The latency in microseconds that the share `quantile` (0 to 1) of all values does not exceed; undefined without values. */
  quantileUs(quantile: number): number | undefined {
    if (this.#count === 0) return undefined;
    const rank = Math.max(1, Math.ceil(quantile * this.#count));
    let seen = 0;
    for (const [index, count] of this.#counts.entries()) {
      seen += count;
      if (seen >= rank) return Math.min(this.#maxUs, MIN_US * 2 ** ((index + 0.5) / BUCKETS_PER_DOUBLING));
    }
    return this.#maxUs;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#maxUs = 0;
  }
}
