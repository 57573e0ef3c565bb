import type { ColumnReader } from '../column/reader.ts';
import type { ColumnSchema } from '../type/schema.ts';
import { Decimal } from '../value/decimal.ts';
import { type Accumulator, type AccumulatorContext, overflow } from './accumulator.ts';
import type { TermShape } from './aggregate-shape.ts';

/** The exact sum is `BigInt(near) + far`. */
export interface IntegerState {
  /** Rows with a value. */
  rows: number;
  /** A safe integer: what has been added since it last spilled into `far`. */
  near: number;
  far: bigint;
}

/** `near` spills beyond this, so that one more int32 cannot leave the safe integers. */
export const NEAR_MAX = 2 ** 52;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/**
 * Exact sum and average of integers and decimals (there of the unscaled values, as all share the column's scale).
 * Only the total counts for overflow, never the way to it: rows and partitions may come in any order.
 */
export class IntegerAccumulator implements Accumulator<IntegerState> {
  readonly #term: TermShape;
  readonly #column: ColumnSchema;
  readonly #context: AccumulatorContext;

  constructor(term: TermShape, column: ColumnSchema, context: AccumulatorContext) {
    this.#term = term;
    this.#column = column;
    this.#context = context;
  }

  create(): IntegerState {
    return { rows: 0, near: 0, far: 0n };
  }

  adder(reader: ColumnReader): (state: IntegerState, row: number) => void {
    const name = this.#column.kind.name;
    if (name === 'int16' || name === 'int32') return addNumber(reader);
    return name === 'decimal' ? addDecimal(reader) : addBigint(reader);
  }

  merge(into: IntegerState, from: IntegerState): void {
    into.rows += from.rows;
    if (from.far !== 0n) into.far += from.far;
    // The sum of two such numbers is a safe integer still.
    const near = into.near + from.near;
    if (near <= NEAR_MAX && near >= -NEAR_MAX) into.near = near;
    else {
      into.far += BigInt(near);
      into.near = 0;
    }
  }

  finish(state: IntegerState): unknown {
    if (state.rows === 0) return undefined;
    const sum = state.far + BigInt(state.near);
    const scale = this.#column.kind.name === 'decimal' ? this.#column.kind.scale : 0;
    if (this.#term.fn === 'avg') return divide(sum, BigInt(state.rows) * 10n ** BigInt(scale));
    if (sum < INT64_MIN || sum > INT64_MAX) throw overflow(this.#term, this.#context.type, 'int64');
    return this.#column.kind.name === 'decimal' ? new Decimal(sum, scale) : sum;
  }
}

function addNumber(reader: ColumnReader): (state: IntegerState, row: number) => void {
  return (state, row) => {
    const value = reader.get(row) as number | undefined;
    if (value === undefined) return;
    state.rows++;
    state.near += value;
    if (state.near > NEAR_MAX || state.near < -NEAR_MAX) {
      state.far += BigInt(state.near);
      state.near = 0;
    }
  };
}

function addBigint(reader: ColumnReader): (state: IntegerState, row: number) => void {
  return (state, row) => {
    const value = reader.get(row) as bigint | undefined;
    if (value === undefined) return;
    state.rows++;
    state.far += value;
  };
}

function addDecimal(reader: ColumnReader): (state: IntegerState, row: number) => void {
  return (state, row) => {
    const value = reader.get(row) as Decimal | undefined;
    if (value === undefined) return;
    state.rows++;
    state.far += value.unscaled;
  };
}

/** The quotient as a double. The whole part is split off first, so that what rounds is small. */
function divide(dividend: bigint, divisor: bigint): number {
  const whole = dividend / divisor;
  return Number(whole) + Number(dividend - whole * divisor) / Number(divisor);
}
