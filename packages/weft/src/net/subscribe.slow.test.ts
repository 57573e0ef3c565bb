import { afterEach, expect, test } from 'vitest';
import { defineType, t } from '@weft/data';
import type { SubscribeOptions, Subscription, SubscriptionEvent } from '@weft/client';
import { createGrid } from '../create-grid.ts';
import { connect } from './connect.ts';
import { Relay } from './relay.fixture.ts';
import { serve } from './serve.ts';

const Order = defineType(
  'Order',
  { id: t.string(), account: t.string(), qty: t.int32(), note: t.string().optional() },
  { key: 'id' },
);
type OrderEvent = SubscriptionEvent<typeof Order>;
type Events = Subscription<typeof Order>;

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function hosted(grid?: Awaited<ReturnType<typeof createGrid>>) {
  const served = grid ?? (await createGrid({ types: [Order], partitions: 3 }));
  const host = await serve({ space: 'demo', grid: served, partitions: 3, port: 0, log: () => undefined });
  ends.push(async () => {
    await host.close();
    if (grid === undefined) await served.close();
  });
  return { grid: served, local: served.local(Order), port: host.port, host };
}

async function connected(port: number) {
  const grid = await connect(`weft://localhost:${port}/demo`, { types: [Order] });
  ends.push(() => grid.close());
  return { grid, orders: grid.space(Order) };
}

async function relayTo(port: number): Promise<Relay> {
  const relay = await Relay.open(port);
  ends.push(() => relay.close());
  return relay;
}

async function take(events: Events, count: number): Promise<OrderEvent[]> {
  const taken: OrderEvent[] = [];
  while (taken.length < count) {
    const { done, value } = await events.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}

const row = (id: number | string, qty = 1, account = 'x') => ({ id: String(id), account, qty });
const qtys = (events: readonly OrderEvent[]) =>
  events.map((event) => ('after' in event ? event.after.qty : event.type));

test('a subscriber over a socket is given the very events that one of the same process is given', async () => {
  const { grid, local, port } = await hosted();
  const { orders } = await connected(port);
  const far = orders.subscribe({ account: 'x' });
  const near = grid.space(Order).subscribe({ account: 'x' });
  await orders.write({ ...row('a'), note: 'n' });
  local.write(row('a', 2));
  local.update('a', { account: 'y', note: null });
  local.update('a', { account: 'x' });
  local.delete('a');
  local.clear();
  const events = await take(far, 8);
  expect(events).toEqual(await take(near, 8));
  expect(events.every((event) => Object.isFrozen(event))).toBe(true);
  expect(far.position).toBe(near.position);
});

test('once it is ready a subscriber hears of every change, whoever makes it, and what its own grid is asked later comes behind it', async () => {
  const { local, port } = await hosted();
  const { orders } = await connected(port);
  const awaited = orders.subscribe();
  await awaited.ready;
  expect(awaited.position).toBeDefined();
  local.write(row('a', 1));
  const own = orders.subscribe();
  void orders.write(row('a', 2));
  expect(qtys(await take(own, 1))).toEqual([2]);
  expect(qtys(await take(awaited, 2))).toEqual([1, 2]);
});

test('who is not ready says why: it was closed, its signal has fired, or its position is of another log', async () => {
  const [{ port }, other] = [await hosted(), await hosted()];
  const { orders } = await connected(port);
  const closed = orders.subscribe();
  closed.close();
  await expect(closed.ready).rejects.toMatchObject({ code: 'CLOSED' });
  const stop = new AbortController();
  const stopped = orders.subscribe(undefined, { signal: stop.signal });
  stop.abort();
  await expect(stopped.ready).rejects.toMatchObject({ code: 'ABORTED' });
  const { position } = other.grid.space(Order).subscribe();
  const lost = orders.subscribe(undefined, { from: position });
  await expect(lost.ready).rejects.toMatchObject({ code: 'POSITION_TRUNCATED' });
  await expect(lost.next()).rejects.toMatchObject({ code: 'POSITION_TRUNCATED' });
  const open = orders.subscribe();
  await open.ready;
  open.close();
  await open.ready;
});

test('rows of the beginning come first, then a mark, then what was changed behind them', async () => {
  const { local, port } = await hosted();
  for (let id = 0; id < 500; id++) local.write(row(id));
  const { orders } = await connected(port);
  const events = orders.subscribe(undefined, { initial: true });
  expect(events.position).toBeUndefined();
  const first = await take(events, 1);
  local.write(row('later', 7));
  const rest = await take(events, 501);
  expect([...first, ...rest].slice(0, 500).every(({ type }) => type === 'initial')).toBe(true);
  expect(rest.slice(-2).map(({ type }) => type)).toEqual(['live', 'insert']);
  expect(events.position).toBeDefined();
});

test('a subscription goes on from the position of the last event that was taken, not of the last that came', async () => {
  const { local, port } = await hosted();
  const { orders } = await connected(port);
  const first = orders.subscribe();
  await orders.count();
  for (let id = 0; id < 20; id++) local.write(row(id, id));
  const seen = await take(first, 7);
  const { position } = first;
  first.close();
  const others = await take(orders.subscribe(undefined, { from: position }), 13);
  expect([...seen, ...others].map((event) => 'key' in event && Number(event.key)).sort((a, b) => +a - +b)).toEqual(
    Array.from({ length: 20 }, (_, id) => id),
  );
});

test('cuts at any moment lose no event and give none twice, initial rows among them', async () => {
  const { local, port } = await hosted();
  for (let id = 0; id < 1000; id++) local.write(row(`old ${id}`));
  const relay = await relayTo(port);
  const { orders } = await connected(relay.port);
  const events = orders.subscribe(undefined, { initial: true });
  const heard: string[] = [];
  let written = 0;
  for await (const event of events) {
    heard.push('key' in event ? `${event.type} ${event.key}` : event.type);
    if (event.type === 'initial' && heard.length % 200 === 0) relay.cut();
    if (event.type === 'live' || event.type === 'insert') {
      if (heard.length % 60 === 0) relay.cut();
      if (written < 1000 && heard.length % 20 === 0)
        for (let i = 0; i < 20; i++) local.write(row(`new ${written++}`, 1));
      if (written < 20) for (let i = 0; i < 20; i++) local.write(row(`new ${written++}`, 1));
    }
    if (heard.length === 2001) break;
  }
  expect(new Set(heard).size).toBe(2001);
  expect(heard.indexOf('live')).toBe(1000);
});

test('behind a host that has forgotten the session a subscription goes on from its position', async () => {
  const { grid, local, port } = await hosted();
  const relay = await relayTo(port);
  const { orders } = await connected(relay.port);
  const events = orders.subscribe();
  await orders.count();
  for (let qty = 0; qty < 50; qty++) local.write(row('a', qty));
  const first = await take(events, 20);
  const second = await hosted(grid);
  relay.turnTo(second.port);
  for (let qty = 50; qty < 400; qty++) local.write(row('a', qty));
  expect(qtys([...first, ...(await take(events, 380))])).toEqual(Array.from({ length: 400 }, (_, qty) => qty));
});

test('behind a host with another log it ends, after what had come', async () => {
  const { local, port } = await hosted();
  const relay = await relayTo(port);
  const { orders } = await connected(relay.port);
  const events = orders.subscribe();
  await orders.count();
  for (let qty = 0; qty < 5; qty++) local.write(row('a', qty));
  expect(qtys(await take(events, 1))).toEqual([0]);
  relay.turnTo((await hosted()).port);
  expect(qtys(await take(events, 4))).toEqual([1, 2, 3, 4]);
  await expect(events.next()).rejects.toMatchObject({ code: 'POSITION_TRUNCATED' });
  expect(await events.next()).toEqual({ done: true, value: undefined });
});

test.each<[SubscribeOptions, string]>([
  [{ overflow: 'dropOldest', buffer: 4 }, 'gap'],
  [{ overflow: 'fail', buffer: 4 }, 'SUBSCRIBER_OVERFLOW'],
])('whoever does not take is served as %o says', async (options, expected) => {
  const { local, port } = await hosted();
  const { orders } = await connected(port);
  const events = orders.subscribe(undefined, options);
  await orders.count();
  for (let qty = 0; qty < 100; qty++) {
    local.write(row('a', qty));
    if (qty % 10 === 0) await orders.count();
  }
  const heard: unknown[] = [];
  try {
    while (heard.at(-1) !== 99) heard.push(...qtys(await take(events, 1)));
  } catch (error) {
    heard.push((error as { code: string }).code);
  }
  expect(heard.slice(0, 2)).toEqual([0, 1]);
  expect(heard).toContain(expected);
  expect(heard.length).toBeLessThan(12);
});

test('a subscriber that takes nothing holds back nobody else of its connection', async () => {
  const { local, port, grid } = await hosted();
  const { orders } = await connected(port);
  orders.subscribe();
  const quick = orders.subscribe();
  await orders.count();
  const writing = (async () => {
    for (let qty = 0; qty < 5000; qty++) {
      local.write(row('a', qty));
      if (qty % 100 === 0) await orders.count();
    }
  })();
  expect(qtys(await take(quick, 5000)).at(-1)).toBe(4999);
  await writing;
  expect(grid.stats().events.bufferedEvents).toBeLessThanOrEqual(1024);
});

test('members of a group share the partitions, and go on from what was committed', async () => {
  const { local, port } = await hosted();
  const { orders } = await connected(port);
  const member = orders.subscribe(undefined, { group: 'g' });
  await orders.count();
  for (let qty = 0; qty < 10; qty++) local.write(row('a', qty));
  expect(qtys(await take(member, 4))).toEqual([0, 1, 2, 3]);
  await member.commit();
  await take(member, 2);
  member.close();
  await expect(member.commit()).rejects.toMatchObject({ code: 'CLOSED' });
  const next = orders.subscribe(undefined, { group: 'g' });
  expect(qtys(await take(next, 6))).toEqual([4, 5, 6, 7, 8, 9]);
});

test('a subscription ends with its signal, its grid, and by close, and its host lets go of it', async () => {
  const { port, grid } = await hosted();
  const { orders, grid: far } = await connected(port);
  const stop = new AbortController();
  const stopped = orders.subscribe(undefined, { signal: stop.signal });
  const closed = orders.subscribe();
  const left = orders.subscribe();
  const waiting = [stopped.next(), closed.next()];
  await orders.count();
  expect(grid.stats().events.subscribers).toBe(3);
  stop.abort();
  closed.close();
  await expect(waiting[0]).rejects.toMatchObject({ code: 'ABORTED' });
  expect(await waiting[1]).toEqual({ done: true, value: undefined });
  await orders.count();
  expect(grid.stats().events.subscribers).toBe(1);
  const last = left.next();
  await far.close();
  await expect(last).rejects.toMatchObject({ code: 'CLOSED' });
});

test('what is wrong with a request is told at once, or by the first event', async () => {
  const { port } = await hosted();
  const { orders } = await connected(port);
  expect(() => orders.subscribe({ nothing: 1 } as never)).toThrow(expect.objectContaining({ code: 'COLUMN_UNKNOWN' }));
  expect(() => orders.subscribe(undefined, { buffer: 0 })).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  expect(() => orders.subscribe(undefined, { from: 'x' })).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  await expect(orders.subscribe(undefined, { from: '1.other.0,0,0' }).next()).rejects.toMatchObject({
    code: 'POSITION_TRUNCATED',
  });
  await expect(orders.subscribe().commit()).rejects.toMatchObject({ code: 'OPTION_INVALID' });
});
