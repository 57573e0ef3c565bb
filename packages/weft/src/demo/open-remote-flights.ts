import type { GridStats } from '@weft/client';
import { connect } from '../net/connect.ts';
import { FlightServer } from './flight-server.ts';
import { Flight } from './flight.ts';
import { flightQueries, foundFlights, memoryOf, refusalOf } from './flight-queries.ts';
import type { OpenedFlights, OpenFlightsOptions } from './open-flights.ts';

/** The same in a process of its own, which this one reaches as any other could. */
export async function openRemoteFlights(dataDir: string, { before }: OpenFlightsOptions = {}): Promise<OpenedFlights> {
  const server = await FlightServer.start(dataDir);
  try {
    const grid = await connect(server.url, { types: [Flight] });
    const space = grid.space(Flight);
    let stats: GridStats = await grid.stats();
    return {
      space,
      server: server.url,
      found: await foundFlights(space, before),
      recoveryMs: stats.log.recovery?.durationMs ?? 0,
      queries: flightQueries(space),
      async memory() {
        stats = await grid.stats();
        return memoryOf(stats);
      },
      refusal: () => server.failure ?? refusalOf(stats),
      async [Symbol.asyncDispose]() {
        await grid.close();
        await server[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}
