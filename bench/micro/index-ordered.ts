import { OrderedIndex } from '../../packages/store/src/index/ordered-index.ts';
import type { RowOrder } from '../../packages/store/src/index/row-order.ts';
import { longestCall, perCall, printLine, shuffled } from './index-report.ts';

/** Numbers by row; `exact: false` makes the index ask for every tie, as strings do. */
class Values implements RowOrder {
  readonly cells: Float64Array;
  readonly exactBelow: number;
  readonly #scale: number;

  constructor(cells: Float64Array, exact: boolean) {
    this.cells = cells;
    this.exactBelow = exact ? Infinity : 0;
    this.#scale = exact ? 1 : 1 / 16;
  }

  prefixOf(row: number): number {
    return Math.floor(this.cells[row]! * this.#scale);
  }

  compare(a: number, b: number): number {
    return this.cells[a]! - this.cells[b]!;
  }
}

export function benchOrdered(rows: number): void {
  benchOrder('Ordered, random', Float64Array.from(shuffled(rows)), true);
  benchOrder(
    'Ordered, ties',
    Float64Array.from(shuffled(rows), (value) => Math.floor(value / 8)),
    false,
  );
  benchOrder(
    'Ordered, times',
    Float64Array.from({ length: rows }, (_, row) => row),
    true,
  );
}

function benchOrder(name: string, cells: Float64Array, exact: boolean): void {
  const rows = cells.length;
  const values = new Values(cells, exact);
  const index = new OrderedIndex(values);
  const add = perCall(rows, (row) => index.add(row));
  const bytes = index.bytes();
  const longest = longestCall(rows, () => {
    index.clear();
    return (row) => index.add(row);
  });
  const order = shuffled(rows);
  const move = perCall(rows, (i) => {
    const row = order[i]!;
    index.remove(row);
    cells[row] = (cells[row]! * 31 + 7) % rows;
    index.add(row);
  });
  const into = new Uint32Array(1000);
  const walk = perCall(1000, (i) => {
    const low = cells[order[i]!]!;
    const lower = {
      prefix: values.prefixOf(order[i]!),
      compareRow: (row: number) => cells[row]! - low,
      inclusive: true,
    };
    index.walk({ lower, direction: 'asc' }, into, 1000);
  });
  const figures = {
    add,
    move,
    'walk 1000': walk,
    'B/row': bytes / rows,
    'B/row moved': index.bytes() / rows,
    'longest ms': longest,
  };
  printLine(name, rows, figures);
}
