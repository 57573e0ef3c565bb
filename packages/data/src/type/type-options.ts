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
  /** Time to live of a row after its last write. */
  readonly ttl?: Duration;
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

/** The options as found at run time, before anything about them is known to be right. */
export type DeclaredOptions = TypeOptions<Columns, string | readonly string[], string>;
