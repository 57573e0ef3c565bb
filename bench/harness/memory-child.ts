/**
 * The process of one store of the `memory` suite: opens it, loads orders up to each of the counts, and tells after each what the store
 * holds. Orders are made as they are loaded, and nothing else is kept, so that the process grows by the store alone.
 */
import { memoryStores, type MemoryPart } from '../peers/memory-stores.ts';
import { makeOrder, orderId, sameOrder, type Order } from '../orders.ts';
import type { MemoryStore } from './memory-store.ts';
import { randomBelow, randomSource, type RandomSource } from './random.ts';

/** What the parent asks for. */
export type Task = { readonly part: MemoryPart; readonly counts: readonly number[]; readonly seed: number };
/** What it is told: one line for each count. */
export type Measured = {
  readonly name: string;
  readonly rows: number;
  readonly ownBytes: number;
  readonly residentBytes: number;
};
export type Message = Measured | { readonly error: string };

const BATCH_ROWS = 2000;
/** Rows of a store that is filled and closed before: the code is compiled then, which takes tens of megabytes of its own. */
const WARM_UP_ROWS = 200_000;
/** Orders read back at the end. */
const SAMPLES = 200;

// The parent is gone, or all is told.
process.once('disconnect', () => process.exit());
process.once('message', (task: Task) => {
  measure(task)
    .catch((error: unknown) =>
      process.send!({ error: error instanceof Error ? error.message : String(error) } satisfies Message),
    )
    .finally(() => process.disconnect());
});

async function measure({ part, counts, seed }: Task): Promise<void> {
  const open = memoryStores[part];
  const warmUp = await open();
  await fill(warmUp, { from: 0, to: WARM_UP_ROWS, random: randomSource(seed), seed });
  await warmUp.close();
  const store = await open();
  try {
    const random = randomSource(seed);
    let from = 0;
    for (const to of counts) {
      await fill(store, { from, to, random, seed });
      await checkCount(store, to);
      process.send!({ name: store.name, rows: to, ...(await store.held()) } satisfies Message);
      from = to;
    }
    await checkOrders(store, from, seed);
  } finally {
    await store.close();
  }
}

type Span = { readonly from: number; readonly to: number; readonly random: RandomSource; readonly seed: number };

async function fill(store: MemoryStore, { from, to, random, seed }: Span): Promise<void> {
  for (let row = from; row < to; row += BATCH_ROWS)
    await store.load(nextOrders(row, Math.min(BATCH_ROWS, to - row), random, seed));
}

function nextOrders(from: number, count: number, random: RandomSource, seed: number): Order[] {
  return Array.from({ length: count }, (_, i) => makeOrder(orderId(from + i, seed), random));
}

async function checkCount(store: MemoryStore, rows: number): Promise<void> {
  const found = await store.count();
  if (found !== rows) throw new Error(`${store.name} holds ${found} orders, must be ${rows}`);
}

/** Orders drawn from all that were loaded must be there as they were. They are made once more, in the order of the first time. */
async function checkOrders(store: MemoryStore, rows: number, seed: number): Promise<void> {
  const drawing = randomSource(seed + 1);
  const drawn = new Set(Array.from({ length: SAMPLES }, () => randomBelow(drawing, rows)));
  const random = randomSource(seed);
  for (let i = 0; i < rows; i++) {
    const order = makeOrder(orderId(i, seed), random);
    if (!drawn.has(i)) continue;
    const found = await store.get(order.id);
    if (found === undefined || !sameOrder(found, order))
      throw new Error(`${store.name} has lost or changed order ${order.id}`);
  }
}
