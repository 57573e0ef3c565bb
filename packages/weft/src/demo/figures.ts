import type { Alert, Alerts } from './alerts.ts';
import type { AirportFigure, FlightQueries, OverallFigure, RouteFigure } from './flight-space.ts';
import type { LoopWatch } from './loop-watch.ts';
import type { Progress } from './progress.ts';
import type { ReadFigures, ReadProbe } from './read-probe.ts';
import { nowMs } from './timing.ts';

const HOUR_MS = 3_600_000;

/** Everything that one look at the demo shows. Screen, plain lines and JSON are three renderings of it. */
export interface Figures {
  readonly phase: 'history' | 'live';
  /** Since the start of the demo. */
  readonly elapsedMs: number;
  readonly rows: number;
  readonly history: HistoryFigures;
  /** Live events since the start, and per second since the last look. */
  readonly events: number;
  readonly eventsPerSecond: number;
  /** The departure of the newest flight. */
  readonly simulated: Date | undefined;
  /** Simulated seconds per second since the last look. */
  readonly simulatedSpeed: number;
  readonly reads: ReadFigures;
  readonly readsPerSecond: number;
  readonly lastHour: LastHourFigures;
  readonly overall: OverallFigure;
  /** All queries of this look together. */
  readonly queryMs: number;
  readonly alertMinutes: number;
  readonly alerts: number;
  readonly alertsLatest: readonly Alert[];
  readonly memory: MemoryFigures;
  /** Longest turn of the event loop since the last look. */
  readonly turnMaxMs: number;
}

export interface HistoryFigures {
  readonly loaded: number;
  readonly total: number;
  readonly rowsPerSecond: number;
  /** Undefined before anything was loaded. */
  readonly secondsLeft: number | undefined;
}

export interface LastHourFigures {
  readonly flights: number;
  readonly worstAirports: readonly AirportFigure[];
  readonly worstRoutes: readonly RouteFigure[];
}

export interface MemoryFigures {
  /** Columns, heaps, dictionaries and indexes. */
  readonly dataBytes: number;
  /** The same with old pages that open queries hold. */
  readonly usedBytes: number;
  /** What may be used. */
  readonly limitBytes: number;
  /** The whole process. */
  readonly processBytes: number;
}

/** What the figures are made of. */
export interface FigureSources {
  readonly startMs: number;
  readonly progress: Progress;
  readonly queries: FlightQueries;
  readonly probe: ReadProbe;
  readonly alerts: Alerts;
  readonly loop: LoopWatch;
  readonly memory: () => MemoryFigures | Promise<MemoryFigures>;
}

/** Takes looks at the demo, each covering the time since the one before. */
export class FigureTaker {
  readonly #sources: FigureSources;
  #lastMs: number;
  #lastEvents = 0;
  #lastSimulatedMs: number | undefined;

  constructor(sources: FigureSources) {
    this.#sources = sources;
    this.#lastMs = sources.startMs;
  }

  async take(): Promise<Figures> {
    const { progress, probe, alerts, loop, startMs, memory } = this.#sources;
    const answers = await this.#ask();
    const held = await memory();
    const now = nowMs();
    const seconds = Math.max(now - this.#lastMs, 1) / 1000;
    const reads = probe.takeRecent();
    const figures: Figures = {
      phase: progress.phase,
      elapsedMs: now - startMs,
      rows: progress.rows,
      history: historyFigures(progress, now),
      events: progress.events,
      eventsPerSecond: (progress.events - this.#lastEvents) / seconds,
      simulated: progress.simulatedMs === undefined ? undefined : new Date(progress.simulatedMs),
      simulatedSpeed: this.#simulatedSpeed(seconds),
      reads,
      readsPerSecond: reads.reads / seconds,
      ...answers,
      alertMinutes: alerts.thresholdMinutes,
      alerts: alerts.count,
      alertsLatest: alerts.latest,
      memory: held,
      turnMaxMs: loop.takeMaxMs(),
    };
    this.#lastMs = now;
    this.#lastEvents = progress.events;
    this.#lastSimulatedMs = progress.simulatedMs;
    return figures;
  }

  /** The queries run side by side, as those of several users would. */
  async #ask(): Promise<Pick<Figures, 'lastHour' | 'overall' | 'queryMs'>> {
    const { queries, progress } = this.#sources;
    const since = new Date((progress.simulatedMs ?? 0) - HOUR_MS);
    const startMs = nowMs();
    const [flights, worstAirports, worstRoutes, overall] = await Promise.all([
      queries.countSince(since),
      queries.worstAirports(since),
      queries.worstRoutes(since),
      queries.overall(),
    ]);
    return { lastHour: { flights, worstAirports, worstRoutes }, overall, queryMs: nowMs() - startMs };
  }

  #simulatedSpeed(seconds: number): number {
    const { simulatedMs } = this.#sources.progress;
    if (simulatedMs === undefined || this.#lastSimulatedMs === undefined) return 0;
    return (simulatedMs - this.#lastSimulatedMs) / 1000 / seconds;
  }
}

function historyFigures(progress: Progress, now: number): HistoryFigures {
  const { historyLoaded: loaded, historyFound, historyTotal: total, historyStartMs, historyEndMs } = progress;
  const seconds = historyStartMs === undefined ? 0 : Math.max((historyEndMs ?? now) - historyStartMs, 1) / 1000;
  const rowsPerSecond = seconds === 0 ? 0 : (loaded - historyFound) / seconds;
  return {
    loaded,
    total,
    rowsPerSecond,
    secondsLeft: rowsPerSecond === 0 ? undefined : (total - loaded) / rowsPerSecond,
  };
}
