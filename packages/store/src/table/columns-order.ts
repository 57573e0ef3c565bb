import type { Column } from '@weft/data';
import type { RowOrder } from '../index/row-order.ts';

/** The order of an ordered index: its columns one after another, absent values last. */
export class ColumnsOrder implements RowOrder {
  readonly exactBelow: number;
  readonly #first: Column;
  readonly #columns: readonly Column[];

  constructor(columns: readonly Column[]) {
    this.#columns = columns;
    this.#first = columns[0];
    this.exactBelow = columns.length === 1 ? columns[0].exactBelow : 0;
  }

  prefixOf(row: number): number {
    return this.#first.prefixOf(row);
  }

  compare(a: number, b: number): number {
    for (const column of this.#columns) {
      const order = column.compareRows(a, b);
      if (order !== 0) return order;
    }
    return 0;
  }
}
