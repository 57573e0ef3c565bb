import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { defineType, t } from '@weft/data';
import { createGrid } from '../create-grid.ts';
import { connect } from './connect.ts';
import { Relay } from './relay.fixture.ts';
import { serve } from './serve.ts';

const Order = defineType('Order', { id: t.string(), qty: t.int32() }, { key: 'id' });
const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function hosted() {
  const grid = await createGrid({ types: [Order], partitions: 2 });
  const host = await serve({ space: 'demo', grid, partitions: 2, port: 0, log: () => undefined });
  ends.push(
    () => grid.close(),
    () => host.close(),
  );
  return { grid, port: host.port };
}

/** A port where connections are taken and nothing is ever said. */
async function silent(): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  ends.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

test('a signal stops connecting to a host that says nothing', async () => {
  const port = await silent();
  const stop = new AbortController();
  const connecting = connect(`weft://localhost:${port}/demo`, { signal: stop.signal });
  stop.abort(new Error('enough'));
  await expect(connecting).rejects.toMatchObject({ code: 'ABORTED', cause: { message: 'enough' } });
});

test('of several addresses the first that answers is taken', async () => {
  const { port } = await hosted();
  const gone = await Relay.open(port);
  await gone.close();
  const grid = await connect(`weft://localhost:${gone.port},localhost:${port}/demo`, { types: [Order] });
  ends.push(() => grid.close());
  expect(await grid.space(Order).count()).toBe(0);
});

test('when its address is lost a client goes on over another, within the same session', async () => {
  const { port } = await hosted();
  const first = await Relay.open(port);
  const second = await Relay.open(port);
  ends.push(() => second.close());
  const grid = await connect(`weft://localhost:${first.port},localhost:${second.port}/demo`, { types: [Order] });
  ends.push(() => grid.close());
  const orders = grid.space(Order);
  first.holdAnswers();
  const write = orders.write({ id: 'a', qty: 1 }, { onConflict: 'fail' });
  await first.answerHeld();
  await first.close();
  expect(await write).toMatchObject({ qty: 1 });
  expect(await orders.count()).toBe(1);
});

test('types may be said to exist: those that the space does not have are not made', async () => {
  const { grid, port } = await hosted();
  const Other = defineType('Other', { id: t.string() }, { key: 'id' });
  const url = `weft://localhost:${port}/demo`;
  await expect(connect(url, { types: [Order, Other], ensure: 'exists' })).rejects.toMatchObject({
    code: 'TYPE_UNKNOWN',
  });
  expect(grid.stats().types.map(({ name }) => name)).toEqual(['Order']);
  const remote = await connect(url, { types: [Order], ensure: 'exists' });
  ends.push(() => remote.close());
  await expect(connect(url, { ensure: 'perhaps' as never })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
});

test('while nobody is there calls end with their timeout, and say why', async () => {
  const { port } = await hosted();
  const relay = await Relay.open(port);
  const grid = await connect(`weft://localhost:${relay.port}/demo`, { types: [Order] });
  ends.push(() => grid.close());
  await relay.close();
  await expect(grid.space(Order).get('a', { timeout: '200ms' })).rejects.toMatchObject({ code: 'TIMEOUT' });
});
