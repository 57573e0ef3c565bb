import type { Predicate } from '../predicate/predicate.ts';

/** A question for rows, as plain data. Columns are named as in the declaration. */
export interface FindPlan {
  readonly where?: Predicate;
  /** Columns of the answer, in order; all declared columns if absent. */
  readonly select?: readonly string[];
  readonly orderBy?: readonly OrderTerm[];
  /** Rows at most, ≥ 0. */
  readonly limit?: number;
  /** Rows to pass over first, ≥ 0. */
  readonly offset?: number;
}

/** Absent values come last in ascending and first in descending order, as in PostgreSQL. Strings compare by code point. */
export interface OrderTerm {
  readonly column: string;
  readonly direction: 'asc' | 'desc';
}

export interface AggregatePlan {
  readonly where?: Predicate;
  readonly by: readonly string[];
  readonly select: readonly AggregateTerm[];
  /** Over the names of `by` and `select`. */
  readonly having?: Predicate;
  /** Over the names of `by` and `select`. */
  readonly orderBy?: readonly OrderTerm[];
  readonly limit?: number;
}

/** One output of an aggregate. `name` is its property in the answer. */
export interface AggregateTerm {
  readonly name: string;
  readonly fn: AggregateFn;
  /** The column, absent only for `count` of rows. Absent values are passed over. */
  readonly column?: string;
}

export type AggregateFn = 'count' | 'sum' | 'avg' | 'min' | 'max' | 'countDistinct' | 'distinct';

/** One step of a change, applied at the data, in order, all or none per row. */
export type Mutation =
  | {
      readonly op: 'set';
      readonly column: string;
      readonly path?: readonly (string | number)[];
      readonly value: unknown;
    }
  | { readonly op: 'unset'; readonly column: string; readonly path?: readonly (string | number)[] }
  /** Adds; an absent number counts as 0. */
  | {
      readonly op: 'inc';
      readonly column: string;
      readonly path?: readonly (string | number)[];
      readonly value: unknown;
    }
  /** Appends to an array column (or a json array at the path); an absent array counts as empty. */
  | {
      readonly op: 'push';
      readonly column: string;
      readonly path?: readonly (string | number)[];
      readonly values: readonly unknown[];
    }
  /** Removes every equal element. */
  | { readonly op: 'pull'; readonly column: string; readonly value: unknown };

/** How an answer was found. */
export interface Explain {
  readonly type: string;
  /** One entry per partition that was asked. */
  readonly partitions: readonly PartitionExplain[];
  /** Rows read to answer, over all partitions. */
  readonly rowsRead: number;
  readonly rowsMatched: number;
}

export interface PartitionExplain {
  readonly partition: number;
  /** `key`: by the key index. `index`: by the named index. `scan`: pages that zone maps could not rule out. `count`: from counters alone. */
  readonly access: 'key' | 'index' | 'scan' | 'count';
  /** The index used. */
  readonly index?: string;
  /** Who evaluated a scan: generated WebAssembly, or row by row. */
  readonly evaluator?: 'kernel' | 'rows';
  readonly pagesTotal: number;
  /** Pages that zone maps ruled out. */
  readonly pagesSkipped: number;
  readonly rowsRead: number;
  readonly rowsMatched: number;
}
