import type { AggregateFn } from './plan.ts';

/** An output of `aggregate`: a function over the column `K`. */
export interface Aggregate<F extends AggregateFn, K extends string> {
  readonly fn: F;
  /** Absent for the count of rows. */
  readonly column: K;
}

/** The number of rows. */
export function count(): Aggregate<'count', never>;
/** The number of rows that have a value in the column. */
export function count<const K extends string>(column: K): Aggregate<'count', K>;
export function count(column?: string): Aggregate<'count', string> {
  return aggregate('count', column);
}

/** The exact sum: `bigint` of whole numbers, `Decimal` of decimals; a `number` of floats. `undefined` without values. */
export function sum<const K extends string>(column: K): Aggregate<'sum', K> {
  return aggregate('sum', column);
}

/** The average as a `number`, from the exact sum. `undefined` without values. */
export function avg<const K extends string>(column: K): Aggregate<'avg', K> {
  return aggregate('avg', column);
}

/** The least value. `undefined` without values. */
export function min<const K extends string>(column: K): Aggregate<'min', K> {
  return aggregate('min', column);
}

/** The greatest value. `undefined` without values. */
export function max<const K extends string>(column: K): Aggregate<'max', K> {
  return aggregate('max', column);
}

/** The number of different values. */
export function countDistinct<const K extends string>(column: K): Aggregate<'countDistinct', K> {
  return aggregate('countDistinct', column);
}

/** The different values, in their order. `undefined` without values. */
export function distinct<const K extends string>(column: K): Aggregate<'distinct', K> {
  return aggregate('distinct', column);
}

function aggregate<F extends AggregateFn, K extends string>(fn: F, column: K | undefined): Aggregate<F, K> {
  // Only `count()` has no column, and its type says `never` there.
  return Object.freeze(column === undefined ? { fn } : { fn, column }) as Aggregate<F, K>;
}
