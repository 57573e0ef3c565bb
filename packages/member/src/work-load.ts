import type { Clock } from '@weft/base';

/** Questions under way below which none is refused for their number. */
export const QUESTIONS_CROWD = 64;
/** The share of its time that a question may be expected to take. */
const TIME_SHARE = 0.25;
/** How often the rate is taken, and how much the last time counts. */
const RATE_MS = 100;
const RATE_WEIGHT = 0.2;

/**
 * Questions that take turns with each other: counts, finds, aggregates. Many of them hold nobody up, since each has a slice; but each takes as long as all
 * together. How long that is follows from how many there are and how many end (Little, A Proof for the Queuing Formula L = λW, 1961): one that would not be
 * done in a good part of its time is better refused at once, than left to take time from the others until its own is over.
 */
export class WorkLoad {
  readonly #clock: Clock;
  #underWay = 0;
  #ended = 0;
  #sinceMs: number;
  /** Questions that are answered in a millisecond; undefined where that is not known. */
  #rate: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sinceMs = clock.monotonicMs();
  }

  get underWay(): number {
    return this.#underWay;
  }

  begin(): void {
    if (this.#underWay++ === 0) this.#restart();
  }

  /** `isAnswered`: whether anybody had something of it. */
  end(isAnswered: boolean): void {
    this.#underWay--;
    if (isAnswered) this.#ended++;
  }

  /** How long one more would take, where that is too long for its time, in milliseconds; undefined where it is not. */
  tooLongMs(leftMs: number | undefined): number | undefined {
    if (leftMs === undefined || this.#underWay < QUESTIONS_CROWD) return undefined;
    this.#look();
    const takesMs = this.#rate === undefined ? 0 : this.#underWay / this.#rate;
    return takesMs > TIME_SHARE * leftMs ? takesMs : undefined;
  }

  #look(): void {
    const nowMs = this.#clock.monotonicMs();
    const elapsedMs = nowMs - this.#sinceMs;
    if (elapsedMs < RATE_MS) return;
    const rate = this.#ended / elapsedMs;
    this.#rate = this.#rate === undefined ? rate : this.#rate + (rate - this.#rate) * RATE_WEIGHT;
    this.#ended = 0;
    this.#sinceMs = nowMs;
  }

  /** While there was nothing to do nothing could be told. */
  #restart(): void {
    this.#ended = 0;
    this.#sinceMs = this.#clock.monotonicMs();
  }
}
