import type { GridStats, Space } from '@weft/client';
import { avg, count, max, min } from '@weft/data';
import { UnsuitableError } from '../cli/failure.ts';
import type { MemoryFigures } from './figures.ts';
import type { AirportFigure, FlightQueries, OverallFigure, RouteFigure } from './flight-space.ts';
import type { Flight } from './flight.ts';
import type { FoundFlights } from './recovery.ts';

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

/** What an earlier run left. */
export async function foundFlights(flights: Space<typeof Flight>, nextId: number): Promise<FoundFlights | undefined> {
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
