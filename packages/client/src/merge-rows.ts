import type { RowWork, Work } from '@weft/data';

type Row = object;

/** The rows of several works one after another, cut to a window. */
export function* chainRows(works: Iterable<RowWork>, offset: number, limit: number): RowWork {
  let skip = offset;
  let left = limit;
  for (const work of works) {
    try {
      for (let step = work.next(); left > 0 && step.done !== true; step = work.next()) {
        if (step.value === undefined) {
          yield;
          continue;
        }
        const from = Math.min(skip, step.value.length);
        const batch = step.value.slice(from, from + left);
        skip -= from;
        left -= batch.length;
        if (batch.length > 0) yield batch;
      }
    } finally {
      work.return();
    }
    if (left <= 0) return;
  }
}

/** The rows of several works, each in order, merged into one order and cut to a window. */
export function* mergeRows(
  works: readonly RowWork[],
  compare: (a: Row, b: Row) => number,
  { offset, limit }: { offset: number; limit: number },
): RowWork {
  const heads = works.map((work) => new Head(work));
  try {
    for (const head of heads) yield* head.fill();
    let skip = offset;
    let left = limit;
    let batch: Row[] = [];
    while (left > 0) {
      const head = firstOf(heads, compare);
      if (head === undefined) break;
      const row = head.take();
      if (skip > 0) skip--;
      else {
        batch.push(row);
        left--;
      }
      if (!head.isEmpty) continue;
      // A work is about to be asked for more, which may take turns: hand out what there is.
      if (batch.length > 0) yield batch;
      batch = [];
      yield* head.fill();
    }
    if (batch.length > 0) yield batch;
  } finally {
    for (const head of heads) head.close();
  }
}

/** The front of one work's rows. */
class Head {
  readonly #work: RowWork;
  #rows: Row[] = [];
  #at = 0;

  constructor(work: RowWork) {
    this.#work = work;
  }

  get isEmpty(): boolean {
    return this.#at === this.#rows.length;
  }

  get row(): Row | undefined {
    return this.#rows[this.#at];
  }

  take(): Row {
    return this.#rows[this.#at++]!;
  }

  /** Gets the next batch; the head stays empty at the end of its work. */
  *fill(): Work<void> {
    for (let step = this.#work.next(); step.done !== true; step = this.#work.next()) {
      if (step.value !== undefined) {
        this.#rows = step.value;
        this.#at = 0;
        if (!this.isEmpty) return;
      } else yield;
    }
  }

  close(): void {
    this.#work.return();
  }
}

/** The head with the first row: there are few heads, one a partition, so looking at all of them is as good as a heap. */
function firstOf(heads: readonly Head[], compare: (a: Row, b: Row) => number): Head | undefined {
  let first: Head | undefined;
  for (const head of heads) {
    if (head.row !== undefined && (first === undefined || compare(head.row, first.row!) < 0)) first = head;
  }
  return first;
}
