/** Test help: grids of orders, and what their subscribers hear. */
import { defineType, t } from '@weft/data';
import type { Subscription, SubscriptionEvent } from '@weft/client';
import { createGrid } from './create-grid.ts';

export const Order = defineType(
  'Order',
  { id: t.string(), account: t.string().index(), qty: t.int32(), note: t.string().optional() },
  { key: 'id' },
);
export type OrderEvent = SubscriptionEvent<typeof Order>;

/** Grids that `closeAll` closes. */
export const opened: { close(): Promise<void> }[] = [];

/** Closes what `open` has opened. */
export async function closeAll(): Promise<void> {
  for (const grid of opened.splice(0)) await grid.close();
}

export async function open(options: Parameters<typeof createGrid>[0] = {}) {
  const grid = await createGrid({ types: [Order], ...options });
  opened.push(grid);
  const orders = grid.space(Order);
  const local = grid.local(Order);
  const put = (id: string, account: string, qty = 1) => local.write({ id, account, qty });
  return { grid, orders, local, put };
}

/** So many events. */
export async function take(sub: Subscription<typeof Order>, count: number): Promise<OrderEvent[]> {
  const events: OrderEvent[] = [];
  while (events.length < count) {
    const step = await sub.next();
    if (step.done === true) break;
    events.push(step.value);
  }
  return events;
}

/** An event in short: `insert a stays`. */
export function short(event: OrderEvent): string {
  const key = 'key' in event ? ` ${event.key}` : '';
  const filter = event.type === 'update' ? ` ${event.filter}` : '';
  const qty = 'after' in event ? ` ${event.after.qty}` : '';
  return `${event.type}${key}${filter}${qty}`;
}

/** So many events, in short: `insert a stays`. */
export const shorts = async (sub: Subscription<typeof Order>, count: number) => (await take(sub, count)).map(short);

/** All events that are there within a few turns; the look at the next one stays open. */
export async function drain(sub: Subscription<typeof Order>): Promise<OrderEvent[]> {
  const events: OrderEvent[] = [];
  for (;;) {
    const next = looks.get(sub) ?? sub.next();
    looks.set(sub, next);
    const step = await Promise.race([next, turns()]);
    if (step === undefined) return events;
    looks.delete(sub);
    if (step.done === true) return events;
    events.push(step.value);
  }
}
const looks = new Map<object, Promise<IteratorResult<OrderEvent, undefined>>>();

/** A few turns, in which events come. */
export async function turns(): Promise<undefined> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  return undefined;
}
