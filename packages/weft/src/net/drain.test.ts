import { afterEach, expect, test } from 'vitest';
import { defineType, t } from '@weft/data';
import { createGrid } from '../create-grid.ts';
import { connect } from './connect.ts';
import { Relay } from './relay.fixture.ts';
import { serve, type Serving } from './serve.ts';

const Order = defineType('Order', { id: t.string(), qty: t.int32() }, { key: 'id' });

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Stoppable extends Serving {
  rows(): Promise<number>;
}

async function serving(): Promise<Stoppable> {
  const grid = await createGrid({ types: [Order] });
  const host = await serve({ space: 'demo', grid, partitions: 1, port: 0, log: () => undefined });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= host.close());
  ends.push(async () => {
    await close();
    await grid.close();
  });
  return { ...host, close, rows: async () => grid.space(Order).count() };
}

/** A client whose host can be exchanged. */
async function connected(host: Serving) {
  const relay = await Relay.open(host.port);
  ends.push(() => relay.close());
  const grid = await connect(`weft://localhost:${relay.port}/demo`, { types: [Order] });
  ends.push(() => grid.close());
  return { relay, orders: grid.space(Order) };
}

test('calls that are made while a host stops wait for the next one; none is in doubt', async () => {
  const first = await serving();
  const second = await serving();
  const { relay, orders } = await connected(first);
  const writes = Array.from({ length: 50 }, (_, i) => orders.write({ id: `early-${i}`, qty: i }));
  const closed = first.close();
  writes.push(...Array.from({ length: 50 }, (_, i) => orders.write({ id: `late-${i}`, qty: i })));
  relay.turnNext(second.port);
  await closed;
  expect(await Promise.all(writes)).toHaveLength(100);
  expect((await first.rows()) + (await second.rows())).toBe(100);
});

test('a find that is under way when a host stops gives all its rows first', async () => {
  const host = await serving();
  const { orders } = await connected(host);
  await orders.writeMany(Array.from({ length: 20_000 }, (_, i) => ({ id: `order-${i}`, qty: i })));
  let rows = 0;
  let closed: Promise<void> | undefined;
  for await (const _ of orders.find()) {
    rows++;
    closed ??= host.close();
  }
  expect(rows).toBe(20_000);
  await closed;
});

test('who waits for a row is told that the host stops, and may ask the next', async () => {
  const host = await serving();
  const { orders } = await connected(host);
  const read = orders.read({ qty: 7 }, { wait: '60s' });
  const take = orders.take({ qty: 7 }, { wait: '60s' });
  // What is asked behind them is answered once they wait.
  await orders.count();
  const closed = host.close();
  await expect(read).rejects.toMatchObject({ code: 'HOST_STOPPING', retryable: true });
  await expect(take).rejects.toMatchObject({ code: 'HOST_STOPPING', retryable: true });
  await closed;
});

test('a host that stops does not wait for subscribers, and has their last events written before it goes', async () => {
  const first = await serving();
  const { relay, orders } = await connected(first);
  const events = orders.subscribe();
  const heard: unknown[] = [];
  const listening = (async () => {
    for await (const event of events) heard.push(event);
  })();
  await orders.write({ id: 'a', qty: 1 });
  relay.turnNext((await serving()).port);
  await first.close();
  await events.close();
  await listening;
  expect(heard).toMatchObject([{ key: 'a' }]);
});

test('a call to a host that stops and does not come back ends with its timeout, and was not done', async () => {
  const host = await serving();
  const { orders } = await connected(host);
  const closed = host.close();
  await expect(orders.write({ id: 'late', qty: 1 }, { timeout: '300ms' })).rejects.toMatchObject({
    code: 'TIMEOUT',
  });
  await closed;
});
