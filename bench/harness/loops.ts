/**
 * The measured loops. Six of them, written out, because an indirection here would be measured too.
 *
 * V8 keeps type feedback per function: a loop shared by all stores sees all their kinds of row,
 * and its speed then depends on who ran before. `loadLoops(name)` therefore evaluates this module
 * once more for each store (another query is another module), so that each store gets loops
 * compiled for it alone. Measured: 10 % for synchronous gets of a Map, nothing for awaited ones.
 */
import { TIME_START_MS, type Order } from '../orders.ts';
import type { PointCalls, SyncPointCalls } from './store.ts';

/** The inputs of all stores: the same objects in the same order. */
export type Feed = {
  readonly ids: readonly string[];
  /** Two versions of each row; a put writes the one that is not stored. */
  readonly versions: readonly [readonly Order[], readonly Order[]];
  /** Uniform random row numbers; the length is a power of two, and position p reads `p & mask`. */
  readonly draws: Uint32Array;
  /** The symbol that an update at the same position sets. */
  readonly symbols: readonly string[];
  readonly mask: number;
};

/** Where one store stands: which version of each row was put last. */
export type Turns = Uint8Array;

/** One measured stretch of one operation: positions `from .. from + ops - 1` of the feed. */
export type Cell = {
  readonly from: number;
  readonly ops: number;
  readonly seconds: number;
  /** Sum of `digest` over the rows read, NaN where one was missing; 0 for writes. */
  readonly digest: number;
};

export type Stretch = { readonly from: number; readonly stretchMs: number };

export type Loops = {
  getAwaited(calls: PointCalls, feed: Feed, stretch: Stretch): Promise<Cell>;
  putAwaited(calls: PointCalls, feed: Feed, turns: Turns, stretch: Stretch): Promise<Cell>;
  updateAwaited(calls: PointCalls, feed: Feed, stretch: Stretch): Promise<Cell>;
  getSync(calls: SyncPointCalls, feed: Feed, stretch: Stretch): Cell;
  putSync(calls: SyncPointCalls, feed: Feed, turns: Turns, stretch: Stretch): Cell;
  updateSync(calls: SyncPointCalls, feed: Feed, stretch: Stretch): Cell;
};

/** Operations between two looks at the clock: 32 of the slowest peer are some 60 ms. */
const BATCH_OPS = 32;

/** A copy of these loops of its own for the store of this name. */
export async function loadLoops(name: string): Promise<Loops> {
  const url = new URL(import.meta.url);
  url.search = new URLSearchParams({ store: name }).toString();
  return (await import(url.href)) as Loops;
}

/** Reads all ten fields: what a user of the row would touch, and what keeps the read alive. */
export function digest(order: Order): number {
  return (
    order.id.length +
    order.customer.length +
    order.symbol.length +
    order.side.length +
    order.quantity +
    order.price +
    (order.time.getTime() - TIME_START_MS) +
    order.venue.length +
    order.note.length +
    order.flags
  );
}

export async function getAwaited(calls: PointCalls, feed: Feed, stretch: Stretch): Promise<Cell> {
  const { ids, draws, mask } = feed;
  const startMs = performance.now();
  const dueMs = startMs + stretch.stretchMs;
  let at = stretch.from;
  let total = 0;
  do {
    for (const end = at + BATCH_OPS; at < end; at++) {
      const row = await calls.get(ids[draws[at & mask]!]!);
      total += row === undefined ? NaN : digest(row);
    }
  } while (performance.now() < dueMs);
  return cell(stretch.from, at, startMs, total);
}

export async function putAwaited(calls: PointCalls, feed: Feed, turns: Turns, stretch: Stretch): Promise<Cell> {
  const { versions, draws, mask } = feed;
  const startMs = performance.now();
  const dueMs = startMs + stretch.stretchMs;
  let at = stretch.from;
  do {
    for (const end = at + BATCH_OPS; at < end; at++) {
      const row = draws[at & mask]!;
      await calls.put(versions[(turns[row]! ^= 1) as 0 | 1][row]!);
    }
  } while (performance.now() < dueMs);
  return cell(stretch.from, at, startMs, 0);
}

export async function updateAwaited(calls: PointCalls, feed: Feed, stretch: Stretch): Promise<Cell> {
  const { ids, symbols, draws, mask } = feed;
  const startMs = performance.now();
  const dueMs = startMs + stretch.stretchMs;
  let at = stretch.from;
  do {
    for (const end = at + BATCH_OPS; at < end; at++) {
      await calls.update(ids[draws[at & mask]!]!, symbols[at & mask]!);
    }
  } while (performance.now() < dueMs);
  return cell(stretch.from, at, startMs, 0);
}

export function getSync(calls: SyncPointCalls, feed: Feed, stretch: Stretch): Cell {
  const { ids, draws, mask } = feed;
  const startMs = performance.now();
  const dueMs = startMs + stretch.stretchMs;
  let at = stretch.from;
  let total = 0;
  do {
    for (const end = at + BATCH_OPS; at < end; at++) {
      const row = calls.get(ids[draws[at & mask]!]!);
      total += row === undefined ? NaN : digest(row);
    }
  } while (performance.now() < dueMs);
  return cell(stretch.from, at, startMs, total);
}

export function putSync(calls: SyncPointCalls, feed: Feed, turns: Turns, stretch: Stretch): Cell {
  const { versions, draws, mask } = feed;
  const startMs = performance.now();
  const dueMs = startMs + stretch.stretchMs;
  let at = stretch.from;
  do {
    for (const end = at + BATCH_OPS; at < end; at++) {
      const row = draws[at & mask]!;
      calls.put(versions[(turns[row]! ^= 1) as 0 | 1][row]!);
    }
  } while (performance.now() < dueMs);
  return cell(stretch.from, at, startMs, 0);
}

export function updateSync(calls: SyncPointCalls, feed: Feed, stretch: Stretch): Cell {
  const { ids, symbols, draws, mask } = feed;
  const startMs = performance.now();
  const dueMs = startMs + stretch.stretchMs;
  let at = stretch.from;
  do {
    for (const end = at + BATCH_OPS; at < end; at++) {
      calls.update(ids[draws[at & mask]!]!, symbols[at & mask]!);
    }
  } while (performance.now() < dueMs);
  return cell(stretch.from, at, startMs, 0);
}

function cell(from: number, at: number, startMs: number, digest: number): Cell {
  return { from, ops: at - from, seconds: (performance.now() - startMs) / 1000, digest };
}
