import type { FlightCursor } from './flight-cursor.ts';
import type { FlightSpace } from './flight-space.ts';
import type { FlightRow } from './flight.ts';
import type { Progress } from './progress.ts';
import { nextTurn, nowMs } from './timing.ts';

/** Rows per `writeMany`: about a millisecond of work, so that reads and queries get their turn in between. */
export const HISTORY_BATCH_ROWS = 500;

/** Loads flights until the history is complete or the signal fires. */
export async function loadHistory(
  space: FlightSpace,
  cursor: FlightCursor,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  while (progress.historyLoaded < progress.historyTotal && (await cursor.ready(signal))) {
    progress.historyStartMs ??= nowMs();
    const batch = takeBatch(cursor, progress.historyTotal - progress.historyLoaded);
    await space.writeMany(batch);
    progress.historyLoaded += batch.length;
    for (const flight of batch.slice(-1)) progress.stored(flight);
    await nextTurn();
  }
  progress.historyEndMs = nowMs();
}

function takeBatch(cursor: FlightCursor, rowsMax: number): FlightRow[] {
  const rows = Math.min(HISTORY_BATCH_ROWS, rowsMax, cursor.available);
  return Array.from({ length: rows }, () => cursor.take());
}
