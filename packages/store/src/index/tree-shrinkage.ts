/** Taking an entry out of a tree, and the merges that follow from it. */
import { moveLeft, moveRight, moveTail, removeEntry } from './node-entries.ts';
import type { NodePool } from './node-pool.ts';
import { baseOf, NO_NODE, NODE_ENTRIES } from './node-pool.ts';
import type { Tree } from './tree.ts';

/** A node with fewer entries than this gives way: it merges with a neighbour or takes entries from it. */
const SIZE_MIN = (NODE_ENTRIES * 3) / 8;
/** Two nodes merge if they have no more entries than this together: the merged one must not split at the next insert. */
const MERGED_SIZE_MAX = (NODE_ENTRIES * 7) / 8;

/** Takes out the entry in front of the place of the last descent. */
export function removeEntryBefore(tree: Tree): void {
  removeEntry(tree.leaves, tree.leaf, tree.slot - 1);
  for (let level = 1; level <= tree.height; level++) {
    const parent = tree.pathNodes[level]!;
    const slot = tree.pathSlots[level]!;
    const pool = tree.poolOf(level - 1);
    const childSize = pool.size(tree.child(parent, slot));
    tree.inners.chunkOf(parent).counts[baseOf(parent) + slot]!--;
    // The smallest entry may be the one that went: its heir must replace it in every inner node that repeats it.
    if (childSize > 0) tree.copyMinimum(level, parent, slot);
    if (childSize < SIZE_MIN) giveWay(tree, level, parent, slot);
  }
  lowerRoot(tree);
}

/** Deals with a child that has too few entries. */
function giveWay(tree: Tree, level: number, parent: number, slot: number): void {
  const pool = tree.poolOf(level - 1);
  const child = tree.child(parent, slot);
  if (pool.size(child) === 0) drop(tree, level, parent, slot);
  else if (tree.inners.size(parent) > 1) joinPair(tree, level, parent, slot === 0 ? 0 : slot - 1);
}

/** Merges the children at `slot` and `slot + 1`, or makes them equally full if they are too many for one node. */
function joinPair(tree: Tree, level: number, parent: number, slot: number): void {
  const pool = tree.poolOf(level - 1);
  const left = tree.child(parent, slot);
  const right = tree.child(parent, slot + 1);
  if (pool.size(left) + pool.size(right) <= MERGED_SIZE_MAX) {
    moveTail(pool, right, 0, left);
    drop(tree, level, parent, slot + 1);
  } else {
    evenOut(pool, left, right);
    tree.describe(level, parent, slot + 1);
  }
  tree.describe(level, parent, slot);
}

function evenOut(pool: NodePool, left: number, right: number): void {
  const surplus = pool.size(left) - pool.size(right);
  if (surplus > 0) moveRight(pool, left, right, surplus >>> 1);
  else moveLeft(pool, left, right, -surplus >>> 1);
}

/** Frees an empty child. */
function drop(tree: Tree, level: number, parent: number, slot: number): void {
  const pool = tree.poolOf(level - 1);
  const child = tree.child(parent, slot);
  const prev = pool.prev(child);
  const next = pool.next(child);
  if (prev !== NO_NODE) pool.setNext(prev, next);
  if (next !== NO_NODE) pool.setPrev(next, prev);
  pool.release(child);
  removeEntry(tree.inners, parent, slot);
}

function lowerRoot(tree: Tree): void {
  while (tree.height > 0 && tree.inners.size(tree.root) === 1) {
    const root = tree.root;
    tree.root = tree.child(root, 0);
    tree.inners.release(root);
    tree.height--;
  }
  if (tree.height === 0 || tree.inners.size(tree.root) > 0) return;
  tree.inners.release(tree.root);
  tree.root = tree.leaves.allocate();
  tree.height = 0;
}
