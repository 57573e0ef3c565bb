import type { OrderTerm, Work } from '@weft/data';
import type { TableView } from '../snapshot/table-snapshot.ts';

/** Order of two rows of a view: negative where `a` comes first. Equal rows keep the order of their numbers. */
export type RowComparator = (a: number, b: number) => number;

export function compileRowOrder(view: TableView, terms: readonly OrderTerm[]): RowComparator {
  const steps = terms.map(({ column: name, direction }) => ({
    column: view.columns[view.schema.columns.findIndex((column) => column.name === name)],
    sign: direction === 'asc' ? 1 : -1,
  }));
  return (a, b) => {
    for (const { column, sign } of steps) {
      const order = column.compareRows(a, b) * sign;
      if (order !== 0) return order;
    }
    return a - b;
  };
}

/** Rows gathered to be handed out in an order: `add` all, `seal` to the end, then `take`. */
export interface RowsInOrder {
  add(row: number): void;
  /** Work that may pause at every yield: some 0.2 ms apart. */
  seal(): Work<void>;
  /** Writes the next rows to `into`. How many: fewer than there is room for only at the end. */
  take(into: Uint32Array): number;
}
