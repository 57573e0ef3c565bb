/**
 * The body of an ordered index: nodes, root, and the path of the last descent.
 *
 * Level 0 are the leaves, level `height` is the root. `pathNodes[level]` and `pathSlots[level]` say through which entry of which inner
 * node the last descent went, for levels 1 to `height`; `leaf` and `slot` say where it ended. Structural changes
 * (`tree-growth.ts`, `tree-shrinkage.ts`) climb back along that path.
 */
import type { Meter } from './meter.ts';
import { baseOf, NodePool } from './node-pool.ts';
import { entriesBefore } from './node-search.ts';
import type { Cut } from './row-order.ts';

/** Inner levels at most: with 24 entries a node at least, 2³² rows need 6; appended nodes may be thinner for a while. */
export const HEIGHT_MAX = 12;

export class Tree {
  readonly leaves: NodePool;
  readonly inners: NodePool;
  readonly pathNodes = new Uint32Array(HEIGHT_MAX + 1);
  readonly pathSlots = new Uint32Array(HEIGHT_MAX + 1);
  root: number;
  height = 0;
  leaf: number;
  slot = 0;

  constructor(meter: Meter) {
    this.leaves = new NodePool('leaf', meter);
    this.inners = new NodePool('inner', meter);
    this.leaf = this.root = this.leaves.allocate();
  }

  /** Goes to the place of the cut: `slot` entries of `leaf` are before it, and all leaves to the left. */
  descend(cut: Cut): void {
    let node = this.root;
    for (let level = this.height; level > 0; level--) {
      // The last child that begins before the cut holds it; so does the first child if none does.
      const before = entriesBefore(this.inners, node, cut);
      const slot = before === 0 ? 0 : before - 1;
      this.pathNodes[level] = node;
      this.pathSlots[level] = slot;
      node = this.child(node, slot);
    }
    this.leaf = node;
    this.slot = entriesBefore(this.leaves, node, cut);
  }

  /** How many rows are before the place of the last descent. */
  rank(): number {
    let rank = this.slot;
    for (let level = this.height; level > 0; level--) {
      const node = this.pathNodes[level]!;
      const { counts } = this.inners.chunkOf(node);
      const base = baseOf(node);
      const end = base + this.pathSlots[level]!;
      for (let at = base; at < end; at++) rank += counts[at]!;
    }
    return rank;
  }

  child(node: number, slot: number): number {
    return this.inners.chunkOf(node).children[baseOf(node) + slot]!;
  }

  /** The pool of the nodes of a level. */
  poolOf(level: number): NodePool {
    return level === 0 ? this.leaves : this.inners;
  }

  /** Rows at and below a node. */
  total(level: number, node: number): number {
    const size = this.poolOf(level).size(node);
    if (level === 0) return size;
    const { counts } = this.inners.chunkOf(node);
    const base = baseOf(node);
    let total = 0;
    for (let at = base; at < base + size; at++) total += counts[at]!;
    return total;
  }

  /** Makes an inner entry repeat the smallest entry of its child, which is not empty. */
  copyMinimum(level: number, parent: number, slot: number): void {
    const child = this.child(parent, slot);
    const from = this.poolOf(level - 1).chunkOf(child);
    const to = this.inners.chunkOf(parent);
    const at = baseOf(parent) + slot;
    to.prefixes[at] = from.prefixes[baseOf(child)]!;
    to.rows[at] = from.rows[baseOf(child)]!;
  }

  /** Makes an inner entry agree with its child, which is not empty. */
  describe(level: number, parent: number, slot: number): void {
    this.copyMinimum(level, parent, slot);
    this.inners.chunkOf(parent).counts[baseOf(parent) + slot] = this.total(level - 1, this.child(parent, slot));
  }

  clear(): void {
    this.leaves.clear();
    this.inners.clear();
    this.root = this.leaves.allocate();
    this.height = 0;
    this.leaf = this.root;
    this.slot = 0;
  }
}
