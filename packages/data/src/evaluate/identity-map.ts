import { murmur3String } from '@weft/base';
import type { Identity } from './identity.ts';

/** Entries of one leaf at most: growing or dividing it takes some 0.1 ms. */
export const LEAF_MAX = 1024;
/** A full leaf becomes so many, by the next bits of the hash. */
const FANOUT_BITS = 4;
const FANOUT = 1 << FANOUT_BITS;
const HASH_BITS = 32;

type Leaf<V> = Map<Identity | undefined, V>;
type Node<V> = Leaf<V> | Node<V>[];

/**
 * A map from identities that grows in small steps. A JavaScript `Map` of a million entries copies all of them each time it
 * doubles, which holds the thread for 50 ms and more; here no `Map` passes LEAF_MAX entries (but for hashes that agree in all bits),
 * and a trie over the bits of a hash leads to the right one. Up to LEAF_MAX entries it is one `Map`, and nothing is hashed.
 */
export class IdentityMap<V> {
  #root: Node<V> = new Map();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(identity: Identity | undefined): V | undefined {
    const root = this.#root;
    return root instanceof Map ? root.get(identity) : leafOf(root, hashOf(identity)).get(identity);
  }

  has(identity: Identity | undefined): boolean {
    const root = this.#root;
    return root instanceof Map ? root.has(identity) : leafOf(root, hashOf(identity)).has(identity);
  }

  /** Adds an entry that is not here. */
  add(identity: Identity | undefined, value: V): void {
    this.#size++;
    const root = this.#root;
    if (!(root instanceof Map)) addBelow(root, identity, value);
    else if (root.size < LEAF_MAX) root.set(identity, value);
    else {
      const divided = divide(root, 0);
      addBelow(divided, identity, value);
      this.#root = divided;
    }
  }

  /** All entries, a leaf at a time: so that whoever goes through them can pause in between. The map must not change meanwhile. */
  leaves(): Generator<ReadonlyMap<Identity | undefined, V>> {
    return leavesOf(this.#root);
  }
}

function* leavesOf<V>(node: Node<V>): Generator<Leaf<V>> {
  if (node instanceof Map) yield node;
  else for (const child of node) yield* leavesOf(child);
}

function leafOf<V>(root: readonly Node<V>[], hash: number): Leaf<V> {
  let node: Node<V> = root[hash & (FANOUT - 1)];
  for (let bits = hash; !(node instanceof Map); node = node[bits & (FANOUT - 1)]) bits >>>= FANOUT_BITS;
  return node;
}

/**
 * Entries of the leaf at the end of this path. Hashes fill all leaves alike: with one bound for all, they would all be divided within
 * a few thousand rows.
 */
function boundOf(path: number): number {
  return LEAF_MAX / 2 + (Math.imul(path, 0x9e37_79b1) >>> 23);
}

function addBelow<V>(root: Node<V>[], identity: Identity | undefined, value: V): void {
  let parent = root;
  const hash = hashOf(identity);
  for (let depth = 0; ; depth += FANOUT_BITS) {
    const at = (hash >>> depth) & (FANOUT - 1);
    const node: Node<V> = parent[at];
    if (node instanceof Map) {
      const below = depth + FANOUT_BITS;
      // Where the hash has no more bits the leaf holds as many as there are.
      if (below >= HASH_BITS || node.size < boundOf(hash & ((1 << below) - 1))) {
        node.set(identity, value);
        return;
      }
      parent[at] = divide(node, below);
    }
    parent = parent[at] as Node<V>[];
  }
}

function divide<V>(leaf: Leaf<V>, depth: number): Node<V>[] {
  const parts = Array.from({ length: FANOUT }, (): Leaf<V> => new Map());
  for (const [identity, value] of leaf) parts[(hashOf(identity) >>> depth) & (FANOUT - 1)].set(identity, value);
  return parts;
}

const numbers = new Float64Array(1);
const words = new Uint32Array(numbers.buffer);

/** 32 bits of an identity, scattered; equal for what a `Map` takes for equal. */
export function hashOf(identity: Identity | undefined): number {
  switch (typeof identity) {
    case 'number':
      return hashNumber(identity);
    case 'string':
      // Scattered again: where values are routed by this hash, a partition sees few patterns of its low bits.
      return scatter(murmur3String(identity, 0));
    case 'bigint':
      return hashBigint(identity);
    default:
      return identity === true ? 1 : identity === false ? 2 : 3;
  }
}

function hashNumber(value: number): number {
  if ((value | 0) === value) return scatter(value);
  numbers[0] = value;
  return scatter(words[0] ^ scatter(words[1]));
}

function hashBigint(value: bigint): number {
  const near = Number(value);
  if (Number.isSafeInteger(near)) return hashNumber(near);
  return hashNumber(near) ^ scatter(Number(BigInt.asUintN(32, value)));
}

/** The finalizer of murmur3 (Appleby, 2008). */
function scatter(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
