import type { FlightRow } from './flight.ts';

/** A live flight that was late beyond the threshold. */
export interface Alert {
  readonly date: Date;
  readonly origin: string;
  readonly destination: string;
  /** Minutes. */
  readonly delay: number;
}

/** The latest ones are kept for the screen, the others only counted. */
export const ALERTS_KEPT_MAX = 5;

/** Watches every live flight for long delays. */
export class Alerts {
  readonly thresholdMinutes: number;
  readonly #latest: Alert[] = [];
  #count = 0;

  constructor(thresholdMinutes: number) {
    this.thresholdMinutes = thresholdMinutes;
  }

  /** All there were. */
  get count(): number {
    return this.#count;
  }

  /** Newest first. */
  get latest(): readonly Alert[] {
    return this.#latest.toReversed();
  }

  watch({ date, origin, destination, delay }: FlightRow): void {
    if (delay < this.thresholdMinutes) return;
    this.#count++;
    this.#latest.push({ date, origin, destination, delay });
    if (this.#latest.length > ALERTS_KEPT_MAX) this.#latest.shift();
  }
}
