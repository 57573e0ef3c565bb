import type { OrderedIndex } from '../index/ordered-index.ts';
import { NO_ROW } from '../index/key-probe.ts';
import type { Victims } from './victims.ts';

/** Rows with the smallest values of an ordered index. */
export class OrderVictims implements Victims {
  readonly bytes = 0;
  readonly #index: OrderedIndex;
  readonly #first = new Uint32Array(2);

  constructor(index: OrderedIndex) {
    this.#index = index;
  }

  next(except: number): number {
    const first = this.#first;
    const count = this.#index.walk({ direction: 'asc' }, first, 2);
    if (count > 0 && first[0] !== except) return first[0]!;
    return count > 1 ? first[1]! : NO_ROW;
  }

  add(): void {
    // The index knows.
  }

  use(): void {
    // The index knows.
  }

  removePage(): void {
    // Nothing is kept by page.
  }

  clear(): void {
    // Nothing is kept.
  }
}
