import type { FlightRow } from './flight.ts';

/** What has happened so far: counters that loading and streaming advance and that the figures read. */
export class Progress {
  phase: 'history' | 'live' = 'history';
  readonly historyTotal: number;
  historyLoaded = 0;
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

  constructor(historyTotal: number) {
    this.historyTotal = historyTotal;
  }

  get rows(): number {
    return this.nextId - this.oldestId;
  }

  /** Rows written, of history and live stream. */
  get written(): number {
    return this.nextId;
  }

  stored(flight: FlightRow): void {
    this.nextId = Number(flight.id) + 1;
    this.simulatedMs = flight.date.getTime();
  }
}
