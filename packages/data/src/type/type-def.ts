import type { Columns } from './column.ts';
import type { TypeSchema } from './schema.ts';

/**
 * A declared type. `C` are its columns, `K` its key as declared (`never` for the hidden key), `R` its routing column.
 * The properties with a tilde exist for the compiler alone.
 */
export interface TypeDef<C extends Columns, K, R> {
  readonly name: string;
  /** What the declaration means, as plain frozen data. */
  readonly schema: TypeSchema;
  readonly '~columns': C;
  readonly '~key': K;
  readonly '~routing': R;
  /** The columns that never change. */
  readonly '~fixed': KeyName<K> | R;
}

/** Any declared type. */
export type AnyType = TypeDef<any, any, any>;

/** The names in a declared key, as a union. */
export type KeyName<K> = K extends readonly (infer N)[] ? N : K;
