import { WeftError } from '@weft/base';

import type { ColumnRole, IndexSchema, Kind, KindName } from './schema.ts';

/**
 * How a column behaves at insert:
 * `required` must be given, `optional` may be absent, `default` and `id` are filled by Weft where absent,
 * `version` is never given.
 */
export type ColumnMode = 'required' | 'optional' | 'default' | 'id' | 'version';

/**
 * A column as the compiler sees it. `V` is the value in JavaScript, `K` the kind's name, `M` the mode.
 *
 * The properties with a tilde exist for the compiler alone: the types of rows, inserts and refs index them instead of
 * taking the column apart with conditional types, which keeps a check of hundreds of types in the tenths of a second.
 */
export interface ColumnType<V, K extends KindName, M extends ColumnMode> {
  readonly '~value': V;
  readonly '~kind': K;
  readonly '~mode': M;
  /** What a row holds. */
  readonly '~row': M extends 'optional' ? V | undefined : V;
  /** What a patch or a template may say: `null` stands for absent, `undefined` for nothing said. */
  readonly '~patch': M extends 'optional' ? V | null | undefined : V | undefined;
  readonly '~spec': ColumnSpec;
}

/** A column under construction: every method returns a new one. */
export interface ColumnDef<V, K extends KindName, M extends ColumnMode> extends ColumnType<V, K, M> {
  /** Rows may lack the value: `undefined` in a row, `null` in a patch or template, NULL in SQL. */
  optional(): ColumnDef<V, K, 'optional'>;
  /**
   * The value of rows that are inserted without one. Checked against the kind by `defineType`.
   * @example retries: t.int32().default(0)
   */
  default(value: V): ColumnDef<V, K, M extends 'optional' ? 'optional' : 'default'>;
  /**
   * Keeps an index on this column: `'hash'` (equality; the default), `'ordered'` (ranges and order too)
   * or `'unique'` (equality, and no two rows alike; the routing column only, see `indexes` for more columns).
   * @example at: t.timestamp().index('ordered')
   */
  index(kind?: IndexSchema['kind']): ColumnDef<V, K, M>;
  /** The column's name in SQL, instead of the snake_case of its name. */
  sqlName(name: string): ColumnDef<V, K, M>;
  /**
   * The name that this column had in the declaration before, for `grid.evolve`: its values stay.
   * @example customer: t.string().from('client')
   */
  from(oldName: string): ColumnDef<V, K, M>;
}

/** A column that Weft fills: `t.id()` or `t.version()`. */
export interface KeptColumn<V, K extends KindName, M extends ColumnMode> extends ColumnType<V, K, M> {
  /** The column's name in SQL, instead of the snake_case of its name. */
  sqlName(name: string): KeptColumn<V, K, M>;
  /** The name that this column had in the declaration before, for `grid.evolve`: its values stay. */
  from(oldName: string): KeptColumn<V, K, M>;
}

/** Any column. */
export type AnyColumn = ColumnType<any, KindName, ColumnMode>;

/** The columns of a type by name, in declaration order. */
export type Columns = Readonly<Record<string, AnyColumn>>;

/** What the builder has gathered; `defineType` checks it and makes a `ColumnSchema`. */
export interface ColumnSpec {
  readonly kind: Kind;
  readonly role: ColumnRole;
  readonly optional: boolean;
  readonly default?: { readonly value: unknown };
  readonly indexes: readonly IndexSchema['kind'][];
  readonly sqlName?: string;
  readonly renamedFrom?: string;
}

/** The one implementation of all columns. */
export class ColumnBuilder {
  readonly '~spec': ColumnSpec;

  constructor(spec: ColumnSpec) {
    this['~spec'] = spec;
  }

  optional(): ColumnBuilder {
    this.#refuseIfKept('optional()');
    return this.#with({ optional: true });
  }

  default(value: unknown): ColumnBuilder {
    this.#refuseIfKept('default()');
    return this.#with({ default: { value } });
  }

  index(kind: IndexSchema['kind'] = 'hash'): ColumnBuilder {
    this.#refuseIfKept('index()');
    return this.#with({ indexes: [...this['~spec'].indexes, kind] });
  }

  sqlName(name: string): ColumnBuilder {
    return this.#with({ sqlName: name });
  }

  from(oldName: string): ColumnBuilder {
    return this.#with({ renamedFrom: oldName });
  }

  #with(change: Partial<ColumnSpec>): ColumnBuilder {
    return new ColumnBuilder({ ...this['~spec'], ...change });
  }

  #refuseIfKept(method: string): void {
    const { role } = this['~spec'];
    if (role === 'data') return;
    const builder = role === 'version' ? 't.version()' : 't.id()';
    throw new WeftError('TYPE_INVALID', `${builder} cannot be followed by .${method}: Weft fills this column itself.`);
  }
}

/** A column of a kind with nothing said about it yet. */
export function columnOf<V, K extends Kind>(kind: K): ColumnDef<V, K['name'], 'required'> {
  return typed(new ColumnBuilder({ kind, role: 'data', optional: false, indexes: [] }));
}

/** A column that Weft fills. */
export function keptColumnOf<V, K extends Kind, M extends ColumnMode>(
  kind: K,
  role: 'generatedId' | 'version',
): KeptColumn<V, K['name'], M> {
  return typed(new ColumnBuilder({ kind, role, optional: false, indexes: [] }));
}

// The phantom properties of ColumnType have no value at run time.
function typed<T>(builder: ColumnBuilder): T {
  return builder as unknown as T;
}
