import { SLICE_MS } from '@weft/base';
import type { Alerts } from './alerts.ts';
import type { FlightCursor } from './flight-cursor.ts';
import type { FlightSpace } from './flight-space.ts';
import type { Pace } from './pace.ts';
import type { Progress } from './progress.ts';
import { nextTurn, nowMs, pause } from './timing.ts';
import type { FlightRow } from './flight.ts';
import { WriteWindow } from './write-window.ts';

/** How long the stream sleeps when no event is due, in milliseconds. */
const IDLE_MS = 2;

export interface LiveStreamParts {
  readonly space: FlightSpace;
  readonly cursor: FlightCursor;
  readonly pace: Pace;
  readonly progress: Progress;
  readonly alerts: Alerts;
  /** Rows that stay: each event beyond deletes the oldest. */
  readonly rowsMax: number;
}

/** Writes flights one by one at their pace until the signal fires. Memory is bounded: the oldest flights leave. */
export async function streamLive(parts: LiveStreamParts, signal: AbortSignal): Promise<void> {
  const { cursor, pace, progress } = parts;
  progress.phase = 'live';
  const writer = new LiveWriter(parts);
  let turnStartMs = nowMs();
  while (await cursor.ready(signal)) {
    const now = nowMs();
    if (!pace.due(cursor.timeMs, now)) {
      await pause(IDLE_MS, signal);
      turnStartMs = nowMs();
    } else {
      await writer.write(cursor.take());
      if (now - turnStartMs < SLICE_MS) continue;
      await nextTurn();
      turnStartMs = nowMs();
    }
  }
  await writer.drained();
}

/** Writes that wait for the disk at most: they are synced together. */
export const EVENTS_MAX = 1024;

/** Writes an event and, once it is acknowledged, counts it and lets the oldest flights leave. */
class LiveWriter {
  readonly #parts: LiveStreamParts;
  readonly #window: WriteWindow<FlightRow | undefined>;

  constructor(parts: LiveStreamParts) {
    this.#parts = parts;
    this.#window = new WriteWindow(EVENTS_MAX, (flight) => this.#acknowledged(flight));
  }

  async write(flight: FlightRow): Promise<void> {
    this.#window.add(flight, this.#parts.space.write(flight));
    await this.#window.room();
  }

  drained(): Promise<void> {
    return this.#window.drained();
  }

  /** `undefined`: a deletion was. */
  #acknowledged(flight: FlightRow | undefined): void {
    if (flight === undefined) return;
    const { space, progress, alerts, rowsMax } = this.#parts;
    progress.stored(flight);
    progress.events++;
    alerts.watch(flight);
    while (progress.rows > rowsMax) this.#window.add(undefined, space.delete(BigInt(progress.oldestId++)));
  }
}
