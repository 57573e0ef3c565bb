import type { Slice, Work } from '../plan/work.ts';

/** Items put in order between two looks at the clock: 0.3 ms where texts are compared. */
export const ITEMS_PER_STEP = 256;

/**
 * A stable merge sort that never holds the thread for long, nor makes a long array: items come and go in short ones. Of each run
 * no more than `limit` items are kept.
 */
export function* sortInSlices<T>(
  items: Iterable<readonly T[]>,
  compare: (a: T, b: T) => number,
  slice: Slice,
  limit = Infinity,
): Work<readonly (readonly T[])[]> {
  let runs: T[][][] = [];
  for (const chunk of items) {
    for (let from = 0; from < chunk.length; from += ITEMS_PER_STEP) {
      const run = chunk.slice(from, from + ITEMS_PER_STEP).sort(compare);
      if (run.length > limit) run.length = limit;
      runs.push([run]);
      if (slice.isOver()) yield;
    }
  }
  while (runs.length > 1) {
    const merged: T[][][] = [];
    for (let at = 0; at < runs.length; at += 2)
      merged.push(at + 1 < runs.length ? yield* merge(runs[at], runs[at + 1], { compare, slice, limit }) : runs[at]);
    runs = merged;
  }
  return runs[0] ?? [];
}

interface Merging<T> {
  readonly compare: (a: T, b: T) => number;
  readonly slice: Slice;
  readonly limit: number;
}

function* merge<T>(a: T[][], b: T[][], { compare, slice, limit }: Merging<T>): Work<T[][]> {
  const left = new Front(a);
  const right = new Front(b);
  const merged: T[][] = [];
  for (let room = limit; room > 0 && !(left.isEmpty && right.isEmpty);) {
    const chunk: T[] = [];
    for (let wanted = Math.min(room, ITEMS_PER_STEP); wanted > 0; wanted--) {
      if (left.isEmpty && right.isEmpty) break;
      const isLeft = right.isEmpty || (!left.isEmpty && compare(left.item, right.item) <= 0);
      chunk.push((isLeft ? left : right).take());
    }
    room -= chunk.length;
    merged.push(chunk);
    if (slice.isOver()) yield;
  }
  return merged;
}

/** What is left of a run. Its chunks have an item at least. */
class Front<T> {
  readonly #chunks: readonly T[][];
  #chunk = 0;
  #at = 0;

  constructor(chunks: readonly T[][]) {
    this.#chunks = chunks;
  }

  get isEmpty(): boolean {
    return this.#chunk === this.#chunks.length;
  }

  get item(): T {
    return this.#chunks[this.#chunk][this.#at];
  }

  take(): T {
    const chunk = this.#chunks[this.#chunk];
    const item = chunk[this.#at++];
    if (this.#at === chunk.length) {
      this.#chunk++;
      this.#at = 0;
    }
    return item;
  }
}

/** One array of all. Making room for a million takes the engine some 4 ms, in one go: no caller can be spared that. */
export function* joinInSlices<T>(chunks: readonly (readonly T[])[], slice: Slice): Work<T[]> {
  if (chunks.length <= 1) return [...(chunks[0] ?? [])];
  // The room is made once: an array that grows under `push` is copied several times.
  const joined = new Array<T>(chunks.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const chunk of chunks) {
    for (const item of chunk) joined[end++] = item;
    if (slice.isOver()) yield;
  }
  return joined;
}
