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
  write(order: { id: string; qty: number }): Promise<unknown>;
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
  return {
    ...host,
    close,
    rows: async () => grid.space(Order).count(),
    write: (order) => grid.space(Order).write(order),
  };
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

test('who waits for a row waits on at the next host, and gets the row that comes there', async () => {
  const first = await serving();
  const { relay, orders } = await connected(first);
  const read = orders.read({ qty: 6 }, { wait: '60s' });
  const take = orders.take({ qty: 7 }, { wait: '60s' });
  const early = orders.take({ qty: 8 }, { wait: '50ms' });
  // What is asked behind them is answered once they wait.
  await orders.count();
  const second = await serving();
  relay.turnNext(second.port);
  await first.close();
  expect(await early).toBeUndefined();
  await orders.writeMany([
    { id: 'a', qty: 6 },
    { id: 'b', qty: 7 },
  ]);
  expect(await read).toMatchObject({ id: 'a' });
  expect(await take).toMatchObject({ id: 'b' });
  expect(await second.rows()).toBe(1);
});

test('who waits for a row at a host that stops and does not come back is told when its time is over', async () => {
  const host = await serving();
  const { orders } = await connected(host);
  const wait = { wait: '60s', timeout: '500ms' } as const;
  const told = (verb: string, call: Promise<unknown>): Promise<void> =>
    expect(call).rejects.toMatchObject({
      code: 'TIMEOUT',
      outcome: 'definite',
      message: expect.stringContaining(`Order.${verb}`),
    });
  const calls = [told('read', orders.read({ qty: 7 }, wait)), told('take', orders.take({ qty: 7 }, wait))];
  await orders.count();
  const closed = host.close();
  await Promise.all(calls);
  await closed;
});

test('who waits to read a row waits on where its host is lost; who waits to take one may have been given it', async () => {
  const first = await serving();
  const { relay, orders } = await connected(first);
  const read = orders.read({ qty: 7 }, { wait: '60s' });
  const take = orders.take({ qty: 7 }, { wait: '60s' });
  await orders.count();
  const second = await serving();
  relay.turnNext(second.port);
  relay.cut();
  await expect(take).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  await orders.write({ id: 'a', qty: 7 });
  expect(await read).toMatchObject({ id: 'a' });
});

test('who was given a row by a host that was lost before it could say so takes no other one', async () => {
  const first = await serving();
  const { relay, orders } = await connected(first);
  await orders.write({ id: 'a', qty: 7 });
  relay.holdAnswers();
  const held = relay.answerHeld();
  const take = orders.take({ qty: 7 }, { wait: '60s' });
  await held;
  const second = await serving();
  await second.write({ id: 'b', qty: 7 });
  relay.turnTo(second.port);
  await expect(take).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  expect([await first.rows(), await second.rows()]).toEqual([0, 1]);
});

test('who waits to take a row, and is stopped before a host has heard of it, has taken none', async () => {
  const host = await serving();
  const { orders } = await connected(host);
  await orders.count();
  await host.close();
  const stop = new AbortController();
  const take = orders.take({ qty: 7 }, { wait: '60s', signal: stop.signal });
  stop.abort();
  await expect(take).rejects.toMatchObject({ code: 'ABORTED', outcome: 'definite' });
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
