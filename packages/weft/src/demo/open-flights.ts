import { createGrid } from '../create-grid.ts';
import type { RecoveryProgress } from '../durable/recovery-progress.ts';
import type { Acknowledged } from './data-place.ts';
import { flightQueries, foundFlights, memoryOf, refusalOf } from './flight-queries.ts';
import { Flight } from './flight.ts';
import type { FoundFlights } from './recovery.ts';
import type { FlightGrid } from './run-demo.ts';

/** What was opened: the grid, and what an earlier run left there. */
export interface OpenedFlights extends FlightGrid, AsyncDisposable {
  readonly found: FoundFlights | undefined;
  /** Address of the server, where it is another process. */
  readonly server?: string;
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
    found: await foundFlights(space, before),
    recoveryMs: grid.stats().log.recovery?.durationMs ?? 0,
    queries: flightQueries(space),
    memory: () => memoryOf(grid.stats()),
    refusal: () => refusalOf(grid.stats()),
    [Symbol.asyncDispose]: () => grid.close(),
  };
}
