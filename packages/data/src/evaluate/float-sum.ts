import type { ColumnReader } from '../column/reader.ts';
import { type Accumulator, type AccumulatorContext, overflow } from './accumulator.ts';
import type { TermShape } from './aggregate-shape.ts';

/** Lanes of an ungrouped float sum. */
export const FLOAT_LANES = 4;

export interface FloatState {
  /** Rows with a value. */
  rows: number;
  lanes: [number, number, number, number];
}

/**
 * Sum and average of floats, in double precision.
 *
 * Floating-point addition depends on its order, so the order is part of the definition: without groups row r is added
 * to lane r mod 4, in row order, and the result is (lane 0 + lane 1) + (lane 2 + lane 3); in a group rows are added in
 * row order to lane 0. Kernels add likewise (two vectors of two lanes), so that both give the same bits.
 */
export class FloatAccumulator implements Accumulator<FloatState> {
  readonly #term: TermShape;
  readonly #context: AccumulatorContext;

  constructor(term: TermShape, context: AccumulatorContext) {
    this.#term = term;
    this.#context = context;
  }

  create(): FloatState {
    return { rows: 0, lanes: [0, 0, 0, 0] };
  }

  adder(reader: ColumnReader): (state: FloatState, row: number) => void {
    const mask = this.#context.grouped ? 0 : FLOAT_LANES - 1;
    return (state, row) => {
      const value = reader.get(row) as number | undefined;
      if (value === undefined) return;
      state.rows++;
      state.lanes[row & mask] += value;
    };
  }

  merge(into: FloatState, from: FloatState): void {
    into.rows += from.rows;
    for (let lane = 0; lane < FLOAT_LANES; lane++) into.lanes[lane] += from.lanes[lane];
  }

  finish(state: FloatState): number | undefined {
    if (state.rows === 0) return undefined;
    const [a, b, c, d] = state.lanes;
    const sum = a + b + (c + d);
    if (!Number.isFinite(sum)) throw overflow(this.#term, this.#context.type, 'float64');
    return this.#term.fn === 'avg' ? sum / state.rows : sum;
  }
}
