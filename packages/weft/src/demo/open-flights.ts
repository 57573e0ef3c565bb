import type { Space } from '@weft/client';
import { avg, count, max, min } from '@weft/data';
import { UnsuitableError } from '../cli/failure.ts';
import { createGrid } from '../create-grid.ts';
import type { RecoveryProgress } from '../durable/recovery-progress.ts';
import type { Acknowledged } from './data-place.ts';
import type { AirportFigure, FlightQueries, OverallFigure, RouteFigure } from './flight-space.ts';
import { Flight } from './flight.ts';
import type { FoundFlights } from './recovery.ts';
import type { FlightGrid } from './run-demo.ts';

/** Worst airports and routes shown. */
const WORST_MAX = 5;
/** Fewer departures in an hour than this say little about an airport or a route. */
const AIRPORT_FLIGHTS_MIN = 5;
const ROUTE_FLIGHTS_MIN = 2;

/** What was opened: the grid, and what an earlier run left there. */
export interface OpenedFlights extends FlightGrid, AsyncDisposable {
  readonly found: FoundFlights | undefined;
  /** Milliseconds that reading the directory took. */
  readonly recoveryMs: number;
}

export interface OpenFlightsOptions {
  /** What an earlier run noted in the directory. */
  readonly before?: Acknowledged | undefined;
  readonly onRecovery?: (progress: RecoveryProgress) => void;
}

/** A grid of one partition in this process, which keeps every acknowledged flight in a directory, where one is named. */
export async function openFlights(
  dataDir?: string,
  { before, onRecovery }: OpenFlightsOptions = {},
): Promise<OpenedFlights> {
  const journal =
    dataDir === undefined ? {} : ({ dataDir, durability: 'sync', snapshotEvery: '64MB', onRecovery } as const);
  const grid = await createGrid({ types: [Flight], ...journal });
  const space = grid.space(Flight);
  return {
    space,
    found: await foundFlights(space, before?.nextId ?? 0),
    recoveryMs: grid.stats().log.recovery?.durationMs ?? 0,
    queries: flightQueries(space),
    memory() {
      const { bytes, memory } = grid.stats();
      return { dataBytes: bytes, ...memory };
    },
    refusal() {
      const { refusal } = grid.stats().log;
      return refusal?.code === 'JOURNAL_BUSY' ? undefined : refusal && refused(refusal.message);
    },
    [Symbol.asyncDispose]: () => grid.close(),
  };
}

function refused(message: string): UnsuitableError {
  const fix = 'make space, or see to the disk, and start the demo again: with its --data-dir it goes on where it was';
  return new UnsuitableError(message.replace(/\.$/, ''), fix);
}

async function foundFlights(flights: Space<typeof Flight>, nextId: number): Promise<FoundFlights | undefined> {
  const rows = await flights.count();
  if (rows === 0) return undefined;
  const [first] = await flights.aggregate({ select: { id: min('id') } });
  const [known] = await flights.aggregate({
    select: { rows: count(), last: max('id'), latest: max('date') },
    where: (flight) => flight.id.lt(BigInt(nextId)),
  });
  const firstId = Number(first?.id ?? 0n);
  if (known?.last === undefined) return { rows, firstId, nextId: firstId, rowsBefore: 0, latest: new Date(0) };
  return {
    rows,
    firstId,
    nextId: Number(known.last) + 1,
    rowsBefore: known.rows,
    latest: known.latest ?? new Date(0),
  };
}

/** The dashboard's questions, each computed from the rows as they are when it is asked. */
function flightQueries(flights: Space<typeof Flight>): FlightQueries {
  return {
    countSince: async (since) => await flights.count((flight) => flight.date.ge(since)),
    worstAirports: (since) => worstAirports(flights, since),
    worstRoutes: (since) => worstRoutes(flights, since),
    overall: () => overall(flights),
  };
}

async function worstAirports(flights: Space<typeof Flight>, since: Date): Promise<readonly AirportFigure[]> {
  return await flights.aggregate({
    by: ['origin'],
    select: { flights: count(), meanDelay: avg('delay') },
    where: (flight) => flight.date.ge(since),
    having: (group) => group.flights.ge(AIRPORT_FLIGHTS_MIN),
    orderBy: { meanDelay: 'desc' },
    limit: WORST_MAX,
  });
}

async function worstRoutes(flights: Space<typeof Flight>, since: Date): Promise<readonly RouteFigure[]> {
  return await flights.aggregate({
    by: ['origin', 'destination'],
    select: { flights: count(), meanDelay: avg('delay') },
    where: (flight) => flight.date.ge(since),
    having: (group) => group.flights.ge(ROUTE_FLIGHTS_MIN),
    orderBy: { meanDelay: 'desc' },
    limit: WORST_MAX,
  });
}

async function overall(flights: Space<typeof Flight>): Promise<OverallFigure> {
  const [figure] = await flights.aggregate({ select: { flights: count(), meanDelay: avg('delay') } });
  return figure ?? { flights: 0, meanDelay: undefined };
}
