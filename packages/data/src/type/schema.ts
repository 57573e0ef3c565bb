/** What a declared type is at run time: plain frozen data, the same for embedded and remote use. */
export interface TypeSchema {
  readonly name: string;
  /** The table's name in SQL: snake_case of `name` unless overridden. */
  readonly sqlName: string;
  /** Declared columns in declaration order, then the system columns. `columns[i].ordinal === i`. */
  readonly columns: readonly ColumnSchema[];
  /** Ordinals of the key columns, in key order. A type without a declared key has the hidden key column here. */
  readonly key: readonly number[];
  /** Ordinal of the column whose value decides the slot. */
  readonly routing: number;
  readonly indexes: readonly IndexSchema[];
  /** Time to live in milliseconds of rows whose write says nothing else; rows expire where there is an expiry column. */
  readonly ttlMs?: number;
  /** Which rows go where memory is short; absent where none do. */
  readonly evict?: EvictSchema;
  /** What the log says of rows; absent where nothing special. */
  readonly log?: LogSchema;
  /** 16 hex digits over everything above that changes bytes or meaning; equal declarations have equal fingerprints. */
  readonly fingerprint: string;
}

/** Who fills a column: the caller, or Weft. */
export type ColumnRole =
  | 'data'
  /** `t.id()`: a string that Weft makes where the caller gives none. */
  | 'generatedId'
  /** `t.version()`: 1 at insert, one more at every change. */
  | 'version'
  /** `_key`: the hidden int64 key of a type that declares none. */
  | 'hiddenKey'
  /** `_slot` (int16), `_lsn` (int64), `_expiry` (timestamp, optional, only with a ttl). */
  | 'slot'
  | 'lsn'
  | 'expiry';

export interface ColumnSchema {
  readonly name: string;
  readonly sqlName: string;
  readonly ordinal: number;
  readonly role: ColumnRole;
  readonly kind: Kind;
  /** Whether a row may lack the value: `undefined` in JavaScript, NULL in SQL. */
  readonly optional: boolean;
  /** The value of a row that is inserted without one. Already checked against the kind. */
  readonly default?: unknown;
  /** The name that a stored column has which this one goes on from. No part of the fingerprint: it says how to get here, not what is here. */
  readonly renamedFrom?: string;
}

/** The kind of a column. Vectors, geo points and wider decimals will be further members of this union. */
export type Kind = ScalarKind | { readonly name: 'json' } | { readonly name: 'array'; readonly element: ScalarKind };

export type ScalarKind =
  | { readonly name: 'bool' }
  | { readonly name: 'int16' }
  | { readonly name: 'int32' }
  | { readonly name: 'int64' }
  | { readonly name: 'float32' }
  | { readonly name: 'float64' }
  /** `precision` 1–18 digits in all, `scale` 0–precision of them behind the point. */
  | { readonly name: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly name: 'date' }
  /** An instant in microseconds. `as` says what JavaScript sees: a `Date` or bigint microseconds. */
  | { readonly name: 'timestamp'; readonly as: 'date' | 'micros' }
  | { readonly name: 'localTimestamp' }
  | { readonly name: 'string' }
  | { readonly name: 'enum'; readonly members: readonly string[] }
  | { readonly name: 'bytes' }
  | { readonly name: 'uuid' };

export type KindName = Kind['name'];

export interface IndexSchema {
  /** Column names joined by '_' unless the declaration says otherwise. Unique in the type. */
  readonly name: string;
  readonly kind: 'hash' | 'ordered' | 'unique';
  /** Ordinals, in index order. */
  readonly columns: readonly number[];
}

/** What records say of rows of a type. */
export interface LogSchema {
  /** Rows are recorded whole, as they were and as they are, also while nobody subscribes. */
  readonly before: true;
}

/** How a cache chooses the rows that go. */
export interface EvictSchema {
  /** `'lru'`: those not read or written for long. `'order'`: those with the smallest values of `column`. */
  readonly policy: 'lru' | 'order';
  /** With `'order'`: the ordinal of a column that an ordered index begins with. */
  readonly column?: number;
  /** Rows of the type at most, in all partitions together. */
  readonly maxRows?: number;
}
