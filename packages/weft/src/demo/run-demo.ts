import { Alerts } from './alerts.ts';
import type { DemoOptions } from './demo-options.ts';
import { FigureTaker, type Figures, type MemoryFigures } from './figures.ts';
import { FlightCursor, type BlockSource } from './flight-cursor.ts';
import type { FlightQueries, FlightSpace } from './flight-space.ts';
import { loadHistory } from './history.ts';
import { streamLive } from './live-stream.ts';
import { LoopWatch } from './loop-watch.ts';
import type { Acknowledged } from './data-place.ts';
import type { Output } from './output.ts';
import { RatePace, SpeedPace, type Pace } from './pace.ts';
import { Progress } from './progress.ts';
import { ReadProbe } from './read-probe.ts';
import type { FoundFlights } from './recovery.ts';
import type { Stop } from './stop-signals.ts';
import type { DemoSummary } from './summary.ts';
import { nowMs, pause } from './timing.ts';

const LOOK_EVERY_MS = 1000;
/** How often it is asked whether the disk still takes what is written. */
const REFUSAL_EVERY_MS = 250;
/** The first look comes as soon as there are rows, so that nobody sees an empty screen for long. */
const FIRST_LOOK_EVERY_MS = 50;

/** The grid as the demo uses it. */
export interface FlightGrid {
  readonly space: FlightSpace;
  readonly queries: FlightQueries;
  readonly memory: () => MemoryFigures | Promise<MemoryFigures>;
  /** Why the journal takes nothing more: a disk that is full or broken. */
  readonly refusal?: () => Error | undefined;
}

export interface DemoParts {
  readonly options: DemoOptions;
  readonly grid: FlightGrid;
  readonly source: BlockSource;
  readonly output: Output;
  readonly stop: Stop;
  /** When the process started, on the clock of `nowMs`. */
  readonly startMs: number;
  /** Flights of an earlier run, which are in the grid. */
  readonly found?: FoundFlights | undefined;
  /** Hears how far flights are acknowledged. */
  readonly onAcknowledged?: (progress: Acknowledged) => void;
}

/**
 * The demo itself: four tasks on one event loop (writing, reading, looking, and whatever the reading thread sends)
 * until it is told to stop. A task that fails stops the others, and its error is thrown.
 */
export async function runDemo(parts: DemoParts): Promise<DemoSummary> {
  const { options, grid, stop } = parts;
  const progress = new Progress(options.historyRows, parts.onAcknowledged);
  if (parts.found !== undefined) progress.found(parts.found);
  const alerts = new Alerts(options.alertMinutes);
  const probe = new ReadProbe(grid.space, progress);
  const loop = new LoopWatch();
  const taker = new FigureTaker({ ...grid, startMs: parts.startMs, progress, probe, alerts, loop });
  const looks = new Looks(taker, progress, parts.output);
  try {
    const tasks = [writeFlights(parts, progress, alerts), probe.run(stop.signal), looks.run(stop.signal)];
    await together(stop, tasks, () => grid.refusal?.());
  } finally {
    loop[Symbol.dispose]();
  }
  const last = await taker.take();
  return summaryOf(last, { reason: stop.reason ?? 'failure', progress, probe, loop, firstFiguresMs: looks.firstMs });
}

async function writeFlights(parts: DemoParts, progress: Progress, alerts: Alerts): Promise<void> {
  const { options, grid, source, stop } = parts;
  const cursor = new FlightCursor(source);
  if (progress.nextId > 0 && !(await cursor.skipTo(progress.nextId, stop.signal))) return;
  await loadHistory(grid.space, cursor, progress, stop.signal);
  await streamLive(
    { space: grid.space, cursor, pace: paceOf(options), progress, alerts, rowsMax: options.keepRows },
    stop.signal,
  );
}

/** Shows figures every second; the first ones as soon as there are rows. */
class Looks {
  readonly #taker: FigureTaker;
  readonly #progress: Progress;
  readonly #output: Output;
  /** When the first figures were shown, since the start of the process. */
  firstMs: number | undefined;

  constructor(taker: FigureTaker, progress: Progress, output: Output) {
    this.#taker = taker;
    this.#progress = progress;
    this.#output = output;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (this.#progress.rows === 0 && !signal.aborted) await pause(FIRST_LOOK_EVERY_MS, signal);
    let dueMs = nowMs();
    while (!signal.aborted) {
      const figures = await this.#taker.take();
      this.firstMs ??= figures.elapsedMs;
      this.#output.show(figures);
      // A look that took longer than a second is followed by the next at once, not by two.
      dueMs = Math.max(dueMs + LOOK_EVERY_MS, nowMs());
      await pause(dueMs - nowMs(), signal);
    }
  }
}

/**
 * Waits for all tasks; the first failure stops the others and is thrown once they have ended. Where the disk takes nothing they would wait for
 * ever: then they are left to fail with the grid, which is closed next.
 */
async function together(stop: Stop, tasks: readonly Promise<void>[], refusal: () => Error | undefined): Promise<void> {
  for (const task of tasks) task.catch(() => stop.stop('failure'));
  const over = new AbortController();
  const ended = Promise.allSettled(tasks).finally(() => over.abort());
  while (!over.signal.aborted) {
    const error = refusal();
    if (error !== undefined) {
      stop.stop('failure');
      throw error;
    }
    await pause(REFUSAL_EVERY_MS, over.signal);
  }
  for (const result of await ended) if (result.status === 'rejected') throw result.reason;
}

function paceOf({ pace }: DemoOptions): Pace {
  return 'rate' in pace ? new RatePace(pace.rate) : new SpeedPace(pace.speed);
}

interface SummaryParts extends Pick<DemoSummary, 'reason' | 'firstFiguresMs'> {
  readonly progress: Progress;
  readonly probe: ReadProbe;
  readonly loop: LoopWatch;
}

function summaryOf(last: Figures, { reason, firstFiguresMs, progress, probe, loop }: SummaryParts): DemoSummary {
  return {
    reason,
    firstFiguresMs,
    elapsedMs: last.elapsedMs,
    rows: last.rows,
    rowsWritten: progress.written,
    historyRows: last.history.loaded,
    historyRowsPerSecond: last.history.rowsPerSecond,
    events: last.events,
    reads: probe.total(),
    alerts: last.alerts,
    bytesPerRow: last.rows === 0 ? undefined : last.memory.dataBytes / last.rows,
    turnMaxMs: loop.maxMs,
  };
}
