import { createServer, Socket, type AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import type { AnyGrid } from '@weft/client';
import { defineType, t } from '@weft/data';
import { createGrid } from '../create-grid.ts';
import { connect, type ConnectOptions } from './connect.ts';
import { Relay } from './relay.fixture.ts';
import { serve, type Serving } from './serve.ts';

const Order = defineType(
  'Order',
  { id: t.string(), qty: t.int32(), note: t.string().optional(), version: t.version() },
  { key: 'id' },
);

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function serving(port = 0): Promise<Serving> {
  const grid = await createGrid({ partitions: 3 });
  const host = await serve({ space: 'demo', grid, partitions: 3, port, log: () => undefined });
  ends.push(async () => {
    await host.close();
    await grid.close();
  });
  return host;
}

async function relayTo(port: number): Promise<Relay> {
  const relay = await Relay.open(port);
  ends.push(() => relay.close());
  return relay;
}

async function connected(port: number) {
  const grid = await connect(`weft://localhost:${port}/demo`, { types: [Order] });
  ends.push(() => grid.close());
  return grid;
}

test('rows are written, read, changed and removed over a socket as in the same process', async () => {
  const { port } = await serving();
  const orders = (await connected(port)).space(Order);
  expect(await orders.write({ id: 'a', qty: 1 })).toEqual({ id: 'a', qty: 1, note: undefined, version: 1 });
  expect(await orders.update('a', { note: 'second' })).toEqual({ id: 'a', qty: 1, note: 'second', version: 2 });
  expect(await orders.get('a')).toEqual({ id: 'a', qty: 1, note: 'second', version: 2 });
  await expect(orders.write({ id: 'a', qty: 2 }, { onConflict: 'fail' })).rejects.toMatchObject({ code: 'KEY_EXISTS' });
  expect(await orders.count()).toBe(1);
  expect(await orders.delete('a')).toBe(true);
  expect(await orders.get('a')).toBeUndefined();
});

test('calls of one run of code leave in one frame, at its end, and so do their replies', async () => {
  const { port } = await serving();
  const orders = (await connected(port)).space(Order);
  await orders.write({ id: 'a', qty: 1 });
  const write = vi.spyOn(Socket.prototype, 'write');
  try {
    const calls = Array.from({ length: 10 }, (_, qty) => [orders.get('a'), orders.write({ id: `b${qty}`, qty })]);
    expect(write).not.toHaveBeenCalled();
    await Promise.all(calls.flat());
    expect(write).toHaveBeenCalledTimes(2);
  } finally {
    write.mockRestore();
  }
  expect(await orders.count()).toBe(11);
});

test('nobody at the address, another space and another protocol are each told by name', async () => {
  const { port } = await serving();
  await expect(connect(`weft://localhost:${port}/other`)).rejects.toMatchObject({ code: 'SPACE_UNKNOWN' });
  const chatty = createServer((socket) => socket.resume().end('220 mail.example ESMTP\r\n')).listen(0, '127.0.0.1');
  await new Promise((resolve) => chatty.once('listening', resolve));
  const { port: chattyPort } = chatty.address() as AddressInfo;
  await expect(connect(`weft://localhost:${chattyPort}/demo`)).rejects.toMatchObject({ code: 'PROTOCOL_MISMATCH' });
  await new Promise((resolve) => chatty.close(resolve));
  await expect(connect(`weft://localhost:${chattyPort}/demo`)).rejects.toMatchObject({ code: 'UNREACHABLE' });
});

test('types that are no array are refused by name, before anybody is called', async () => {
  const options = { types: Order } as unknown as ConnectOptions;
  await expect(connect('weft://localhost:1/demo', options)).rejects.toMatchObject({
    code: 'OPTION_INVALID',
    message: expect.stringContaining('connect: types is an array'),
  });
});

test('code for any grid does the same with both kinds', async () => {
  const told = async (grid: AnyGrid) => {
    const orders = grid.space(Order);
    await grid.setMemory('256MB');
    await grid.setQuota(Order, '64MB');
    await orders.write({ id: 'a', qty: 1 });
    await grid.transaction((tx) => tx.space(Order).update('a', { qty: 2 }));
    await grid.flush();
    const { rows, types } = await grid.stats();
    return { rows, quotas: types.map(({ quotaBytes }) => quotaBytes), row: await orders.get('a') };
  };
  const { port } = await serving();
  const embedded = await createGrid({ types: [Order], partitions: 3 });
  ends.push(() => embedded.close());
  const row = { id: 'a', qty: 2, note: undefined, version: 2 };
  expect(await told(embedded)).toEqual({ rows: 1, quotas: [64e6], row });
  expect(await told(await connected(port))).toEqual({ rows: 1, quotas: [64e6], row });
});

test('what only code in the same process can do is refused', async () => {
  const { port } = await serving();
  const grid = await connected(port);
  expect(() => grid.local()).toThrow(expect.objectContaining({ code: 'LOCAL_ONLY' }));
});

test('a write whose host has forgotten its session ends in doubt', async () => {
  const first = await serving();
  const relay = await relayTo(first.port);
  const orders = (await connected(relay.port)).space(Order);
  relay.holdAnswers();
  const write = orders.write({ id: 'a', qty: 1 });
  await relay.answerHeld();
  const second = await serving();
  relay.turnTo(second.port);
  await expect(write).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', outcome: 'in-doubt' });
  expect(await orders.get('a')).toBeUndefined();
});

test('a write that is under way when its grid is closed ends in doubt', async () => {
  const host = await serving();
  const relay = await relayTo(host.port);
  const grid = await connected(relay.port);
  relay.holdAnswers();
  const write = grid.space(Order).write({ id: 'a', qty: 1 });
  await relay.answerHeld();
  await grid.close();
  await expect(write).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', outcome: 'in-doubt' });
});

test('a write whose answer was cut off is not done again: its host knows it', async () => {
  const host = await serving();
  const relay = await relayTo(host.port);
  const orders = (await connected(relay.port)).space(Order);
  await orders.write({ id: 'a', qty: 1 });
  relay.holdAnswers();
  const update = orders.update('a', { qty: 2 });
  await relay.answerHeld();
  relay.turnTo(host.port);
  expect(await update).toMatchObject({ qty: 2, version: 2 });
  expect(await orders.get('a')).toMatchObject({ version: 2 });
});
