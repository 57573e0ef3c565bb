import type { Figures } from './figures.ts';
import type { Recovery } from './recovery.ts';
import type { DemoSummary } from './summary.ts';

/**
 * One look as a line of JSON. The names are a contract, described in docs/demo.md: times in the unit that the name
 * ends with, sizes in bytes, moments as RFC 3339, null where there is no value yet.
 */
export function figuresJson(figures: Figures): string {
  const { history, reads, lastHour, overall, memory, rows } = figures;
  return JSON.stringify({
    type: 'figures',
    phase: figures.phase,
    elapsedMs: Math.round(figures.elapsedMs),
    simulatedTime: figures.simulated?.toISOString() ?? null,
    rows,
    historyRows: history.loaded,
    historyRowsTotal: history.total,
    historyRowsPerSecond: Math.round(history.rowsPerSecond),
    historySecondsLeft: rounded(history.secondsLeft, 1),
    events: figures.events,
    eventsPerSecond: rounded(figures.eventsPerSecond, 1),
    readsPerSecond: rounded(figures.readsPerSecond, 1),
    readP50Us: rounded(reads.p50Us, 2),
    readP99Us: rounded(reads.p99Us, 2),
    readsMissed: reads.missed,
    lastHourFlights: lastHour.flights,
    worstAirports: lastHour.worstAirports.map(({ origin, flights, meanDelay }) => ({
      origin,
      flights,
      meanDelayMinutes: rounded(meanDelay, 1),
    })),
    worstRoutes: lastHour.worstRoutes.map(({ origin, destination, flights, meanDelay }) => ({
      origin,
      destination,
      flights,
      meanDelayMinutes: rounded(meanDelay, 1),
    })),
    meanDelayMinutes: rounded(overall.meanDelay, 2),
    queryMs: rounded(figures.queryMs, 2),
    alertMinutes: figures.alertMinutes,
    alerts: figures.alerts,
    alertsLatest: figures.alertsLatest.map(({ date, origin, destination, delay }) => ({
      time: date.toISOString(),
      origin,
      destination,
      delayMinutes: delay,
    })),
    dataBytes: memory.dataBytes,
    bytesPerRow: rows === 0 ? null : rounded(memory.dataBytes / rows, 1),
    usedBytes: memory.usedBytes,
    limitBytes: memory.limitBytes,
    processBytes: memory.processBytes,
    turnMaxMs: rounded(figures.turnMaxMs, 2),
  });
}

/** The last line of a run. */
export function summaryJson(summary: DemoSummary): string {
  return JSON.stringify({
    type: 'summary',
    reason: summary.reason,
    elapsedMs: Math.round(summary.elapsedMs),
    firstFiguresMs: rounded(summary.firstFiguresMs, 0),
    rows: summary.rows,
    rowsWritten: summary.rowsWritten,
    historyRows: summary.historyRows,
    historyRowsPerSecond: Math.round(summary.historyRowsPerSecond),
    events: summary.events,
    reads: summary.reads.reads,
    readP50Us: rounded(summary.reads.p50Us, 2),
    readP99Us: rounded(summary.reads.p99Us, 2),
    readsMissed: summary.reads.missed,
    alerts: summary.alerts,
    bytesPerRow: rounded(summary.bytesPerRow, 1),
    turnMaxMs: rounded(summary.turnMaxMs, 2),
    journal: summary.journal ?? null,
    kept: summary.isKept === true ? (summary.journal ?? 'nothing') : 'nothing',
    ...(summary.recovery !== undefined && { recovery: recoveryFields(summary.recovery) }),
  });
}

/** What became of an earlier run's flights: the first line, where there was one. */
export function recoveryJson(recovery: Recovery, directory: string): string {
  return JSON.stringify({ type: 'recovery', journal: directory, ...recoveryFields(recovery) });
}

function recoveryFields({ durationMs, rows, acknowledged, missing }: Recovery): object {
  return { durationMs: Math.round(durationMs), rows, acknowledged, missing };
}

function rounded(value: number | undefined, digits: number): number | null {
  if (value === undefined) return null;
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
