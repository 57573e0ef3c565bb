import type { ColumnReader } from '../column/reader.ts';
import type { Accumulator } from './accumulator.ts';

export interface CountState {
  rows: number;
}

/** Rows, or rows that have a value in the column. */
export class CountAccumulator implements Accumulator<CountState> {
  create(): CountState {
    return { rows: 0 };
  }

  adder(reader: ColumnReader | undefined): (state: CountState, row: number) => void {
    if (reader === undefined || !reader.schema.optional) {
      return (state) => {
        state.rows++;
      };
    }
    return (state, row) => {
      if (!reader.isNull(row)) state.rows++;
    };
  }

  merge(into: CountState, from: CountState): void {
    into.rows += from.rows;
  }

  finish(state: CountState): number {
    return state.rows;
  }
}
