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
