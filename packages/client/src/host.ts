import { SLICE_MS, type Clock, type Random, type Timers, type Turns } from '@weft/base';
import type { Slice } from '@weft/data';

/** What the event loop that calls run on gives them. */
export interface Host {
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers;
  readonly turns: Turns;
}

/** The rest of the present turn, shared by all work in it, or of its first `ms` milliseconds. */
export class TurnSlice implements Slice {
  readonly #turns: Turns;
  readonly #ms: number;

  constructor(turns: Turns, ms = SLICE_MS) {
    this.#turns = turns;
    this.#ms = ms;
  }

  isOver(): boolean {
    return this.#turns.elapsedMs() > this.#ms;
  }
}
