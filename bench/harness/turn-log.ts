/** A stretch of time, by `performance.now()`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One turn of the event loop. */
export interface Turn extends Span {
  /** How long the thread ran in it: less than it took where others had the core. */
  readonly ranMs: number;
}

/** Turns that took no longer are counted only, in steps of `STEP_MS`. */
const COUNTED_MS_MAX = 0.25;
const STEP_MS = 0.005;
/** Longer turns of one stretch: a minute of half milliseconds. */
const KEPT_MAX = 1 << 17;
const NUMBERS_PER_TURN = 3;

/**
 * Lengths of turns, of an event loop that may make 200,000 a second. It takes its memory before and touches all of it: an array that grows with the turns
 * is copied, and its new pages are faulted in, while a turn is measured, which takes 2 to 16 ms.
 */
export class TurnLog {
  /** Short turns by their length. */
  readonly #counts = new Float64Array(Math.ceil(COUNTED_MS_MAX / STEP_MS) + 1);
  /** Beginning, end and run of each longer one. */
  readonly #kept = new Float64Array(KEPT_MAX * NUMBERS_PER_TURN).fill(-1);
  #keptCount = 0;
  #turns = 0;

  /** Turns since the beginning. */
  get turns(): number {
    return this.#turns;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#keptCount = 0;
    this.#turns = 0;
  }

  add(from: number, to: number, ranMs: number): void {
    this.#turns++;
    if (to - from <= COUNTED_MS_MAX) {
      this.#counts[Math.floor((to - from) / STEP_MS)]!++;
      return;
    }
    if (this.#keptCount === KEPT_MAX) throw new Error(`a probe keeps ${KEPT_MAX} long turns; measure less at a time`);
    const at = this.#keptCount++ * NUMBERS_PER_TURN;
    this.#kept[at] = from;
    this.#kept[at + 1] = to;
    this.#kept[at + 2] = ranMs;
  }

  /** All turns over a quarter of a millisecond, in the order of time. */
  longer(): Turn[] {
    return Array.from({ length: this.#keptCount }, (_, turn) => {
      const at = turn * NUMBERS_PER_TURN;
      return { from: this.#kept[at]!, to: this.#kept[at + 1]!, ranMs: this.#kept[at + 2]! };
    });
  }

  /** The length that this share of all turns does not pass. `longerMs`: what the longer ones count as, ascending. */
  quantileMs(share: number, longerMs: readonly number[]): number {
    let rank = Math.floor(this.#turns * share);
    for (let step = 0; step < this.#counts.length; step++) {
      if (rank < this.#counts[step]!) return (step + 1) * STEP_MS;
      rank -= this.#counts[step]!;
    }
    return longerMs[rank] ?? 0;
  }
}
