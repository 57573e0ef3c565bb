/** Adding an entry to a tree, and the splits that follow from it. */
import { assert } from '@weft/base';
import { insertInnerEntry, insertLeafEntry, moveTail } from './node-entries.ts';
import type { NodePool } from './node-pool.ts';
import { baseOf, NO_NODE, NODE_ENTRIES } from './node-pool.ts';
import { HEIGHT_MAX, type Tree } from './tree.ts';

/** Adds an entry at the place of the last descent. */
export function addEntry(tree: Tree, prefix: number, row: number): void {
  countAdded(tree);
  if (tree.slot === 0) lowerMinima(tree, prefix, row);
  const { leaves, leaf } = tree;
  if (leaves.size(leaf) < NODE_ENTRIES) {
    insertLeafEntry(leaves, leaf, tree.slot, prefix, row);
    return;
  }
  const right = split(leaves, leaf, tree.slot);
  const [node, slot] = side(leaves, leaf, right, tree.slot);
  insertLeafEntry(leaves, node, slot, prefix, row);
  adopt(tree, right);
}

function countAdded(tree: Tree): void {
  for (let level = 1; level <= tree.height; level++) {
    const node = tree.pathNodes[level]!;
    tree.inners.chunkOf(node).counts[baseOf(node) + tree.pathSlots[level]!]!++;
  }
}

/** An entry that becomes the first of its leaf is the first of the whole tree: a descent never enters a node left of its minimum otherwise. */
function lowerMinima(tree: Tree, prefix: number, row: number): void {
  for (let level = 1; level <= tree.height; level++) {
    const node = tree.pathNodes[level]!;
    const { prefixes, rows } = tree.inners.chunkOf(node);
    prefixes[baseOf(node)] = prefix;
    rows[baseOf(node)] = row;
  }
}

/** Gives the upper half of a full node to a new right neighbour; nothing, if the next entry goes to the end of the level. */
function split(pool: NodePool, node: number, slot: number): number {
  const right = pool.allocate();
  const next = pool.next(node);
  const isAppend = slot === NODE_ENTRIES && next === NO_NODE;
  moveTail(pool, node, isAppend ? NODE_ENTRIES : NODE_ENTRIES / 2, right);
  pool.setNext(node, right);
  pool.setPrev(right, node);
  pool.setNext(right, next);
  if (next !== NO_NODE) pool.setPrev(next, right);
  return right;
}

/** The half of a split node in which a slot of the whole one lies, and which slot it is there. */
function side(pool: NodePool, left: number, right: number, slot: number): [node: number, slot: number] {
  const leftSize = pool.size(left);
  return slot < leftSize || (slot === leftSize && leftSize < NODE_ENTRIES) ? [left, slot] : [right, slot - leftSize];
}

/** Enters a new leaf into the inner nodes on the path, splitting those that are full. */
function adopt(tree: Tree, leaf: number): void {
  const { inners } = tree;
  let orphan = leaf;
  for (let level = 1; level <= tree.height; level++) {
    const parent = tree.pathNodes[level]!;
    const slot = tree.pathSlots[level]! + 1;
    tree.describe(level, parent, slot - 1);
    if (inners.size(parent) < NODE_ENTRIES) {
      enter(tree, level, parent, slot, orphan);
      return;
    }
    const right = split(inners, parent, slot);
    const [node, nodeSlot] = side(inners, parent, right, slot);
    enter(tree, level, node, nodeSlot, orphan);
    orphan = right;
  }
  raiseRoot(tree, orphan);
}

function raiseRoot(tree: Tree, right: number): void {
  const left = tree.root;
  tree.root = tree.inners.allocate();
  tree.height++;
  assert(tree.height <= HEIGHT_MAX, 'an ordered index is higher than its path has room for');
  enter(tree, tree.height, tree.root, 0, left);
  enter(tree, tree.height, tree.root, 1, right);
}

function enter(tree: Tree, level: number, parent: number, slot: number, child: number): void {
  insertInnerEntry(tree.inners, parent, slot, child);
  tree.describe(level, parent, slot);
}
