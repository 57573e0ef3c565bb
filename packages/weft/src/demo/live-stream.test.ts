import { expect, test } from 'vitest';
import { Alerts } from './alerts.ts';
import { FlightCursor, type BlockSource } from './flight-cursor.ts';
import { blocksOf, MapFlights } from './flights.fixture.ts';
import { HISTORY_BATCH_ROWS, loadHistory } from './history.ts';
import { streamLive } from './live-stream.ts';
import { Progress } from './progress.ts';
import type { Pace } from './pace.ts';

const allDue: Pace = { due: () => true };

test('the history ends in the middle of a block and the live stream goes on from there', async () => {
  const { space, rows, stop, batches } = memorySpace(1_250);
  const progress = new Progress(1_200);
  const cursor = new FlightCursor(blocksOf(700));
  await loadHistory(space, cursor, progress, stop.signal);
  expect([progress.historyLoaded, rows.size, progress.nextId]).toEqual([1_200, 1_200, 1_200]);
  expect(Math.max(...batches)).toBeLessThanOrEqual(HISTORY_BATCH_ROWS);
  await streamLive({ space, cursor, pace: allDue, progress, alerts: new Alerts(180), rowsMax: 10_000 }, stop.signal);
  expect(progress).toMatchObject({ phase: 'live', events: 50, nextId: 1_250, simulatedMs: 1_249 * 60_000 });
  expect([...rows.keys()]).toEqual(Array.from({ length: 1_250 }, (_, id) => BigInt(id)));
});

test('the oldest rows leave so that no more than the bound stay', async () => {
  const { space, rows, stop } = memorySpace(500);
  const progress = new Progress(100);
  const cursor = new FlightCursor(blocksOf(64));
  await loadHistory(space, cursor, progress, stop.signal);
  await streamLive({ space, cursor, pace: allDue, progress, alerts: new Alerts(180), rowsMax: 120 }, stop.signal);
  expect(rows.size).toBe(120);
  expect([progress.oldestId, progress.nextId, progress.rows]).toEqual([380, 500, 120]);
  expect(rows.has(379n)).toBe(false);
  expect(rows.has(380n)).toBe(true);
});

test('only live flights are watched for long delays', async () => {
  const { space, stop } = memorySpace(400);
  const progress = new Progress(200);
  const alerts = new Alerts(390);
  const cursor = new FlightCursor(blocksOf(1000));
  await loadHistory(space, cursor, progress, stop.signal);
  expect(alerts.count).toBe(0);
  await streamLive({ space, cursor, pace: allDue, progress, alerts, rowsMax: 1000 }, stop.signal);
  // A flight is as late as its id, so 390 to 399 are.
  expect(alerts.count).toBe(10);
});

test('a signal ends both, also while they wait for a block', async () => {
  const { space } = memorySpace(Infinity);
  const waiting: BlockSource = {
    next: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined))),
  };
  const stop = new AbortController();
  const progress = new Progress(100);
  const cursor = new FlightCursor(waiting);
  const ended = loadHistory(space, cursor, progress, stop.signal).then(() =>
    streamLive({ space, cursor, pace: allDue, progress, alerts: new Alerts(1), rowsMax: 10 }, stop.signal),
  );
  stop.abort();
  await ended;
  expect(progress.nextId).toBe(0);
});

/** A map in the place of the grid, and a signal that fires when it has the flight before `stopAt`. */
function memorySpace(stopAt: number) {
  const stop = new AbortController();
  const space = new MapFlights(({ id }) => {
    if (Number(id) === stopAt - 1) stop.abort();
  });
  return { space, rows: space.rows, batches: space.batches, stop };
}
