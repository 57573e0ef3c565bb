import { assert, must } from '@weft/base';
import { flightAt, type FlightBlock } from './flight-block.ts';
import type { FlightRow } from './flight.ts';

/** Where blocks come from: the next one, or undefined when the signal fired. */
export interface BlockSource {
  next(signal: AbortSignal): Promise<FlightBlock | undefined>;
}

/** Flights one after another out of blocks. History and live stream read on from the same place. */
export class FlightCursor {
  readonly #source: BlockSource;
  #block: FlightBlock | undefined;
  #index = 0;

  constructor(source: BlockSource) {
    this.#source = source;
  }

  /** Makes sure that there is a flight to take. False when the signal fired first. */
  async ready(signal: AbortSignal): Promise<boolean> {
    while (this.available === 0 && !signal.aborted) {
      this.#block = await this.#source.next(signal);
      this.#index = 0;
      if (this.#block === undefined) return false;
    }
    return !signal.aborted;
  }

  /** Passes over the flights below an id. False when the signal fired first. */
  async skipTo(id: number, signal: AbortSignal): Promise<boolean> {
    while (await this.ready(signal)) {
      const { firstId } = must(this.#block, 'a flight is available');
      this.#index = Math.max(this.#index, Math.min(id - firstId, this.#block!.timesMs.length));
      if (this.available > 0) return true;
    }
    return false;
  }

  /** Flights that can be taken without waiting. */
  get available(): number {
    return this.#block === undefined ? 0 : this.#block.timesMs.length - this.#index;
  }

  /** When the flight departs that `take` would answer, in milliseconds since 1970. `available` must not be 0. */
  get timeMs(): number {
    return must(this.#block?.timesMs[this.#index], 'a flight is available');
  }

  take(): FlightRow {
    assert(this.#block !== undefined && this.available > 0, 'a flight is available');
    return flightAt(this.#block, this.#index++);
  }
}
