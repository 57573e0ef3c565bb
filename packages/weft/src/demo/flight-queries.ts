import type { GridStats, Space } from '@weft/client';
import { avg, count, max, min } from '@weft/data';
import { UnsuitableError } from '../cli/failure.ts';
import type { MemoryFigures } from './figures.ts';
import type { AirportFigure, FlightQueries, OverallFigure, RouteFigure } from './flight-space.ts';
import type { Flight } from './flight.ts';
import type { Acknowledged } from './data-place.ts';
import { EVENTS_MAX } from './live-stream.ts';
import type { FoundFlights } from './recovery.ts';

type Flights = Space<typeof Flight>;

/** Worst airports and routes shown. */
const WORST_MAX = 5;
/** Fewer departures in an hour than this say little about an airport or a route. */
const AIRPORT_FLIGHTS_MIN = 5;
const ROUTE_FLIGHTS_MIN = 2;

export function memoryOf({ bytes, memory }: GridStats): MemoryFigures {
  return { dataBytes: bytes, ...memory };
}

/** Why the journal takes nothing more, where that will not pass by itself. */
export function refusalOf({ log: { refusal } }: GridStats): UnsuitableError | undefined {
  return refusal?.code === 'JOURNAL_BUSY' ? undefined : refusal && refused(refusal.message);
}

function refused(message: string): UnsuitableError {
  const fix = 'make space, or see to the disk, and start the demo again: with its --data-dir it goes on where it was';
  return new UnsuitableError(message.replace(/\.$/, ''), fix);
}

/**
 * What an earlier run left, by what it noted. Deletions are asked for in order and may be done in another, since a server that has too much to do puts some off: so of
 * the first EVENTS_MAX flights those that lie before one that went are to go too, and do now.
 */
export async function foundFlights(
  flights: Flights,
  before: Acknowledged | undefined,
): Promise<FoundFlights | undefined> {
  const nextId = before?.nextId ?? 0;
  const firstId = before === undefined ? await leastId(flights) : await firstKept(flights, before);
  if (firstId < nextId) await flights.deleteMany((flight) => flight.id.lt(BigInt(firstId)));
  const rows = await flights.count();
  if (rows === 0) return undefined;
  const [known] = await flights.aggregate({
    select: { rows: count(), last: max('id'), latest: max('date') },
    where: (flight) => flight.id.ge(BigInt(firstId)).and(flight.id.lt(BigInt(nextId))),
  });
  if (known?.last === undefined) return { rows, firstId, nextId: firstId, rowsBefore: 0, latest: new Date(0) };
  return {
    rows,
    firstId,
    nextId: Number(known.last) + 1,
    rowsBefore: known.rows,
    latest: known.latest ?? new Date(0),
  };
}

async function leastId(flights: Flights): Promise<number> {
  const [first] = await flights.aggregate({ select: { id: min('id') } });
  return Number(first?.id ?? 0n);
}

/** Behind the last flight whose deletion was done, of those that may have been asked for. */
async function firstKept(flights: Flights, { oldestId, nextId }: Acknowledged): Promise<number> {
  const end = Math.min(oldestId + EVENTS_MAX, nextId);
  const rows = await flights.find((flight) => flight.id.ge(BigInt(oldestId)).and(flight.id.lt(BigInt(end))), {
    select: ['id'],
  });
  const ids = new Set(rows.map(({ id }) => Number(id)));
  let first = end;
  while (first > oldestId && ids.has(first - 1)) first--;
  return first;
}

/** The dashboard's questions, each computed from the rows as they are when it is asked. */
export function flightQueries(flights: Space<typeof Flight>): FlightQueries {
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
