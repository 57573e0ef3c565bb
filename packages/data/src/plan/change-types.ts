/** The static types of `change`: what its builder offers for the columns of a type. */
import type { JsonAt, JsonName } from '../predicate/ref-types.ts';
import type { NameOfKind, NameOfMode, PatchName } from '../type/infer.ts';
import type { KindName } from '../type/schema.ts';
import type { AnyType } from '../type/type-def.ts';

/** The steps of a change, in order; per row all of them happen or none. */
export interface Change<T extends AnyType> {
  /**
   * Gives a column a value.
   * @example c => c.set('status', 'filled')
   */
  set<P extends PatchName<T>>(column: P, value: T['~columns'][P]['~value']): Change<T>;
  /**
   * Takes the value of an optional column away.
   * @example c => c.unset('note')
   */
  unset(column: PatchName<T> & NameOfMode<T['~columns'], 'optional'>): Change<T>;
  /**
   * Adds to a number; an absent one counts as 0. Beyond the kind's range the call fails with NUMERIC_OVERFLOW.
   * @example c => c.inc('qty', -1)
   */
  inc<P extends Changeable<T, NumberKindName>>(column: P, by: T['~columns'][P]['~value']): Change<T>;
  /**
   * Appends to a list; an absent one counts as empty.
   * @example c => c.push('tags', 'urgent', 'late')
   */
  push<P extends Changeable<T, 'array'>>(column: P, ...elements: T['~columns'][P]['~value']): Change<T>;
  /**
   * Removes every element that equals this one.
   * @example c => c.pull('tags', 'late')
   */
  pull<P extends Changeable<T, 'array'>>(column: P, element: T['~columns'][P]['~value'][number]): Change<T>;
  /**
   * What is at a path inside a json column, to be changed there; typed to three steps.
   * @example c => c.at('doc', 'a', 'b').inc(1).at('doc', 'seen').set(true)
   */
  at<P extends Changeable<T, 'json'>, A extends JsonName<Doc<T, P>>>(
    column: P,
    a: A,
  ): JsonChange<T, JsonAt<Doc<T, P>, A>>;
  at<
    P extends Changeable<T, 'json'>,
    A extends JsonName<Doc<T, P>>,
    B extends JsonName<NonNullable<JsonAt<Doc<T, P>, A>>>,
  >(
    column: P,
    a: A,
    b: B,
  ): JsonChange<T, JsonAt<NonNullable<JsonAt<Doc<T, P>, A>>, B>>;
  at<
    P extends Changeable<T, 'json'>,
    A extends JsonName<Doc<T, P>>,
    B extends JsonName<NonNullable<JsonAt<Doc<T, P>, A>>>,
    D extends JsonName<NonNullable<JsonAt<NonNullable<JsonAt<Doc<T, P>, A>>, B>>>,
  >(
    column: P,
    a: A,
    b: B,
    c: D,
  ): JsonChange<T, JsonAt<NonNullable<JsonAt<NonNullable<JsonAt<Doc<T, P>, A>>, B>>, D>>;
}

/** Changes of one place inside a json column; each returns to the row's change. */
export interface JsonChange<T extends AnyType, V> {
  /** Gives the place a value; objects that are missing on the way are made. */
  set(value: Exclude<V, undefined>): Change<T>;
  /** Removes the property. */
  unset(): Change<T>;
  /** Adds to a number; an absent one counts as 0. */
  inc(by: number & Extract<V, number>): Change<T>;
  /** Appends to an array; an absent one counts as empty. */
  push(...elements: V extends readonly (infer E)[] ? E[] : never[]): Change<T>;
}

type NumberKindName = 'int16' | 'int32' | 'int64' | 'float32' | 'float64' | 'decimal';
type Changeable<T extends AnyType, K extends KindName> = T extends AnyType
  ? PatchName<T> & NameOfKind<T['~columns'], K>
  : never;
type Doc<T extends AnyType, P extends string> = T['~columns'][P]['~value'];
