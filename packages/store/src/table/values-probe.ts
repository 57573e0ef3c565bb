import type { Column } from '@weft/data';
import type { KeyProbe } from '../index/key-probe.ts';

/** Accepts the rows that have given values in given columns. One per index, set anew before each use. */
export class ValuesProbe implements KeyProbe {
  readonly #columns: readonly Column[];
  #values: readonly unknown[] = [];
  /** Kept, so that a write allocates nothing for its indexes. */
  readonly #rowValues: unknown[];

  constructor(columns: readonly Column[]) {
    this.#columns = columns;
    this.#rowValues = columns.map(() => undefined);
  }

  of(values: readonly unknown[]): this {
    this.#values = values;
    return this;
  }

  ofRow(row: number): this {
    const { length } = this.#columns;
    for (let i = 0; i < length; i++) this.#rowValues[i] = this.#columns[i].get(row);
    this.#values = this.#rowValues;
    return this;
  }

  matches(row: number): boolean {
    const columns = this.#columns;
    for (let i = 0; i < columns.length; i++) if (!columns[i].equals(row, this.#values[i])) return false;
    return true;
  }
}

/** The same for one column. */
export class ValueProbe implements KeyProbe {
  readonly #column: Column;
  #value: unknown;

  constructor(column: Column) {
    this.#column = column;
  }

  of(value: unknown): this {
    this.#value = value;
    return this;
  }

  matches(row: number): boolean {
    return this.#column.equals(row, this.#value);
  }
}

export function isAnyNull(columns: readonly Column[], row: number): boolean {
  for (let i = 0; i < columns.length; i++) if (columns[i].isNull(row)) return true;
  return false;
}

/** Hash of a row's values in several columns: each column's hash, stirred in one after another. */
export function hashOfRow(columns: readonly Column[], row: number): number {
  let hash = columns[0].hashOf(row);
  for (let i = 1; i < columns.length; i++) hash = stir(hash, columns[i].hashOf(row));
  return hash;
}

/** The same of all these rows, which lie on one page. */
export function hashRows(columns: readonly Column[], rows: Int32Array, hashes: Int32Array): void {
  if (columns.length === 1) {
    columns[0].hashRows(rows, rows.length, hashes);
    return;
  }
  for (let i = 0; i < rows.length; i++) hashes[i] = hashOfRow(columns, rows[i]);
}

/** The same of values. None is absent. */
export function hashOfValues(columns: readonly Column[], values: readonly unknown[]): number {
  let hash = columns[0].hashOfValue(values[0]);
  for (let i = 1; i < columns.length; i++) hash = stir(hash, columns[i].hashOfValue(values[i]));
  return hash;
}

function stir(hash: number, next: number): number {
  const mixed = Math.imul(hash ^ (next + 0x9e3779b9 + (hash << 6) + (hash >>> 2)), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
