import type { FlightRow } from './flight.ts';

/**
 * Consecutive flights as typed arrays, all of one length, one entry per flight. The buffers travel from the reading
 * thread to the grid's thread without a copy; only there do flights become objects, just before they are written.
 */
export interface FlightBlock {
  /** Id of the first flight: its number in the file plus the flights of all earlier laps. The others follow by one. */
  readonly firstId: number;
  /** Departures in milliseconds since 1970 (the file's times are whole minutes), rising, shifted by the earlier laps. */
  readonly timesMs: Float64Array<ArrayBuffer>;
  readonly delays: Int16Array<ArrayBuffer>;
  readonly distances: Int16Array<ArrayBuffer>;
  /** Positions in `airports`. */
  readonly origins: Uint16Array<ArrayBuffer>;
  readonly destinations: Uint16Array<ArrayBuffer>;
  readonly airports: readonly string[];
}

/** Flight `index` of a block as an object. */
export function flightAt(block: FlightBlock, index: number): FlightRow {
  return {
    id: BigInt(block.firstId + index),
    date: new Date(block.timesMs[index] ?? NaN),
    delay: block.delays[index] ?? NaN,
    distance: block.distances[index] ?? NaN,
    origin: block.airports[block.origins[index] ?? -1] ?? '',
    destination: block.airports[block.destinations[index] ?? -1] ?? '',
  };
}

/** The buffers of a block, to hand over instead of copying. */
export function blockBuffers(block: FlightBlock): ArrayBuffer[] {
  return [
    block.timesMs.buffer,
    block.delays.buffer,
    block.distances.buffer,
    block.origins.buffer,
    block.destinations.buffer,
  ];
}
