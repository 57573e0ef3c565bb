import type { Work } from '@weft/data';
import type { RowComparator, RowsInOrder } from './row-order.ts';

/** Rows put in their place between two looks at the clock. */
const ROWS_PER_STEP = 32;

/** The first `limit` rows in an order, of any number offered: a binary heap with the last of them on top. */
export class TopRows implements RowsInOrder {
  readonly #limit: number;
  readonly #compare: RowComparator;
  readonly #heap: number[] = [];
  #rows = new Uint32Array(0);
  #taken = 0;

  constructor(limit: number, compare: RowComparator) {
    this.#limit = limit;
    this.#compare = compare;
  }

  add(row: number): void {
    if (this.#heap.length < this.#limit) {
      this.#heap.push(row);
      this.#rise(this.#heap.length - 1);
    } else if (this.#limit > 0 && this.#compare(row, this.#heap[0]) < 0) {
      this.#heap[0] = row;
      this.#sink(0);
    }
  }

  *seal(): Work<void> {
    this.#rows = new Uint32Array(this.#heap.length);
    for (let at = this.#rows.length - 1; at >= 0; at--) {
      if (at % ROWS_PER_STEP === 0) yield;
      this.#rows[at] = this.#heap[0];
      const last = this.#heap.pop()!;
      if (at === 0) break;
      this.#heap[0] = last;
      this.#sink(0);
    }
  }

  take(into: Uint32Array): number {
    const rows = this.#rows.subarray(this.#taken, this.#taken + into.length);
    into.set(rows);
    this.#taken += rows.length;
    return rows.length;
  }

  #rise(from: number): void {
    const heap = this.#heap;
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1;
      if (this.#compare(heap[at], heap[parent]) <= 0) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(from: number): void {
    const heap = this.#heap;
    for (let at = from; ;) {
      const left = 2 * at + 1;
      if (left >= heap.length) return;
      const right = left + 1;
      const child = right < heap.length && this.#compare(heap[right], heap[left]) > 0 ? right : left;
      if (this.#compare(heap[child], heap[at]) <= 0) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #swap(a: number, b: number): void {
    const row = this.#heap[a];
    this.#heap[a] = this.#heap[b];
    this.#heap[b] = row;
  }
}
