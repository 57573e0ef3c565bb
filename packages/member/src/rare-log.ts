import type { Clock } from '@weft/base';

/** What an operator may want to know. */
export interface MemberEvent {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly cause?: unknown;
  /** The other end of the connection that it is about. */
  readonly peer?: string | undefined;
  /** Id of the trace that the request belongs to which it is about. */
  readonly trace?: string | undefined;
}

/** Events that the log of a host takes within LOG_MS. */
export const LOG_EVENTS_MAX = 20;
const LOG_MS = 1000;

/** Passes events on, up to LOG_EVENTS_MAX a second, and counts the others: whoever sends us nonsense is not to fill the disk. */
export class RareLog {
  readonly #clock: Clock;
  readonly #log: (event: MemberEvent) => void;
  #sinceMs = -Infinity;
  #told = 0;
  #untold = 0;

  constructor(clock: Clock, log: (event: MemberEvent) => void) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Events that were not passed on since the last one that was. */
  get untold(): number {
    return this.#untold;
  }

  add(event: MemberEvent): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#sinceMs >= LOG_MS) {
      this.#sinceMs = nowMs;
      this.#told = 0;
    }
    if (this.#told >= LOG_EVENTS_MAX) {
      this.#untold++;
      return;
    }
    this.#told++;
    const untold = this.#untold;
    this.#untold = 0;
    this.#log(
      untold === 0 ? event : { ...event, message: `${event.message} (${untold} events before it were not told)` },
    );
  }
}
