import {
  compileMatcher,
  type ColumnReader,
  type Key,
  type KeyCode,
  type Predicate,
  type RowValues,
  type TypeSchema,
} from '@weft/data';
import { textOfKey } from '../key-text.ts';

/** A row as the transaction has left it; `values` are absent where it was deleted. */
export interface HeldRow {
  readonly key: Key;
  readonly values: RowValues | undefined;
}

/** The rows of a type that a transaction has written: they hide what is stored under their keys. */
export class Overlay {
  readonly #schema: TypeSchema;
  readonly #keyCode: KeyCode;
  readonly #rows = new Map<string, HeldRow>();

  constructor(schema: TypeSchema, keyCode: KeyCode) {
    this.#schema = schema;
    this.#keyCode = keyCode;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(key: Key): HeldRow | undefined {
    return this.#rows.get(textOfKey(key));
  }

  set(key: Key, values: RowValues | undefined): void {
    this.#rows.set(textOfKey(key), { key, values });
  }

  /** The rows held that match, in the order in which their keys were first written. */
  matching(where: Predicate | undefined): (HeldRow & { readonly values: RowValues })[] {
    const rows = [...this.#rows.values()].flatMap(({ key, values }) => (values === undefined ? [] : [{ key, values }]));
    if (where === undefined) return rows;
    const matches = compileMatcher(
      this.#schema,
      where,
      readersOf(
        this.#schema,
        rows.map(({ values }) => values),
      ),
    );
    return rows.filter((_, row) => matches(row));
  }

  /** What is to be asked of the stored rows: those held are none of them. */
  without(where: Predicate | undefined): Predicate | undefined {
    if (this.#rows.size === 0) return where;
    const others: Predicate = { op: 'not', arg: this.#isHeld() };
    return where === undefined ? others : { op: 'and', args: [where, others] };
  }

  #isHeld(): Predicate {
    const [first, ...more] = this.#keyCode.columns;
    const keys = [...this.#rows.values()].map(({ key }) => key);
    if (more.length === 0) return { op: 'in', column: first!.name, values: keys };
    const parts = keys as (readonly unknown[])[];
    const equal = (key: readonly unknown[]): Predicate => ({
      op: 'and',
      args: this.#keyCode.columns.map(({ name }, at) => ({ op: 'eq', column: name, value: key[at] })),
    });
    // Most rows differ in the first column already.
    const isNear: Predicate = { op: 'in', column: first!.name, values: parts.map(([value]) => value) };
    return { op: 'and', args: [isNear, { op: 'or', args: parts.map(equal) }] };
  }
}

/** Readers of rows that are values by ordinal: a row's number is its position. */
export function readersOf(schema: TypeSchema, rows: readonly RowValues[]): ColumnReader[] {
  return schema.columns.map((column) => ({
    schema: column,
    get: (row) => rows[row]![column.ordinal],
    isNull: (row) => rows[row]![column.ordinal] === undefined,
  }));
}
