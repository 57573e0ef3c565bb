import { SLICE_MS } from '@weft/base';
import type { Alerts } from './alerts.ts';
import type { FlightCursor } from './flight-cursor.ts';
import type { FlightSpace } from './flight-space.ts';
import type { Pace } from './pace.ts';
import type { Progress } from './progress.ts';
import { nextTurn, nowMs, pause } from './timing.ts';

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
  let turnStartMs = nowMs();
  while (await cursor.ready(signal)) {
    const now = nowMs();
    if (!pace.due(cursor.timeMs, now)) {
      await pause(IDLE_MS, signal);
      turnStartMs = nowMs();
    } else {
      await writeNext(parts);
      if (now - turnStartMs < SLICE_MS) continue;
      await nextTurn();
      turnStartMs = nowMs();
    }
  }
}

async function writeNext({ space, cursor, progress, alerts, rowsMax }: LiveStreamParts): Promise<void> {
  const flight = cursor.take();
  await space.write(flight);
  progress.stored(flight);
  progress.events++;
  alerts.watch(flight);
  while (progress.rows > rowsMax) {
    await space.delete(BigInt(progress.oldestId));
    progress.oldestId++;
  }
}
