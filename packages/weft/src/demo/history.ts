import type { FlightCursor } from './flight-cursor.ts';
import type { FlightSpace } from './flight-space.ts';
import type { FlightRow } from './flight.ts';
import type { Progress } from './progress.ts';
import { nextTurn, nowMs } from './timing.ts';
import { WriteWindow } from './write-window.ts';

/** Rows per `writeMany`: about a millisecond of work, so that reads and queries get their turn in between. */
export const HISTORY_BATCH_ROWS = 500;

/** Batches that wait for the disk at most: while one is synced the next ones are written. */
const BATCHES_MAX = 16;

/** Loads flights until the history is complete or the signal fires. */
export async function loadHistory(
  space: FlightSpace,
  cursor: FlightCursor,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  let begun = progress.historyLoaded;
  const window = new WriteWindow<readonly FlightRow[]>(BATCHES_MAX, (batch) => {
    progress.historyLoaded += batch.length;
    for (const flight of batch.slice(-1)) progress.stored(flight);
  });
  while (begun < progress.historyTotal && (await cursor.ready(signal))) {
    progress.historyStartMs ??= nowMs();
    await window.room();
    const batch = takeBatch(cursor, progress.historyTotal - begun);
    begun += batch.length;
    window.add(batch, space.writeMany(batch));
    await nextTurn();
  }
  await window.drained();
  progress.historyEndMs = nowMs();
}

function takeBatch(cursor: FlightCursor, rowsMax: number): FlightRow[] {
  const rows = Math.min(HISTORY_BATCH_ROWS, rowsMax, cursor.available);
  return Array.from({ length: rows }, () => cursor.take());
}
