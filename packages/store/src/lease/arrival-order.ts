import { NO_ROW } from '../index/key-probe.ts';
import type { Meter } from '../index/meter.ts';
import { OrderedIndex } from '../index/ordered-index.ts';
import type { Bound } from '../index/row-order.ts';
import type { RowStates } from './row-states.ts';

/** The rows that may be given out, in the order in which they were inserted. No two rows of a partition arrive at the same lsn. */
export class ArrivalOrder {
  readonly #states: RowStates;
  readonly #tree: OrderedIndex;
  readonly #one = new Uint32Array(1);
  /** Counts what makes row numbers that were read stale. */
  changes = 0;

  constructor(states: RowStates, meter: Meter) {
    this.#states = states;
    const prefixOf = (row: number): number => states.arrivalOf(row);
    this.#tree = new OrderedIndex({ prefixOf, compare: () => 0, exactBelow: Infinity }, meter);
  }

  get size(): number {
    return this.#tree.size;
  }

  get bytes(): number {
    return this.#tree.bytes();
  }

  /** A row that came just now: behind all others. */
  append(row: number): void {
    this.#tree.add(row);
  }

  add(row: number): void {
    this.changes++;
    this.#tree.add(row);
  }

  /** Whether it was here. */
  remove(row: number): boolean {
    this.changes++;
    return this.#tree.remove(row);
  }

  /** Rows that arrived at `arrival` or later, in order, as many as `into` has room for. */
  from(arrival: number, into: Uint32Array): number {
    return this.#tree.walk({ direction: 'asc', lower: boundAt(arrival) }, into, into.length);
  }

  /** The row that arrived at this lsn, NO_ROW where it is not here. */
  at(arrival: number): number {
    const found = this.from(arrival, this.#one);
    return found === 1 && this.#states.arrivalOf(this.#one[0]) === arrival ? this.#one[0] : NO_ROW;
  }

  /** Behind the last row. */
  end(): number {
    const found = this.#tree.walk({ direction: 'desc' }, this.#one, 1);
    return found === 0 ? 0 : this.#states.arrivalOf(this.#one[0]) + 1;
  }

  clear(): void {
    this.changes++;
    this.#tree.clear();
  }
}

function boundAt(arrival: number): Bound {
  return { prefix: arrival, inclusive: true, compareRow: () => 0 };
}
