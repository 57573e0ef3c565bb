/**
 * The static types that follow from a declaration.
 *
 * Each is one mapped type over the flat column map, without recursion. The exported `Infer…` are plain aliases, so that
 * `type Order = Infer<typeof Order>` goes by the name `Order` wherever the compiler shows it. The API's signatures use
 * the twins without `Infer`: the compiler drops the alias of what comes out of a conditional type, so that an answer
 * reads as an object and not as machinery.
 */
import type { ColumnMode, Columns } from './column.ts';
import type { KindName } from './schema.ts';
import type { AnyType, KeyName } from './type-def.ts';

/** The row that reads return: every column, absent values as `undefined`. */
export type Infer<T extends AnyType> = { [P in keyof T['~columns']]: T['~columns'][P]['~row'] };

/** What `write` takes: required columns, and those that may be left out or that Weft fills. No version. */
export type InferInsert<T extends AnyType> = Flat<InsertNeeds<T['~columns']> & InsertTakes<T['~columns']>>;

/** What `update` takes: any columns but key, routing and version; `null` clears an optional column. */
export type InferPatch<T extends AnyType> = {
  [P in keyof T['~columns'] as PatchKey<T['~columns'], T['~fixed'], P>]?: T['~columns'][P]['~patch'];
};

/** A template: columns with the values they must have; `null` asks for absence, `undefined` for nothing. */
export type InferTemplate<T extends AnyType> = {
  [P in keyof T['~columns']]?: T['~columns'][P]['~patch'];
};

/**
 * What `get` takes: the bare value where one column locates the row (a one-column key that is also the routing column,
 * or `t.id()`), otherwise an object of the key columns and the routing column. `never` for a type without a key.
 */
export type InferKey<T extends AnyType> = KeyOf<T['~columns'], T['~key'], T['~routing']>;

export type RowOf<T extends AnyType> = RowMap<T['~columns']>;
export type InsertOf<T extends AnyType> = InsertMap<T['~columns']>;
export type PatchOf<T extends AnyType> = PatchMap<T['~columns'], T['~fixed']>;
export type TemplateOf<T extends AnyType> = TemplateMap<T['~columns']>;

/** A row cut down to the columns of `select`. */
export type Selected<T extends AnyType, S extends ColumnName<T>> = [ColumnName<T>] extends [S]
  ? RowMap<T['~columns']>
  : SelectedMap<T['~columns'], S>;

/** The names of the declared columns. */
export type ColumnName<T extends AnyType> = T extends AnyType ? keyof T['~columns'] & string : never;

/** The columns that a change may touch. */
export type PatchName<T extends AnyType> = Exclude<
  NameOfMode<T['~columns'], 'required' | 'optional' | 'default' | 'id'>,
  T['~fixed']
>;

/** The columns whose kind is one of `K`. */
export type NameOfKind<C extends Columns, K extends KindName> = {
  [P in keyof C]: C[P]['~kind'] extends K ? P : never;
}[keyof C] &
  string;

/** The columns whose mode is one of `M`. */
export type NameOfMode<C extends Columns, M extends ColumnMode> = {
  [P in keyof C]: C[P]['~mode'] extends M ? P : never;
}[keyof C] &
  string;

/** The columns that may be part of a key. */
export type KeyableName<C extends Columns> = {
  [P in keyof C]: C[P]['~mode'] extends 'optional' | 'version' ? never : C[P]['~kind'] extends KeyKindName ? P : never;
}[keyof C] &
  string;

/** The kinds of key and routing columns. Floats, json and arrays have no place in a key. */
export type KeyKindName = Exclude<KindName, 'float32' | 'float64' | 'json' | 'array'>;

/** The name of the first key column, which routes unless the declaration says otherwise. */
export type FirstKeyName<K> = K extends readonly [infer N, ...unknown[]] ? N : K;

type KeyOf<C extends Columns, K, R> = [K] extends [never]
  ? never
  : K extends string
    ? OneColumnKey<C, K, R>
    : K extends readonly [infer N extends string]
      ? OneColumnKey<C, N, R>
      : KeyObject<C, (KeyName<K> | R) & string>;

type OneColumnKey<C extends Columns, N extends string, R> = N extends R
  ? C[N]['~value']
  : C[N]['~mode'] extends 'id'
    ? C[N]['~value']
    : KeyObject<C, N | (R & string)>;

type KeyObject<C extends Columns, N extends string> = { [P in N]: C[P]['~value'] } & {};

type RowMap<C extends Columns> = C extends Columns ? { [P in keyof C]: C[P]['~row'] } : never;

type SelectedMap<C extends Columns, S> = C extends Columns
  ? { [P in keyof C as P extends S ? P : never]: C[P]['~row'] }
  : never;

type TemplateMap<C extends Columns> = C extends Columns ? { [P in keyof C]?: C[P]['~patch'] } : never;

type PatchMap<C extends Columns, F> = C extends Columns
  ? { [P in keyof C as PatchKey<C, F, P>]?: C[P]['~patch'] }
  : never;

type InsertMap<C extends Columns> = InsertNeeds<C> & InsertTakes<C> extends infer R ? { [P in keyof R]: R[P] } : never;

type InsertNeeds<C extends Columns> = {
  [P in keyof C as C[P]['~mode'] extends 'required' ? P : never]: C[P]['~value'];
};

type InsertTakes<C extends Columns> = {
  [P in keyof C as C[P]['~mode'] extends 'optional' | 'default' | 'id' ? P : never]?: C[P]['~value'] | undefined;
};

type PatchKey<C extends Columns, F, P extends keyof C> = P extends F
  ? never
  : C[P]['~mode'] extends 'version'
    ? never
    : P;

type Flat<T> = { [P in keyof T]: T[P] };
