import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomFrom } from './model-rows.fixture.ts';
import { baseOf, NODE_ENTRIES } from './node-pool.ts';
import type { Cut } from './row-order.ts';
import { addEntry } from './tree-growth.ts';
import { removeEntryBefore } from './tree-shrinkage.ts';
import { unmetered } from './meter.ts';
import { Tree } from './tree.ts';

test('every inner entry repeats the smallest entry below it and counts the rows there, after any changes', () => {
  const stretch = fc.record({
    from: fc.nat(6_000),
    count: fc.nat(800),
    step: fc.constantFrom(-3, -1, 1, 3),
    add: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 30 }), (stretches) => {
      const { tree, held } = emptyTree();
      for (const { from, count, step, add } of stretches) {
        for (let i = 0; i < count; i++) change(tree, held, from + i * step, add);
        checkNode(tree, tree.height, tree.root);
      }
      expect(tree.total(tree.height, tree.root)).toBe(held.size);
    }),
    { numRuns: 60 },
  );
});

test('nodes are well filled after random removals', () => {
  const { tree, held } = emptyTree();
  const random = randomFrom(9);
  for (let i = 0; i < 40_000; i++) change(tree, held, random(1_000_000), true);
  for (const prefix of held) if (random(10) < 7) change(tree, held, prefix, false);
  const leaves = checkNode(tree, tree.height, tree.root);
  expect(held.size / leaves / NODE_ENTRIES).toBeGreaterThan(0.375);
  expect(tree.height).toBe(2);
});

test('a tree that loses all rows is one empty leaf again', () => {
  const { tree, held } = emptyTree();
  for (let i = 0; i < 20_000; i++) change(tree, held, i, true);
  expect(tree.height).toBe(2);
  for (let i = 0; i < 20_000; i++) change(tree, held, i, false);
  expect([tree.height, tree.leaves.size(tree.root), tree.leaves.next(tree.root)]).toEqual([0, 0, 0xffff_ffff]);
});

function emptyTree(): { tree: Tree; held: Set<number> } {
  return { tree: new Tree(unmetered), held: new Set() };
}

function change(tree: Tree, held: Set<number>, prefix: number, add: boolean): void {
  if (held.has(prefix) === add) return;
  const cut: Cut = { prefix, exact: true, compareRow: () => 0, tieRow: add ? 0 : 1 };
  tree.descend(cut);
  if (add) {
    addEntry(tree, prefix, 0);
    held.add(prefix);
  } else {
    removeEntryBefore(tree);
    held.delete(prefix);
  }
}

/** Checks a node and all below it; returns its number of leaves. */
function checkNode(tree: Tree, level: number, node: number): number {
  const pool = tree.poolOf(level);
  const { prefixes, children, counts } = pool.chunkOf(node);
  const base = baseOf(node);
  const size = pool.size(node);
  for (let at = base + 1; at < base + size; at++) expect(prefixes[at]).toBeGreaterThan(prefixes[at - 1]!);
  if (level === 0) return 1;
  let leaves = 0;
  expect(size).toBeGreaterThan(0);
  for (let at = base; at < base + size; at++) {
    const child = children[at]!;
    const childPool = tree.poolOf(level - 1);
    expect(childPool.size(child)).toBeGreaterThan(0);
    expect(prefixes[at]).toBe(childPool.chunkOf(child).prefixes[baseOf(child)]);
    expect(counts[at]).toBe(tree.total(level - 1, child));
    if (at > base) expect(childPool.prev(child)).toBe(children[at - 1]);
    leaves += checkNode(tree, level - 1, child);
  }
  return leaves;
}
