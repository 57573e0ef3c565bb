/**
 * The nodes of a B+tree in chunks of typed arrays, found by number, with a free list threaded through `next`.
 *
 *     chunk   prefixes [node₀: 64 × f64 | node₁ …]   rows [64 × u32 | …]   sizes, next, prev: one per node
 *             children, counts [64 × u32 | …]        inner nodes only
 *
 * Freed nodes are used again; chunks are given back only by `clear`.
 */
import type { Meter } from './meter.ts';

const NODE_BITS = 6;
/** Entries of a node: six steps of binary search, and at most 64 × 12 bytes to move for an insert. */
export const NODE_ENTRIES = 1 << NODE_BITS;
const CHUNK_BITS = 5;
/** Nodes of a chunk: small enough that an index over a few rows costs 26 KB, large enough that chunk headers stay in the cache. */
const CHUNK_NODES = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_NODES - 1;
const CHUNK_ENTRIES = CHUNK_NODES * NODE_ENTRIES;
/** What a chunk takes besides its buffer: the objects of seven views on V8's heap and the buffer's native part. Measured, Node 24. */
const CHUNK_OVERHEAD_BYTES = 1250;

/** No node. */
export const NO_NODE = 0xffff_ffff;

export interface NodeChunk {
  readonly prefixes: Float64Array;
  readonly rows: Uint32Array;
  readonly sizes: Uint16Array;
  readonly next: Uint32Array;
  readonly prev: Uint32Array;
  /** Inner nodes: the node an entry stands for. Empty for leaves. */
  readonly children: Uint32Array;
  /** Inner nodes: rows below an entry. Empty for leaves. */
  readonly counts: Uint32Array;
}

export class NodePool {
  chunks: NodeChunk[] = [];
  readonly #inner: boolean;
  readonly #meter: Meter;
  #free = NO_NODE;

  constructor(kind: 'leaf' | 'inner', meter: Meter) {
    this.#inner = kind === 'inner';
    this.#meter = meter;
  }

  /** Memory of the pool, counted. */
  get bytes(): number {
    return this.chunks.length * this.#chunkBytes;
  }

  get #chunkBytes(): number {
    return bufferBytes(this.#inner) + CHUNK_OVERHEAD_BYTES;
  }

  /** An empty node without neighbours. */
  allocate(): number {
    if (this.#free === NO_NODE) this.#addChunk();
    const node = this.#free;
    this.#free = this.next(node);
    this.setSize(node, 0);
    this.setNext(node, NO_NODE);
    this.setPrev(node, NO_NODE);
    return node;
  }

  release(node: number): void {
    this.setNext(node, this.#free);
    this.#free = node;
  }

  clear(): void {
    this.#meter(-this.bytes);
    this.chunks = [];
    this.#free = NO_NODE;
  }

  chunkOf(node: number): NodeChunk {
    return this.chunks[node >>> CHUNK_BITS]!;
  }

  size(node: number): number {
    return this.chunkOf(node).sizes[node & CHUNK_MASK]!;
  }

  setSize(node: number, size: number): void {
    this.chunkOf(node).sizes[node & CHUNK_MASK] = size;
  }

  next(node: number): number {
    return this.chunkOf(node).next[node & CHUNK_MASK]!;
  }

  setNext(node: number, next: number): void {
    this.chunkOf(node).next[node & CHUNK_MASK] = next;
  }

  prev(node: number): number {
    return this.chunkOf(node).prev[node & CHUNK_MASK]!;
  }

  setPrev(node: number, prev: number): void {
    this.chunkOf(node).prev[node & CHUNK_MASK] = prev;
  }

  #addChunk(): void {
    const first = this.chunks.length * CHUNK_NODES;
    const chunk = newChunk(this.#inner);
    for (let i = 0; i < CHUNK_NODES; i++) chunk.next[i] = i + 1 < CHUNK_NODES ? first + i + 1 : this.#free;
    this.chunks.push(chunk);
    this.#free = first;
    this.#meter(this.#chunkBytes);
  }
}

/** Where a node's entries begin in its chunk's arrays. */
export function baseOf(node: number): number {
  return (node & CHUNK_MASK) << NODE_BITS;
}

/** A chunk's arrays are views of one buffer: a buffer for each would take 3 KB more. */
function newChunk(isInner: boolean): NodeChunk {
  const innerEntries = isInner ? CHUNK_ENTRIES : 0;
  const buffer = new ArrayBuffer(bufferBytes(isInner));
  let offset = 0;
  const place = (bytes: number): number => (offset += bytes) - bytes;
  return {
    prefixes: new Float64Array(buffer, place(CHUNK_ENTRIES * 8), CHUNK_ENTRIES),
    rows: new Uint32Array(buffer, place(CHUNK_ENTRIES * 4), CHUNK_ENTRIES),
    children: new Uint32Array(buffer, place(innerEntries * 4), innerEntries),
    counts: new Uint32Array(buffer, place(innerEntries * 4), innerEntries),
    next: new Uint32Array(buffer, place(CHUNK_NODES * 4), CHUNK_NODES),
    prev: new Uint32Array(buffer, place(CHUNK_NODES * 4), CHUNK_NODES),
    sizes: new Uint16Array(buffer, place(CHUNK_NODES * 2), CHUNK_NODES),
  };
}

function bufferBytes(isInner: boolean): number {
  return CHUNK_ENTRIES * (isInner ? 20 : 12) + CHUNK_NODES * 10;
}
