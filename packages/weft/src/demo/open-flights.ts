import type { Space } from '@weft/client';
import { avg, count } from '@weft/data';
import { createGrid } from '../create-grid.ts';
import type { AirportFigure, FlightQueries, OverallFigure, RouteFigure } from './flight-space.ts';
import { Flight } from './flight.ts';
import type { FlightGrid } from './run-demo.ts';

/** Worst airports and routes shown. */
const WORST_MAX = 5;
/** Fewer departures in an hour than this say little about an airport or a route. */
const AIRPORT_FLIGHTS_MIN = 5;
const ROUTE_FLIGHTS_MIN = 2;

/** A grid of one partition in this process. */
export async function openFlights(): Promise<FlightGrid & AsyncDisposable> {
  const grid = await createGrid({ types: [Flight] });
  const space = grid.space(Flight);
  return {
    space,
    queries: flightQueries(space),
    memory() {
      const { bytes, memory } = grid.stats();
      return { dataBytes: bytes, ...memory };
    },
    [Symbol.asyncDispose]: () => grid.close(),
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
