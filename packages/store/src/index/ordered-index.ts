/**
 * The ordered index: rows in the order of a column's values, for ranges, orderings and their counts.
 *
 * A B+tree (Bayer, McCreight 1972; Comer 1979) over entries (prefix, row). An inner entry repeats the smallest entry below its
 * child and counts the rows there:
 *
 *     inner   [ 3.0 r7 → leaf 0, 41 rows | 9.5 r2 → leaf 1, 64 rows | … ]
 *     leaf 0  [ 3.0 r7 | 3.0 r9 | 4.1 r1 | … ]  ⇄  leaf 1  [ 9.5 r2 | … ]  ⇄  …
 *
 * Every entry, of inner nodes too, names a row that is in the tree: where prefixes do not settle a comparison the table is asked for the
 * row's value as it is now. So a removal that takes a node's smallest entry writes its heir all the way up.
 *
 * Departures from the textbook: a full last leaf that is appended to stays full (times and sequence numbers fill leaves to
 * 100 %, not 50 %), and a node gives way below three eighths, not a half, so that rows coming and going do not merge and
 * split it in turn.
 */
import { assert } from '@weft/base';
import type { Cut, Range, RowOrder, Walk } from './row-order.ts';
import { cutAbove, cutBelow, cutBeside, isExact } from './row-order.ts';
import { unmetered, type Meter } from './meter.ts';
import { baseOf, NO_NODE } from './node-pool.ts';
import { addEntry } from './tree-growth.ts';
import { removeEntryBefore } from './tree-shrinkage.ts';
import { Tree } from './tree.ts';

export class OrderedIndex {
  readonly #order: RowOrder;
  readonly #tree: Tree;
  readonly #rowCut: RowCut;
  #size = 0;

  constructor(order: RowOrder, meter: Meter = unmetered) {
    this.#order = order;
    this.#tree = new Tree(meter);
    this.#rowCut = new RowCut(order);
  }

  /** Rows held. */
  get size(): number {
    return this.#size;
  }

  /** Memory of the index, counted. */
  bytes(): number {
    return this.#tree.leaves.bytes + this.#tree.inners.bytes;
  }

  /** Adds a row that is not here. Its cells hold the value to be indexed and stay as they are until it is removed. */
  add(row: number): void {
    const cut = this.#rowCut.aim(row, row);
    this.#tree.descend(cut);
    assert(this.#rowAt(0) !== row, 'a row is added to an ordered index that holds it already');
    addEntry(this.#tree, cut.prefix, row);
    this.#size++;
  }

  /** Takes out a row while its cells still hold the indexed value; false if it is not here. */
  remove(row: number): boolean {
    const tree = this.#tree;
    tree.descend(this.#rowCut.aim(row, row + 1));
    if (tree.slot === 0 || this.#rowAt(-1) !== row) return false;
    removeEntryBefore(tree);
    this.#size--;
    return true;
  }

  /**
   * Writes the rows of a range to `into`, in order, at most `max` and as many as fit. Returns how many.
   * To go on, give the position of the last row returned as `after`; rows may have come and gone since.
   */
  walk(walk: Walk, into: Uint32Array, max: number): number {
    return walk.direction === 'asc' ? this.#walkUp(walk, into, max) : this.#walkDown(walk, into, max);
  }

  /** Number of rows in a range, in logarithmic time. */
  countRange(range: Range): number {
    return Math.max(0, this.#rankOf(this.#upperCut(range)) - this.#rankOf(this.#lowerCut(range)));
  }

  /** Forgets all rows and gives their memory back. */
  clear(): void {
    this.#tree.clear();
    this.#size = 0;
  }

  /** The row of the entry right behind (0) or in front of (−1) the place of the last descent, if the leaf has it. */
  #rowAt(offset: 0 | -1): number | undefined {
    const { leaves, leaf, slot } = this.#tree;
    const at = slot + offset;
    return at < leaves.size(leaf) ? leaves.chunkOf(leaf).rows[baseOf(leaf) + at] : undefined;
  }

  #walkUp(walk: Walk, into: Uint32Array, max: number): number {
    const end = this.#rankOf(this.#upperCut(walk));
    const { after } = walk;
    const cut = after === undefined ? this.#lowerCut(walk) : cutBeside(after, 'behind', this.#order.exactBelow);
    const count = Math.min(end - this.#rankOf(cut), max, into.length);
    this.#copyUp(into, count);
    return Math.max(0, count);
  }

  #walkDown(walk: Walk, into: Uint32Array, max: number): number {
    const start = this.#rankOf(this.#lowerCut(walk));
    const { after } = walk;
    const cut = after === undefined ? this.#upperCut(walk) : cutBeside(after, 'before', this.#order.exactBelow);
    const count = Math.min(this.#rankOf(cut) - start, max, into.length);
    this.#copyDown(into, count);
    return Math.max(0, count);
  }

  /** Copies `count` rows from the place of the last descent on. */
  #copyUp(into: Uint32Array, count: number): void {
    const { leaves } = this.#tree;
    let { leaf, slot } = this.#tree;
    for (let done = 0; done < count; leaf = leaves.next(leaf), slot = 0) {
      const { rows } = leaves.chunkOf(leaf);
      const from = baseOf(leaf) + slot;
      const to = Math.min(baseOf(leaf) + leaves.size(leaf), from + count - done);
      for (let at = from; at < to; at++) into[done++] = rows[at]!;
    }
  }

  /** Copies the `count` rows in front of the place of the last descent, nearest first. */
  #copyDown(into: Uint32Array, count: number): void {
    const { leaves } = this.#tree;
    let { leaf, slot } = this.#tree;
    let done = 0;
    while (done < count) {
      const { rows } = leaves.chunkOf(leaf);
      const from = baseOf(leaf) + slot;
      const to = Math.max(baseOf(leaf), from - (count - done));
      for (let at = from - 1; at >= to; at--) into[done++] = rows[at]!;
      leaf = leaves.prev(leaf);
      slot = leaf === NO_NODE ? 0 : leaves.size(leaf);
    }
  }

  #rankOf(cut: Cut): number {
    this.#tree.descend(cut);
    return this.#tree.rank();
  }

  #lowerCut({ lower }: Range): Cut {
    return lower === undefined ? BEFORE_ALL : cutBelow(lower, this.#order.exactBelow);
  }

  #upperCut({ upper }: Range): Cut {
    return upper === undefined ? BEHIND_ALL : cutAbove(upper, this.#order.exactBelow);
  }
}

const BEFORE_ALL: Cut = { prefix: -Infinity, exact: true, compareRow: () => 0, tieRow: 0 };
const BEHIND_ALL: Cut = { prefix: Infinity, exact: true, compareRow: () => 0, tieRow: Infinity };

/** A cut beside a row of the table; one object, aimed anew for each operation. */
class RowCut implements Cut {
  prefix = 0;
  exact = false;
  tieRow = 0;
  readonly #order: RowOrder;
  #row = 0;

  constructor(order: RowOrder) {
    this.#order = order;
  }

  aim(row: number, tieRow: number): this {
    this.#row = row;
    this.prefix = this.#order.prefixOf(row);
    this.exact = isExact(this.prefix, this.#order.exactBelow);
    this.tieRow = tieRow;
    return this;
  }

  compareRow(row: number): number {
    return this.#order.compare(row, this.#row);
  }
}
