/** A process of the suite `fanout`: one that writes, or one whose subscribers take what was written. */
import { connect, defineType, t } from 'weft';
import { makeOrders } from '../orders.ts';
import { orderColumns } from '../peers/order-columns.ts';
import { expose } from './exposed.ts';
import { Latencies, sharedMs, type Delays } from './latencies.ts';

/** `topic` is what subscribers ask for, `sentMs` when the row was written, by the clock that all processes share. */
const Orders = defineType(
  'FanoutOrder',
  { ...orderColumns, topic: t.string(), sentMs: t.float64(), number: t.int32() },
  { key: 'id' },
);
const TOPIC = 'prices';
const ROWS = 1000;
const DELIVERIES_MAX = 4_000_000;

const latencies = new Latencies(DELIVERIES_MAX);
const closing: (() => unknown)[] = [];
/** What a subscriber ended with. */
let fault: unknown;
/** Events that each subscriber took, and the sum of the numbers of their writes: none may be missing while another came twice. */
let taken: number[] = [];
let sums: number[] = [];
let written = 0;
let write: (at: number) => Promise<unknown> = () => Promise.reject(new Error('no grid to write to'));

export type FanoutCalls = typeof calls;

const calls = expose({
  async subscribe(url: string, connections: number, subscribers: number): Promise<void> {
    taken = Array.from({ length: subscribers }, () => 0);
    sums = taken.slice();
    for (let i = 0; i < connections; i++) {
      const grid = await connect(url, { types: [Orders] });
      closing.push(() => grid.close());
      const space = grid.space(Orders);
      for (let at = i; at < subscribers; at += connections) {
        const subscription = space.subscribe({ topic: TOPIC });
        closing.unshift(() => subscription.close());
        listen(subscription, at).catch((error: unknown) => (fault ??= error));
      }
    }
  },

  /** Of the subscriber that has the fewest and the most. */
  counts: () => {
    if (fault !== undefined) throw fault;
    return { least: Math.min(...taken), most: Math.max(...taken) };
  },

  /** `sum`: of the numbers of the writes that each must have heard of. */
  delays(sum: number): Delays {
    if (sums.some((each) => each !== sum)) throw new Error('some subscribers have an event twice, and miss another');
    taken.fill(0);
    sums.fill(0);
    return latencies.take();
  },

  async openWriter(url: string): Promise<void> {
    const grid = await connect(url, { types: [Orders] });
    closing.push(() => grid.close());
    const orders = makeOrders(ROWS, 1);
    const space = grid.space(Orders);
    write = (at) => space.write({ ...orders[at % ROWS]!, topic: TOPIC, sentMs: sharedMs(), number: written++ });
  },

  /** So many writes, one at each moment that it is due, however long the ones before take. How many seconds that took. */
  async write(count: number, perSecond: number): Promise<number> {
    const startMs = performance.now();
    const writes: Promise<unknown>[] = [];
    for (let at = 0; at < count; at++) {
      const waitMs = startMs + (1000 * at) / perSecond - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      writes.push(write(at));
    }
    await Promise.all(writes);
    return (performance.now() - startMs) / 1000;
  },

  async close(): Promise<void> {
    for (const close of closing.splice(0)) await close();
  },
});

async function listen(
  subscription: AsyncIterable<{
    readonly type: string;
    readonly after?: { readonly sentMs: number; readonly number: number };
  }>,
  at: number,
): Promise<void> {
  for await (const { after } of subscription) {
    if (after === undefined) continue;
    latencies.add(sharedMs() - after.sentMs);
    sums[at]! += after.number;
    taken[at]!++;
  }
}
