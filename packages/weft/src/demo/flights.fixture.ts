import type { FlightBlock } from './flight-block.ts';
import type { BlockSource } from './flight-cursor.ts';
import type { FlightQueries, FlightSpace } from './flight-space.ts';
import type { FlightRow } from './flight.ts';

/** A map in the place of the grid, for what is around the grid. `onStored` sees each row. */
export class MapFlights implements FlightSpace {
  readonly rows = new Map<bigint, FlightRow>();
  /** Lengths of the batches that came. */
  readonly batches: number[] = [];
  readonly #onStored: (row: FlightRow) => void;

  constructor(onStored: (row: FlightRow) => void = () => undefined) {
    this.#onStored = onStored;
  }

  write(row: FlightRow): Promise<void> {
    this.rows.set(row.id, row);
    this.#onStored(row);
    return Promise.resolve();
  }

  async writeMany(batch: readonly FlightRow[]): Promise<void> {
    this.batches.push(batch.length);
    for (const row of batch) await this.write(row);
  }

  get(id: bigint): Promise<FlightRow | undefined> {
    return Promise.resolve(this.rows.get(id));
  }

  delete(id: bigint): Promise<boolean> {
    return Promise.resolve(this.rows.delete(id));
  }
}

/** Answers without rows to look at. */
export const noAnswers: FlightQueries = {
  countSince: () => Promise.resolve(0),
  worstAirports: () => Promise.resolve([]),
  worstRoutes: () => Promise.resolve([]),
  overall: () => Promise.resolve({ flights: 0, meanDelay: undefined }),
};

/** Flights one minute apart, as late as their id, in blocks of one size, without an end. */
export function blocksOf(rows: number): BlockSource {
  let firstId = 0;
  return {
    next: () => {
      const ids = Array.from({ length: rows }, (_, index) => firstId + index);
      firstId += rows;
      return Promise.resolve<FlightBlock>({
        firstId: ids[0] ?? 0,
        timesMs: Float64Array.from(ids, (id) => id * 60_000),
        delays: Int16Array.from(ids),
        distances: new Int16Array(rows),
        origins: new Uint16Array(rows),
        destinations: new Uint16Array(rows).fill(1),
        airports: ['ORD', 'LGA'],
      });
    },
  };
}
