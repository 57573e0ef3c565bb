import type { Batches } from './remote-cursor.ts';

interface Window {
  readonly offset: number;
  readonly limit: number;
}

/** The rows of several hosts one after another, cut to a window. */
export function chainBatches(parts: readonly Batches[], window: Window): Batches {
  return batchesOf(parts, chained(parts, window));
}

/** The rows of several hosts, each in order, merged into one order and cut to a window. */
export function mergeBatches(
  parts: readonly Batches[],
  compare: (a: object, b: object) => number,
  window: Window,
): Batches {
  return batchesOf(parts, merged(parts, compare, window));
}

function batchesOf(parts: readonly Batches[], rows: AsyncGenerator<object[]>): Batches {
  return {
    async next() {
      const { done, value } = await rows.next();
      return done === true ? undefined : value;
    },
    async close() {
      await Promise.all(parts.map((part) => part.close()));
    },
  };
}

async function* chained(parts: readonly Batches[], { offset, limit }: Window): AsyncGenerator<object[]> {
  let skip = offset;
  let left = limit;
  for (const part of parts) {
    for (let batch = await part.next(); batch !== undefined && left > 0; batch = await part.next()) {
      const from = Math.min(skip, batch.length);
      const rows = batch.slice(from, from + left);
      skip -= from;
      left -= rows.length;
      if (rows.length > 0) yield rows;
    }
    if (left <= 0) return;
  }
}

interface Head {
  readonly part: Batches;
  rows: object[];
  at: number;
}

async function* merged(
  parts: readonly Batches[],
  compare: (a: object, b: object) => number,
  { offset, limit }: Window,
): AsyncGenerator<object[]> {
  const heads = parts.map((part): Head => ({ part, rows: [], at: 0 }));
  let open = await filled(heads);
  let skip = offset;
  let left = limit;
  let batch: object[] = [];
  while (left > 0 && open.length > 0) {
    const head = open.reduce((first, other) =>
      compare(other.rows[other.at]!, first.rows[first.at]!) < 0 ? other : first,
    );
    const row = head.rows[head.at++]!;
    if (skip > 0) skip--;
    else {
      batch.push(row);
      left--;
    }
    if (head.at < head.rows.length) continue;
    // A host is about to be asked for more: hand out what there is.
    if (batch.length > 0) yield batch;
    batch = [];
    open = await filled(open);
  }
  if (batch.length > 0) yield batch;
}

/** Those that have a row. */
async function filled(heads: readonly Head[]): Promise<Head[]> {
  const open: Head[] = [];
  for (const head of heads) {
    if (head.at === head.rows.length) {
      head.rows = (await head.part.next()) ?? [];
      head.at = 0;
    }
    if (head.rows.length > 0) open.push(head);
  }
  return open;
}
