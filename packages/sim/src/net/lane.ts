import type { SeededRandom } from '../seeded-random.ts';

/** Weather of a network: drawn once for a run. */
export interface NetWeather {
  /** Mean time that bytes take one way. */
  readonly delayMs: number;
  /** How likely some bytes take `slowMs` in place of that. */
  readonly slowShare: number;
  readonly slowMs: number;
  /** How likely what is sent at once arrives in pieces. */
  readonly splitShare: number;
  /** How likely an attempt to connect is lost. */
  readonly lostDialShare: number;
}

/** One direction between two machines: everything that goes there takes its time, and nothing passes while it is shut. */
export class Lane {
  readonly #weather: NetWeather;
  readonly #random: SeededRandom;
  #openAtMs = 0;
  #slow = 0;
  #held = 0;

  constructor(weather: NetWeather, random: SeededRandom) {
    this.#weather = weather;
    this.#random = random;
  }

  /** When it is open again. */
  get openAtMs(): number {
    return this.#openAtMs;
  }

  /** How often something took long. */
  get slow(): number {
    return this.#slow;
  }

  /** How often something came later since it was shut. */
  get held(): number {
    return this.#held;
  }

  /** Something arrives now that was to arrive then. */
  passed(dueMs: number): void {
    if (dueMs < this.#openAtMs) this.#held++;
  }

  /** Nothing passes until then: what is under way waits, as TCP sends it again. */
  shutUntil(atMs: number): void {
    this.#openAtMs = Math.max(this.#openAtMs, atMs);
  }

  open(): void {
    this.#openAtMs = 0;
  }

  delayMs(): number {
    const { delayMs, slowShare, slowMs } = this.#weather;
    const isSlow = this.#random.chance(slowShare);
    if (isSlow) this.#slow++;
    return this.#random.delayMs(isSlow ? slowMs : delayMs);
  }
}

/** Both directions between a client's machine and that of a host. */
export interface Path {
  readonly there: Lane;
  readonly back: Lane;
}
