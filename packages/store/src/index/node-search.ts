import type { NodePool } from './node-pool.ts';
import { baseOf } from './node-pool.ts';
import type { Cut } from './row-order.ts';

/** How many entries of the node are before the cut. */
export function entriesBefore(pool: NodePool, node: number, cut: Cut): number {
  const { prefixes, rows } = pool.chunkOf(node);
  const base = baseOf(node);
  const prefix = cut.prefix;
  let low = base;
  let high = base + pool.size(node);
  while (low < high) {
    const middle = (low + high) >>> 1;
    const held = prefixes[middle]!;
    const before = held < prefix || (held === prefix && tieBefore(cut, rows[middle]!));
    if (before) low = middle + 1;
    else high = middle;
  }
  return low - base;
}

function tieBefore(cut: Cut, row: number): boolean {
  if (!cut.exact) {
    const sign = cut.compareRow(row);
    if (sign !== 0) return sign < 0;
  }
  return row < cut.tieRow;
}
