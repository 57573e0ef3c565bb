import { WeftError } from '@weft/base';
import type { ColumnReader } from '../column/reader.ts';
import type { Slice, Work } from '../plan/work.ts';
import type { TermShape } from './aggregate-shape.ts';

/**
 * How one term of an aggregate is computed. A state is plain data, of one group and one term; states of parts of the
 * rows merge into the state of all of them, in any order.
 */
export interface Accumulator<State> {
  /** The state of no rows. */
  create(): State;
  /** Adds one row, whose value is read from the column. */
  adder(reader: ColumnReader | undefined): (state: State, row: number) => void;
  /** Adds what `from` holds; `from` must not be used any more. */
  merge(into: State, from: State): void;
  /** The JavaScript result; `undefined` where no row had a value (0 for counts). */
  finish(state: State): unknown;
  /** `merge` and `finish` of states that may be large, as work that may pause. Absent where no state is. */
  readonly inSlices?: SlicedAccumulator<State>;
}

export interface SlicedAccumulator<State> {
  /** Whether merging or finishing this state is too much for one step. */
  isLarge(state: State): boolean;
  merge(into: State, from: State, slice: Slice): Work<void>;
  finish(state: State, slice: Slice): Work<unknown>;
}

/** What terms need to know about the aggregate they are in. */
export interface AccumulatorContext {
  readonly type: string;
  readonly grouped: boolean;
  /** Distinct values that a term may hold, over all groups. */
  readonly valuesMax: number;
}

/** For a result outside its range. Names the column and what to do, never a value. */
export function overflow(term: TermShape, type: string, bound: string): WeftError<'NUMERIC_OVERFLOW'> {
  const column = term.column?.name ?? term.name;
  // The average of integers is made from the sum whatever its size, so it cannot leave its range.
  const instead = term.fn === 'sum' && bound === 'int64' ? ', or use avg' : '';
  const message = `${type}.${column}: ${term.fn} (${term.name}) lies outside ${bound}; aggregate fewer rows${instead}.`;
  return new WeftError('NUMERIC_OVERFLOW', message, { details: { type, column, term: term.name } });
}
