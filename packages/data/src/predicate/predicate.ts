/**
 * What a row must satisfy, as plain data: it can be printed, compared, sent and compiled.
 *
 * Logic is SQL's: a comparison with an absent value is unknown, `not` of unknown is unknown, and only rows for which
 * the whole is true match. Columns are named, so that a predicate survives another version of the type.
 * Values are of the column's JavaScript type (see `docs/types.md`) and already checked.
 */
export type Predicate =
  | { readonly op: 'and' | 'or'; readonly args: readonly Predicate[] }
  | { readonly op: 'not'; readonly arg: Predicate }
  | Comparison
  | Membership
  | { readonly op: 'isNull'; readonly column: string; readonly path?: JsonPath }
  | TextMatch
  /** Whether an array column holds the element. */
  | { readonly op: 'has'; readonly column: string; readonly value: unknown };

export interface Comparison {
  readonly op: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';
  readonly column: string;
  /** Inside a json column: the path to a scalar. */
  readonly path?: JsonPath;
  readonly value: unknown;
  /** What was asked with a number beyond the column's range, of which this is the same in terms of the range. Others need it for a wider one. */
  readonly asked?: Comparison | Membership;
}

export interface Membership {
  readonly op: 'in';
  readonly column: string;
  readonly path?: JsonPath;
  readonly values: readonly unknown[];
  /** As of a comparison. */
  readonly asked?: Membership;
}

/** Exact, case-sensitive text search in string columns (or json paths that hold strings). */
export interface TextMatch {
  readonly op: 'startsWith' | 'endsWith' | 'contains';
  readonly column: string;
  readonly path?: JsonPath;
  readonly value: string;
}

export type JsonPath = readonly (string | number)[];
