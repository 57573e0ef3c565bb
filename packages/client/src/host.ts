import { SLICE_MS, type Clock, type Random, type Timers, type Turns } from '@weft/base';
import type { Slice } from '@weft/data';

/** What the event loop that calls run on gives them. */
export interface Host {
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers;
  readonly turns: Turns;
}

/** The rest of the present turn, shared by all work in it. */
export class TurnSlice implements Slice {
  readonly #turns: Turns;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  isOver(): boolean {
    return this.#turns.elapsedMs() > SLICE_MS;
  }
}
