import type { ColumnSchema } from '../type/schema.ts';
import { type KernelCell, kernelCellOf } from './cell.ts';
import type { Dictionaries, DictionaryView } from './page.ts';

/** One column that a kernel reads. */
export interface KernelInput {
  readonly column: ColumnSchema;
  readonly cell: KernelCell;
  /** Set for string columns. */
  readonly dictionary: DictionaryView | undefined;
}

/** The columns that a kernel reads, each once. */
export class Inputs {
  readonly list: KernelInput[] = [];
  readonly #dictionaries: Dictionaries;

  constructor(dictionaries: Dictionaries) {
    this.#dictionaries = dictionaries;
  }

  /** None yet, over the same dictionaries. */
  fresh(): Inputs {
    return new Inputs(this.#dictionaries);
  }

  /** The index of a column among the inputs; `undefined` where kernels cannot read it. */
  indexOf(column: ColumnSchema): number | undefined {
    const known = this.list.findIndex((input) => input.column === column);
    if (known >= 0) return known;
    const cell = kernelCellOf(column.kind);
    const dictionary = column.kind.name === 'string' ? this.#dictionaries(column.ordinal) : undefined;
    if (cell === undefined || (column.kind.name === 'string' && dictionary === undefined)) return undefined;
    return this.list.push({ column, cell, dictionary }) - 1;
  }
}
