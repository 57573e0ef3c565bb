/** When the next event of the live stream may happen. Times of this machine and of the flights are both milliseconds. */
export interface Pace {
  /** Whether an event with this simulated time is due now. If so, the caller lets it happen. */
  due(eventMs: number, nowMs: number): boolean;
}

/** A grid that cannot keep up falls behind by at most this much; what is older is forgiven, so that the rate shown is the true one. */
export const LAG_MS_MAX = 1000;

/** So many events per second, whatever their times. */
export class RatePace implements Pace {
  readonly #eventMs: number;
  #nextMs: number | undefined;

  /** `rate`: events per second, > 0. */
  constructor(rate: number) {
    this.#eventMs = 1000 / rate;
  }

  due(_eventMs: number, nowMs: number): boolean {
    const nextMs = Math.max(this.#nextMs ?? nowMs, nowMs - LAG_MS_MAX);
    const due = nextMs <= nowMs;
    this.#nextMs = due ? nextMs + this.#eventMs : nextMs;
    return due;
  }
}

/** Simulated time passes `speed` times as fast as real time, and an event is due when its time has come. */
export class SpeedPace implements Pace {
  readonly #speed: number;
  /** What the real clock showed, or would have shown, at simulated time 0. */
  #originMs: number | undefined;

  /** `speed`: simulated seconds per second, > 0. */
  constructor(speed: number) {
    this.#speed = speed;
  }

  due(eventMs: number, nowMs: number): boolean {
    const sinceOriginMs = eventMs / this.#speed;
    // The first event sets the clock: it is due at once.
    this.#originMs = Math.max(this.#originMs ?? nowMs - sinceOriginMs, nowMs - LAG_MS_MAX - sinceOriginMs);
    return this.#originMs + sinceOriginMs <= nowMs;
  }
}
