import { NO_ROW } from '../index/key-probe.ts';
import type { ArrivalOrder } from './arrival-order.ts';
import type { RowStates } from './row-states.ts';

/** Rows behind a cursor that are remembered one by one; with more, it goes back to the first of them. */
const BEHIND_MAX = 256;
/** Rows fetched together. */
const ROWS_AHEAD = 64;

/** How far somebody has looked through the rows of a queue: up to a cursor, but for some behind it that came back or changed since. */
export class Place {
  readonly #order: ArrivalOrder;
  readonly #states: RowStates;
  /** Rows that arrived before it have been looked at. */
  cursor: number;
  /** Arrivals before the cursor, sorted, the least last. */
  #behind: number[] = [];
  readonly #rows = new Uint32Array(ROWS_AHEAD);
  #count = 0;
  #at = 0;
  #changes = -1;

  constructor(order: ArrivalOrder, states: RowStates, cursor = 0) {
    this.#order = order;
    this.#states = states;
    this.cursor = cursor;
  }

  /** The next row to look at, which is behind it from then on; NO_ROW where all have been looked at. */
  next(): number {
    for (let arrival = this.#behind.pop(); arrival !== undefined; arrival = this.#behind.pop()) {
      const row = this.#order.at(arrival);
      if (row !== NO_ROW) return row;
    }
    if (this.#at === this.#count || this.#changes !== this.#order.changes) {
      this.#count = this.#order.from(this.cursor, this.#rows);
      this.#at = 0;
      this.#changes = this.#order.changes;
      if (this.#count === 0) return NO_ROW;
    }
    const row = this.#rows[this.#at++];
    this.cursor = this.#states.arrivalOf(row) + 1;
    return row;
  }

  /** A row is to be looked at, perhaps again. */
  note(arrival: number): void {
    if (arrival >= this.cursor) return;
    const behind = this.#behind;
    let at = behind.length;
    while (at > 0 && behind[at - 1] < arrival) at--;
    if (at > 0 && behind[at - 1] === arrival) return;
    behind.splice(at, 0, arrival);
    if (behind.length > BEHIND_MAX) this.goTo(behind.at(-1)!);
  }

  /** Everything from this arrival on is to be looked at. */
  goTo(arrival: number): void {
    this.cursor = arrival;
    this.#behind = [];
    this.#count = this.#at = 0;
  }

  /** Goes where the other is. */
  follow(other: Place): void {
    this.goTo(other.cursor);
    this.#behind = [...other.#behind];
  }
}
