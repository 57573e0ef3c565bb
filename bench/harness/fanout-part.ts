/** A process of the suite `fanout`: one that writes, or one whose subscribers take what was written. */
import { connect, defineType, t } from 'weft';
import { makeOrders } from '../orders.ts';
import { orderColumns } from '../peers/order-columns.ts';
import { expose } from './exposed.ts';
import { Latencies, sharedMs, type Delays } from './latencies.ts';

/** `topic` is what subscribers ask for, `sentMs` when the row was written, by the clock that all processes share. */
const Orders = defineType('FanoutOrder', { ...orderColumns, topic: t.string(), sentMs: t.float64() }, { key: 'id' });
const TOPIC = 'prices';
const ROWS = 1000;
const DELIVERIES_MAX = 4_000_000;

const latencies = new Latencies(DELIVERIES_MAX);
const closing: (() => unknown)[] = [];
/** Events that each subscriber took. */
let taken: number[] = [];
let write: (at: number) => Promise<unknown> = () => Promise.reject(new Error('no grid to write to'));

export type FanoutCalls = typeof calls;

const calls = expose({
  async subscribe(url: string, connections: number, subscribers: number): Promise<void> {
    taken = Array.from({ length: subscribers }, () => 0);
    for (let i = 0; i < connections; i++) {
      const grid = await connect(url, { types: [Orders] });
      closing.push(() => grid.close());
      const space = grid.space(Orders);
      for (let at = i; at < subscribers; at += connections) {
        const subscription = space.subscribe({ topic: TOPIC });
        closing.unshift(() => subscription.close());
        void listen(subscription, at);
      }
    }
  },

  /** Of the subscriber that has the fewest and the most. */
  counts: () => ({ least: Math.min(...taken), most: Math.max(...taken) }),

  delays(): Delays {
    taken.fill(0);
    return latencies.take();
  },

  async openWriter(url: string): Promise<void> {
    const grid = await connect(url, { types: [Orders] });
    closing.push(() => grid.close());
    const orders = makeOrders(ROWS, 1);
    const space = grid.space(Orders);
    write = (at) => space.write({ ...orders[at % ROWS]!, topic: TOPIC, sentMs: sharedMs() });
  },

  /** So many writes, one at each moment that it is due, however long the ones before take. */
  async write(count: number, perSecond: number): Promise<void> {
    const startMs = performance.now();
    const writes: Promise<unknown>[] = [];
    for (let at = 0; at < count; at++) {
      const waitMs = startMs + (1000 * at) / perSecond - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      writes.push(write(at));
    }
    await Promise.all(writes);
  },

  async close(): Promise<void> {
    for (const close of closing.splice(0)) await close();
  },
});

async function listen(
  subscription: AsyncIterable<{ readonly type: string; readonly after?: { readonly sentMs: number } }>,
  at: number,
): Promise<void> {
  for await (const { after } of subscription) {
    if (after === undefined) continue;
    latencies.add(sharedMs() - after.sentMs);
    taken[at]!++;
  }
}
