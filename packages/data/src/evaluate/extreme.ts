import type { ColumnReader } from '../column/reader.ts';
import { comparatorOf } from '../kind/compare.ts';
import type { Kind } from '../type/schema.ts';
import type { Accumulator } from './accumulator.ts';

export interface ExtremeState {
  /** `undefined` while no row had a value. */
  value: unknown;
}

/** Least or greatest value in the order of the kind. */
export class ExtremeAccumulator implements Accumulator<ExtremeState> {
  readonly #sign: 1 | -1;
  readonly #compare: (a: unknown, b: unknown) => number;

  constructor(fn: 'min' | 'max', kind: Kind) {
    this.#sign = fn === 'min' ? -1 : 1;
    this.#compare = comparatorOf(kind);
  }

  create(): ExtremeState {
    return { value: undefined };
  }

  adder(reader: ColumnReader): (state: ExtremeState, row: number) => void {
    return (state, row) => this.#offer(state, reader.get(row));
  }

  merge(into: ExtremeState, from: ExtremeState): void {
    this.#offer(into, from.value);
  }

  finish(state: ExtremeState): unknown {
    return state.value;
  }

  #offer(state: ExtremeState, value: unknown): void {
    if (value === undefined) return;
    if (state.value === undefined || this.#compare(value, state.value) * this.#sign > 0) state.value = value;
  }
}
