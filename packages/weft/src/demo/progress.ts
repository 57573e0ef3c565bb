import type { FlightRow } from './flight.ts';
import type { FoundFlights } from './recovery.ts';

/** What has happened so far: counters that loading and streaming advance and that the figures read. */
export class Progress {
  phase: 'history' | 'live' = 'history';
  readonly historyTotal: number;
  historyLoaded = 0;
  /** Of them, those that were there when the demo began. */
  historyFound = 0;
  /** Since the first flight was there. On the monotonic clock. */
  historyStartMs: number | undefined;
  historyEndMs: number | undefined;
  /** Live events so far. */
  events = 0;
  /** Flights have the ids `oldestId` to `nextId` − 1. */
  oldestId = 0;
  nextId = 0;
  /** The departure of the newest flight, which is what the demo calls now. */
  simulatedMs: number | undefined;

  readonly #onStored: (progress: Progress) => void;

  /** `onStored` hears of each flight, or batch of them, that was acknowledged. */
  constructor(historyTotal: number, onStored: (progress: Progress) => void = () => undefined) {
    this.historyTotal = historyTotal;
    this.#onStored = onStored;
  }

  get rows(): number {
    return this.nextId - this.oldestId;
  }

  /** Rows written, of history and live stream. */
  get written(): number {
    return this.nextId;
  }

  /** Flights of an earlier run are there. */
  found({ firstId, nextId, latest }: FoundFlights): void {
    this.oldestId = firstId;
    this.nextId = nextId;
    this.simulatedMs = latest.getTime();
    this.historyFound = this.historyLoaded = Math.min(this.nextId, this.historyTotal);
  }

  stored(flight: FlightRow): void {
    this.nextId = Number(flight.id) + 1;
    this.simulatedMs = flight.date.getTime();
    this.#onStored(this);
  }
}
