/** The static types of `aggregate`: what it may ask of a type, and the row that follows from the question. */
import type { Condition } from '../predicate/condition.ts';
import type { OrderBy } from '../predicate/order.ts';
import type { ArrayRef, OrderedRef, RefByKind } from '../predicate/ref-types.ts';
import type { Where } from '../predicate/where.ts';
import type { Columns } from '../type/column.ts';
import type { NameOfKind } from '../type/infer.ts';
import type { KindName } from '../type/schema.ts';
import type { AnyType } from '../type/type-def.ts';
import type { Decimal } from '../value/decimal.ts';
import type { Aggregate } from './aggregates.ts';
import type { AggregateFn } from './plan.ts';

/** A question for groups of rows. */
export interface AggregateRequest<T extends AnyType, S extends Outputs<T>, By extends GroupName<T>> {
  /** The columns whose values make a group; without it all rows are one group. */
  readonly by?: readonly By[] | undefined;
  /** The outputs by name, such as `{ n: count(), worst: max('delay') }`. */
  readonly select: S;
  /** Which rows. */
  readonly where?: Where<T> | undefined;
  /** Which groups: a builder over the columns of `by` and the outputs. */
  readonly having?: ((group: GroupRefs<T['~columns'], S, By>) => Condition) | undefined;
  /** Columns of `by` and outputs with their direction, the first compared first. */
  readonly orderBy?: OrderBy<NoInfer<By | (keyof S & string)>> | undefined;
  /** Groups at most, from 0. With `orderBy` the top ones. */
  readonly limit?: number | undefined;
}

/** The outputs that a type allows: sums of numbers, extremes of what has an order. */
export type Outputs<T extends AnyType> = Readonly<Record<string, AggregateOf<T['~columns']>>>;

/** The columns that can make groups. */
export type GroupName<T extends AnyType> = T extends AnyType ? NameOfKind<T['~columns'], OrderedKindName> : never;

/** One row of the answer: the columns of `by`, then the outputs. */
export type AggregateResult<C extends Columns, S, By> = C extends Columns
  ? AggregateParts<C, S, By> extends infer R
    ? { [P in keyof R]: R[P] }
    : never
  : never;

type AggregateParts<C extends Columns, S, By> = { [P in keyof C as P extends By ? P : never]: C[P]['~row'] } & {
  [P in keyof S]: OutputValue<C, S[P], By>;
};

type AggregateOf<C extends Columns> = C extends Columns
  ?
      | Aggregate<'count' | 'countDistinct' | 'distinct', keyof C & string>
      | Aggregate<'sum' | 'avg', NameOfKind<C, keyof SumByKind>>
      | Aggregate<'min' | 'max', NameOfKind<C, OrderedKindName>>
  : never;

type OrderedKindName = Exclude<KindName, 'json' | 'array'>;

interface SumByKind {
  int16: bigint;
  int32: bigint;
  int64: bigint;
  float32: number;
  float64: number;
  decimal: Decimal;
}

type OutputValue<C extends Columns, A, By> =
  A extends Aggregate<infer F, infer K> ? ValueByFn<C[K]['~value'], Sum<C, K>, Absence<C, K, By>>[F] : never;

type Sum<C extends Columns, K extends string> = C[K]['~kind'] extends keyof SumByKind
  ? SumByKind[C[K]['~kind']]
  : never;

// A group exists because a row is in it; an output over a column that every row has is then never absent.
type Absence<C extends Columns, K extends string, By> = [By] extends [never]
  ? undefined
  : C[K]['~mode'] extends 'optional'
    ? undefined
    : never;

interface ValueByFn<V, S, E> extends Record<AggregateFn, unknown> {
  count: number;
  countDistinct: number;
  sum: S | E;
  avg: number | E;
  min: V | E;
  max: V | E;
  distinct: V[] | E;
}

type GroupRefs<C extends Columns, S, By> = {
  readonly [P in By | keyof S as P & string]: P extends keyof S
    ? OutputRef<C, S[P]>
    : P extends keyof C
      ? RefByKind<C[P]['~value']>[C[P]['~kind']]
      : never;
};

type OutputRef<C extends Columns, A> =
  A extends Aggregate<infer F, infer K>
    ? RefByFn<C[K]['~value'], Sum<C, K>, RefByKind<C[K]['~value']>[C[K]['~kind']]>[F]
    : never;

interface RefByFn<V, S, R> extends Record<AggregateFn, unknown> {
  count: OrderedRef<number>;
  countDistinct: OrderedRef<number>;
  sum: OrderedRef<S>;
  avg: OrderedRef<number>;
  min: R;
  max: R;
  distinct: ArrayRef<V[]>;
}
