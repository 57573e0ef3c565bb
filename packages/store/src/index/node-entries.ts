/** Moves of entries inside and between nodes of one pool. Callers keep to sizes: nothing here checks that there is room. */
import type { NodeChunk, NodePool } from './node-pool.ts';
import { baseOf } from './node-pool.ts';

export function insertLeafEntry(pool: NodePool, node: number, slot: number, prefix: number, row: number): void {
  openSlot(pool, node, slot);
  const { prefixes, rows } = pool.chunkOf(node);
  const at = baseOf(node) + slot;
  prefixes[at] = prefix;
  rows[at] = row;
}

/** Makes place for an entry for `child`; its minimum and count are the caller's to write. */
export function insertInnerEntry(pool: NodePool, node: number, slot: number, child: number): void {
  openSlot(pool, node, slot);
  pool.chunkOf(node).children[baseOf(node) + slot] = child;
}

/** Takes out the entry at `slot`. */
export function removeEntry(pool: NodePool, node: number, slot: number): void {
  const size = pool.size(node);
  shift(pool.chunkOf(node), baseOf(node) + slot + 1, baseOf(node) + slot, size - slot - 1);
  pool.setSize(node, size - 1);
}

/** Moves the entries of `from` that begin at `slot` to the end of `to`. */
export function moveTail(pool: NodePool, from: number, slot: number, to: number): void {
  const count = pool.size(from) - slot;
  const size = pool.size(to);
  transfer(pool, { from, fromSlot: slot, to, toSlot: size, count });
  pool.setSize(to, size + count);
  pool.setSize(from, slot);
}

/** Moves the last `count` entries of `left` to the front of `right`. */
export function moveRight(pool: NodePool, left: number, right: number, count: number): void {
  const leftSize = pool.size(left);
  const rightSize = pool.size(right);
  shift(pool.chunkOf(right), baseOf(right), baseOf(right) + count, rightSize);
  transfer(pool, { from: left, fromSlot: leftSize - count, to: right, toSlot: 0, count });
  pool.setSize(left, leftSize - count);
  pool.setSize(right, rightSize + count);
}

/** Moves the first `count` entries of `right` to the end of `left`. */
export function moveLeft(pool: NodePool, left: number, right: number, count: number): void {
  const leftSize = pool.size(left);
  const rightSize = pool.size(right);
  transfer(pool, { from: right, fromSlot: 0, to: left, toSlot: leftSize, count });
  shift(pool.chunkOf(right), baseOf(right) + count, baseOf(right), rightSize - count);
  pool.setSize(left, leftSize + count);
  pool.setSize(right, rightSize - count);
}

function openSlot(pool: NodePool, node: number, slot: number): void {
  const size = pool.size(node);
  const at = baseOf(node) + slot;
  shift(pool.chunkOf(node), at, at + 1, size - slot);
  pool.setSize(node, size + 1);
}

interface Transfer {
  readonly from: number;
  readonly fromSlot: number;
  readonly to: number;
  readonly toSlot: number;
  readonly count: number;
}

function transfer(pool: NodePool, { from, fromSlot, to, toSlot, count }: Transfer): void {
  const source = pool.chunkOf(from);
  const target = pool.chunkOf(to);
  const isInner = source.children.length > 0;
  let read = baseOf(from) + fromSlot;
  let write = baseOf(to) + toSlot;
  for (let i = 0; i < count; i++, read++, write++) {
    target.prefixes[write] = source.prefixes[read]!;
    target.rows[write] = source.rows[read]!;
    if (!isInner) continue;
    target.children[write] = source.children[read]!;
    target.counts[write] = source.counts[read]!;
  }
}

function shift(chunk: NodeChunk, from: number, to: number, count: number): void {
  shiftArray(chunk.prefixes, from, to, count);
  shiftArray(chunk.rows, from, to, count);
  if (chunk.children.length === 0) return;
  shiftArray(chunk.children, from, to, count);
  shiftArray(chunk.counts, from, to, count);
}

function shiftArray(cells: Float64Array | Uint32Array, from: number, to: number, count: number): void {
  if (count > 0) cells.copyWithin(to, from, from + count);
}
