import type { Duration } from '@weft/base';
import type { Columns } from './column.ts';
import type { IndexSchema } from './schema.ts';

/** What a declaration says beside its columns. */
export interface TypeOptions<C extends Columns, K, R> {
  /**
   * The key: one column or several, none of them optional. Without it the `t.id()` column is the key, and where there
   * is none either, Weft keeps a hidden generated key and every `write` inserts.
   */
  readonly key?: K;
  /** The column whose value places the row; the first key column unless said otherwise. It never changes. */
  readonly routing?: R;
  /**
   * Time to live of a row after its last `write`, such as `'1d'`; a single write may say otherwise. `'perWrite'`: rows live for ever,
   * but for those whose write says how long.
   */
  readonly ttl?: Duration | 'perWrite';
  /**
   * Makes the type a cache: where its budget has no memory for a write, other rows go and the write succeeds. `'lru'`: those not
   * read or written for long; `{ by: 'column' }`: those with the smallest values of a column that has an ordered index.
   * `maxRows` bounds their number too.
   * @example evict: { policy: 'lru', maxRows: 100_000 }
   */
  readonly evict?: EvictOption<keyof C & string>;
  /**
   * What the log says of rows. `before: true`: each change with the whole row, as it was and as it is, whether anybody subscribes or not, so that
   * a subscriber can go on from any position that is kept, also after a restart. Otherwise from the first subscriber on.
   */
  readonly log?: { readonly before?: boolean | undefined } | undefined;
  /** Indexes over several columns, or further ones over one column. */
  readonly indexes?: readonly IndexOption<keyof C & string>[];
  /** The table's name in SQL, instead of the snake_case of the type's name. */
  readonly sqlName?: string;
}

/** An index of a declaration. A unique one must include the routing column. */
export interface IndexOption<Name extends string = string> {
  /** The columns, in index order. */
  readonly on: Name | readonly Name[];
  /** `'hash'` unless said otherwise. */
  readonly kind?: IndexSchema['kind'];
  /** The column names joined by `_` unless said otherwise. */
  readonly name?: string;
}

/** Which rows of a cache go when it is full. */
export type EvictOption<Name extends string = string> = 'lru' | EvictLru | EvictBy<Name>;

/** Rows that were not read or written for long go first. */
export interface EvictLru {
  readonly policy: 'lru';
  /** Rows of the type at most, 1 or more. Each partition holds its share of them, rounded up. */
  readonly maxRows?: number | undefined;
}

/** Rows with the smallest values go first, those without a value last. */
export interface EvictBy<Name extends string = string> {
  /** A column that an ordered index begins with. */
  readonly by: Name;
  /** Rows of the type at most, 1 or more. Each partition holds its share of them, rounded up. */
  readonly maxRows?: number | undefined;
}

/** The options as found at run time, before anything about them is known to be right. */
export type DeclaredOptions = TypeOptions<Columns, string | readonly string[], string>;
