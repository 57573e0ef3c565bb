import type { Column, IndexSchema } from '@weft/data';
import { HashIndex } from '../index/hash-index.ts';
import type { Meter } from '../index/meter.ts';
import { OrderedIndex } from '../index/ordered-index.ts';
import { NO_ROW } from '../index/key-probe.ts';
import { UniqueHashIndex } from '../index/unique-hash-index.ts';
import { ColumnsOrder } from './columns-order.ts';
import { hashOfRow, hashOfValues, isAnyNull, ValuesProbe } from './values-probe.ts';

/**
 * An index that a type declares beside its key. `add` is called once the row's cells hold the values, `remove` while they
 * still do. Rows that lack a value of an indexed column are in ordered indexes only: two absent values are not equal.
 */
export interface SecondaryIndex {
  /** The table of the next declaration takes the index over, perhaps under another name. */
  schema: IndexSchema;
  readonly columns: readonly Column[];
  add(row: number): void;
  remove(row: number): void;
  /** Fetches what removing this row will look at, ahead of time (see `Column.touch`). */
  touch(row: number): number;
  clear(): void;
  bytes(): number;
}

/** An index over columns of a table; `meter` hears of its memory. */
export function createSecondaryIndex(
  schema: IndexSchema,
  tableColumns: readonly Column[],
  meter: Meter,
): SecondaryIndex {
  const columns = schema.columns.map((ordinal) => tableColumns[ordinal]);
  if (schema.kind === 'ordered') return new OrderedSecondary(schema, columns, meter);
  return schema.kind === 'unique'
    ? new UniqueSecondary(schema, columns, meter)
    : new HashSecondary(schema, columns, meter);
}

/** Equality on columns whose values repeat. */
export class HashSecondary implements SecondaryIndex {
  schema: IndexSchema;
  readonly columns: readonly Column[];
  readonly #index: HashIndex;
  readonly #probe: ValuesProbe;

  constructor(schema: IndexSchema, columns: readonly Column[], meter: Meter) {
    this.schema = schema;
    this.columns = columns;
    this.#index = new HashIndex(meter);
    this.#probe = new ValuesProbe(columns);
  }

  add(row: number): void {
    if (isAnyNull(this.columns, row)) return;
    this.#index.add(hashOfRow(this.columns, row), row, this.#probe.ofRow(row));
  }

  remove(row: number): void {
    if (isAnyNull(this.columns, row)) return;
    this.#index.remove(hashOfRow(this.columns, row), row, this.#probe.ofRow(row));
  }

  touch(row: number): number {
    return this.#index.touch(row);
  }

  /** Rows with these values, in index order. None is absent. */
  count(values: readonly unknown[]): number {
    return this.#index.count(hashOfValues(this.columns, values), this.#probe.of(values));
  }

  collect(values: readonly unknown[], into: Uint32Array, max: number): number {
    return this.#index.collect(hashOfValues(this.columns, values), this.#probe.of(values), into, max);
  }

  clear(): void {
    this.#index.clear();
  }

  bytes(): number {
    return this.#index.bytes();
  }
}

/** Equality on columns whose values differ. */
export class UniqueSecondary implements SecondaryIndex {
  schema: IndexSchema;
  readonly columns: readonly Column[];
  readonly #index: UniqueHashIndex;
  readonly #probe: ValuesProbe;

  constructor(schema: IndexSchema, columns: readonly Column[], meter: Meter) {
    this.schema = schema;
    this.columns = columns;
    this.#index = new UniqueHashIndex(meter);
    this.#probe = new ValuesProbe(columns);
  }

  add(row: number): void {
    if (!isAnyNull(this.columns, row)) this.#index.insert(hashOfRow(this.columns, row), row);
  }

  remove(row: number): void {
    if (!isAnyNull(this.columns, row)) this.#index.remove(hashOfRow(this.columns, row), row);
  }

  touch(): number {
    return 0;
  }

  /** The row with these values, NO_ROW where there is none. */
  find(values: readonly unknown[]): number {
    return this.#index.find(hashOfValues(this.columns, values), this.#probe.of(values));
  }

  /** The row other than `row` that has these values, NO_ROW where there is none. */
  holder(values: readonly unknown[], row: number): number {
    if (values.includes(undefined)) return NO_ROW;
    const holder = this.find(values);
    return holder === row ? NO_ROW : holder;
  }

  clear(): void {
    this.#index.clear();
  }

  bytes(): number {
    return this.#index.bytes();
  }
}

/** Order and ranges. */
export class OrderedSecondary implements SecondaryIndex {
  schema: IndexSchema;
  readonly columns: readonly Column[];
  readonly tree: OrderedIndex;

  constructor(schema: IndexSchema, columns: readonly Column[], meter: Meter) {
    this.schema = schema;
    this.columns = columns;
    this.tree = new OrderedIndex(new ColumnsOrder(columns), meter);
  }

  add(row: number): void {
    this.tree.add(row);
  }

  remove(row: number): void {
    this.tree.remove(row);
  }

  touch(): number {
    return 0;
  }

  clear(): void {
    this.tree.clear();
  }

  bytes(): number {
    return this.tree.bytes();
  }
}
