import type { Figures } from './figures.ts';
import { bytes, clock, delay, micros, whole } from './format.ts';

/** One look as one line, for pipes, files and dumb terminals. */
export function plainLine(figures: Figures, journal?: string): string {
  const { elapsedMs, reads, rows, memory, turnMaxMs, queryMs, alerts } = figures;
  return [
    clock(elapsedMs),
    figures.phase === 'history' ? history(figures) : live(figures),
    `reads p50 ${micros(reads.p50Us ?? 0)} p99 ${micros(reads.p99Us ?? 0)}`,
    worst(figures),
    `queries ${micros(queryMs * 1000)}`,
    `alerts ${whole(alerts)}`,
    `rows ${whole(rows)} of ${whole(rows === 0 ? 0 : memory.dataBytes / rows)} bytes`,
    `memory ${bytes(memory.usedBytes)} of ${bytes(memory.limitBytes)}`,
    `process ${bytes(memory.processBytes)}`,
    `longest turn ${micros(turnMaxMs * 1000)}`,
    ...(journal === undefined ? [] : [`journal ${journal}`]),
  ].join(' | ');
}

function history({ history: { loaded, total, rowsPerSecond, secondsLeft } }: Figures): string {
  const left = secondsLeft === undefined ? '' : `, ${Math.ceil(secondsLeft)} s left`;
  return `history ${total === 0 ? 100 : Math.floor((loaded / total) * 100)} %, ${whole(rowsPerSecond)} rows/s${left}`;
}

function live({ eventsPerSecond }: Figures): string {
  return `live ${whole(eventsPerSecond)} events/s`;
}

function worst({ lastHour: { worstAirports, worstRoutes } }: Figures): string {
  const [airport] = worstAirports;
  const [route] = worstRoutes;
  if (airport === undefined) return 'worst of the last hour: too few flights';
  const routeText = route === undefined ? '' : `, ${route.origin}-${route.destination} ${delay(route.meanDelay)}`;
  return `worst of the last hour: ${airport.origin} ${delay(airport.meanDelay)}${routeText}`;
}
