import type { Column, Key, RowCode, RowValues } from '@weft/data';
import { NO_ROW } from '../index/key-probe.ts';
import type { UniqueHashIndex } from '../index/unique-hash-index.ts';
import type { SecondaryIndex } from './secondary-index.ts';
import { hashOfValues, ValueProbe, ValuesProbe } from './values-probe.ts';

export interface KeyLookupParts {
  readonly rowCode: RowCode;
  readonly columns: readonly Column[];
  /** Of the key, in its order. */
  readonly keyColumns: readonly Column[];
  readonly keyIndex: UniqueHashIndex;
  readonly indexes: readonly SecondaryIndex[];
}

/** Finds the rows of a table by their keys, those that have expired too. */
export class KeyLookup {
  readonly #rowCode: RowCode;
  readonly #columns: readonly Column[];
  readonly #keyColumns: readonly Column[];
  readonly #keyIndex: UniqueHashIndex;
  readonly #indexes: readonly SecondaryIndex[];
  /** For a key of one column; a compound key has the other. */
  readonly #keyProbe: ValueProbe;
  readonly #keysProbe: ValuesProbe;
  /** What touching a row's cells answered: kept where anyone might look, so that the engine does not leave the reading out. */
  touched = 0;

  constructor({ rowCode, columns, keyColumns, keyIndex, indexes }: KeyLookupParts) {
    this.#rowCode = rowCode;
    this.#columns = columns;
    this.#keyColumns = keyColumns;
    this.#keyIndex = keyIndex;
    this.#indexes = indexes;
    this.#keyProbe = new ValueProbe(keyColumns[0]);
    this.#keysProbe = new ValuesProbe(keyColumns);
  }

  /** The row with this key, NO_ROW where there is none. */
  find(key: Key): number {
    const keyColumns = this.#keyColumns;
    if (keyColumns.length === 1) return this.#findOne(keyColumns[0].hashOfValue(key), key, false);
    return this.#keyIndex.find(hashOfValues(keyColumns, key as unknown[]), this.#keysProbe.of(key as unknown[]));
  }

  /** The same for a row that is about to be changed. */
  findToChange(key: Key): number {
    const keyColumns = this.#keyColumns;
    return keyColumns.length === 1 ? this.#findOne(keyColumns[0].hashOfValue(key), key, true) : this.find(key);
  }

  /** The hash of the key of a row by ordinal. */
  hashOf(values: RowValues): number {
    const keyColumns = this.#keyColumns;
    if (keyColumns.length === 1) return keyColumns[0].hashOfValue(values[keyColumns[0].schema.ordinal]);
    return hashOfValues(keyColumns, valuesOf(keyColumns, values));
  }

  /** The row that has the key of these values, about to be changed. */
  rowOf(hash: number, values: RowValues): number {
    const keyColumns = this.#keyColumns;
    if (keyColumns.length === 1) return this.#findOne(hash, values[keyColumns[0].schema.ordinal], true);
    return this.#keyIndex.find(hash, this.#keysProbe.of(valuesOf(keyColumns, values)));
  }

  #findOne(hash: number, key: Key, isChanging: boolean): number {
    // Nearly always the first row with this hash is the right one; asking it here spares the call through the probe.
    const row = this.#keyIndex.candidate(hash);
    if (row === NO_ROW) return NO_ROW;
    this.touched = this.#rowCode.touch(this.#columns, row) + (isChanging ? this.#touchIndexes(row) : 0);
    return this.#keyColumns[0].equals(row, key) ? row : this.#keyIndex.find(hash, this.#keyProbe.of(key));
  }

  #touchIndexes(row: number): number {
    const indexes = this.#indexes;
    let touched = 0;
    for (let i = 0; i < indexes.length; i++) touched += indexes[i].touch(row);
    return touched;
  }
}

/** The values of these columns, out of those of a row by ordinal. */
export function valuesOf(columns: readonly Column[], values: readonly unknown[]): unknown[] {
  return columns.map((column) => values[column.schema.ordinal]);
}
