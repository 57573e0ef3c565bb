/** What stands for a column inside a predicate builder, by the kind of the column. Types only; `refs.ts` implements them. */
import type { Columns } from '../type/column.ts';
import type { KindName } from '../type/schema.ts';
import type { Condition } from './condition.ts';

/** The columns of a row, inside a predicate builder. */
export type Refs<C extends Columns> = {
  readonly [P in keyof C]: RefByKind<C[P]['~value']>[C[P]['~kind']];
};

/** What every column can be asked. */
export interface Ref<V> {
  /** Equal to the value. */
  eq(value: V): Condition;
  /** There, and not equal to the value. */
  ne(value: V): Condition;
  /** Equal to one of the values; none, where there are no values. */
  in(values: readonly V[]): Condition;
  /** Absent. */
  isNull(): Condition;
  /** There. */
  isNotNull(): Condition;
}

/** A column with an order. */
export interface OrderedRef<V> extends Ref<V> {
  /** Less than. */
  lt(value: V): Condition;
  /** Less than or equal to. */
  le(value: V): Condition;
  /** Greater than. */
  gt(value: V): Condition;
  /** Greater than or equal to. */
  ge(value: V): Condition;
  /** From `low` to `high`, both included. */
  between(low: V, high: V): Condition;
}

/** A column of text. Matches are exact, case-sensitive, and know no wildcards. */
export interface TextRef<V = string> extends OrderedRef<V> {
  startsWith(text: string): Condition;
  endsWith(text: string): Condition;
  contains(text: string): Condition;
}

/** A column of lists. */
export interface ArrayRef<V> extends Ref<V> {
  /** Whether the list holds the element. */
  has(element: V extends readonly (infer E)[] ? E : never): Condition;
}

/** A column of json documents; `eq` compares whole documents. */
export interface JsonColumnRef<V> extends Ref<V>, JsonNode<V> {}

/** An object or array inside a json document. */
export interface JsonNode<V> {
  /**
   * What is at the path, typed by the column's type to four steps; take `.at` again from there for more.
   * A path that leads nowhere, or to a json `null`, is absent.
   * @example r => r.doc.at('a', 'b').gt(5)
   */
  at<A extends JsonName<V>>(a: A): JsonRef<JsonAt<V, A>>;
  at<A extends JsonName<V>, B extends JsonName<JsonAt<V, A>>>(a: A, b: B): JsonRef<JsonAt<JsonAt<V, A>, B>>;
  at<A extends JsonName<V>, B extends JsonName<JsonAt<V, A>>, D extends JsonName<JsonAt<JsonAt<V, A>, B>>>(
    a: A,
    b: B,
    c: D,
  ): JsonRef<JsonAt<JsonAt<JsonAt<V, A>, B>, D>>;
  at<
    A extends JsonName<V>,
    B extends JsonName<JsonAt<V, A>>,
    D extends JsonName<JsonAt<JsonAt<V, A>, B>>,
    E extends JsonName<JsonAt<JsonAt<JsonAt<V, A>, B>, D>>,
  >(
    a: A,
    b: B,
    c: D,
    d: E,
  ): JsonRef<JsonAt<JsonAt<JsonAt<JsonAt<V, A>, B>, D>, E>>;
  /** Absent, or a json `null`. */
  isNull(): Condition;
  /** There, and not a json `null`. */
  isNotNull(): Condition;
}

/** Something inside a json document of which the type says nothing. Values of another json type do not match. */
export interface JsonUnknown extends TextRef<string | number | boolean>, JsonNode<any> {}

/** The ref for a value inside a json document. */
export type JsonRef<V> = JsonRefOf<NonNullable<V>>;

/** The steps that lead on from a json value. */
export type JsonName<V> = V extends readonly unknown[] ? number : V extends object ? keyof V & string : never;

/** What is one step on from a json value. */
export type JsonAt<V, A> = V extends readonly (infer E)[]
  ? E
  : V extends object
    ? A extends keyof V
      ? V[A]
      : never
    : never;

type JsonRefOf<V> = [V] extends [string]
  ? TextRef<V>
  : [V] extends [number]
    ? OrderedRef<V>
    : [V] extends [boolean]
      ? Ref<V>
      : [V] extends [object]
        ? JsonNode<V>
        : JsonUnknown;

/** The ref of each kind: looking a kind up in a table is cheaper for the compiler than a chain of conditionals. */
export interface RefByKind<V> extends Record<KindName, unknown> {
  bool: OrderedRef<V>;
  int16: OrderedRef<V>;
  int32: OrderedRef<V>;
  int64: OrderedRef<V>;
  float32: OrderedRef<V>;
  float64: OrderedRef<V>;
  decimal: OrderedRef<V>;
  date: OrderedRef<V>;
  timestamp: OrderedRef<V>;
  localTimestamp: OrderedRef<V>;
  string: TextRef<V>;
  enum: OrderedRef<V>;
  bytes: OrderedRef<V>;
  uuid: OrderedRef<V>;
  json: JsonColumnRef<V>;
  array: ArrayRef<V>;
}
