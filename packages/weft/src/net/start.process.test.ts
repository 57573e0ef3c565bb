import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect as connectTo, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineType, t } from '@weft/data';
import { createGrid } from '../create-grid.ts';
import { runWeft } from '../cli/weft-process.fixture.ts';
import { connect } from './connect.ts';
import { started, type Started } from './started.fixture.ts';

const Order = defineType('Order', { id: t.string(), qty: t.int32() }, { key: 'id' });

let folder: string;
const running: Started[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-'));
});

afterEach(async () => {
  for (const { launcher, ended } of running.splice(0)) {
    launcher.kill('SIGTERM');
    await ended;
  }
  await rm(folder, { recursive: true });
});

async function start(...words: string[]): Promise<Started> {
  const one = await started(words);
  running.push(one);
  return one;
}

async function ordersAt(url: string) {
  const grid = await connect(url, { types: [Order] });
  return { grid, orders: grid.space(Order) };
}

test('several hosts share a space: each has its partitions, its port and its directory, and rows outlast a restart', async () => {
  const words = ['--partitions', '5', '--hosts', '2', '--data-dir', join(folder, 'data'), '--memory', '256MB'];
  const first = await start(...words);
  const { grid, orders } = await ordersAt(first.url);
  for (let i = 0; i < 200; i++) await orders.write({ id: `order-${i}`, qty: i });
  expect(await orders.count()).toBe(200);
  expect(await orders.get('order-7')).toEqual({ id: 'order-7', qty: 7 });
  const { body } = await first.health('/readyz');
  expect(body).toMatchObject({ ready: true, reasons: [], hosts: [{ state: 'ready' }, { state: 'ready' }] });
  await grid.close();
  first.launcher.kill('SIGTERM');
  expect(await first.ended).toMatchObject({ code: 0, stdout: `${first.url}\n` });

  const again = await start(...words);
  const reopened = await ordersAt(again.url);
  expect(await reopened.orders.count()).toBe(200);
  await reopened.grid.close();
  again.launcher.kill('SIGTERM');
  await again.ended;
  expect((await readdir(join(folder, 'data'))).toSorted((a, b) => a.localeCompare(b))).toEqual([
    'grid.json',
    'host-0',
    'host-1',
  ]);

  await expect(createGrid({ dataDir: join(folder, 'data') })).rejects.toMatchObject({
    code: 'OPTION_INVALID',
    message: expect.stringContaining('is of a space with 2 hosts'),
  });
  const refusals = [
    [['--hosts', '1'], /is of a space with 2 hosts, not 1; start with --hosts 2/],
    [['--hosts', '2', '--partitions', '4'], /is of a space with 5 partitions, not 4; leave --partitions out/],
  ] as const;
  for (const [others, sentence] of refusals) {
    const refused = await runWeft([
      'start',
      '--port',
      '0',
      '--health-port',
      'none',
      '--data-dir',
      join(folder, 'data'),
      ...others,
    ]);
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(sentence) });
  }
});

test('a member that is killed is started again on its port; sync data is there, and a client goes on', async () => {
  const server = await start('--partitions', '3', '--hosts', '2', '--data-dir', folder, '--durability', 'sync');
  const { grid, orders } = await ordersAt(server.url);
  await orders.write({ id: 'before', qty: 1 });
  const killed = server.member();
  process.kill(killed, 'SIGKILL');
  await server.said(`the member was killed by SIGKILL; restart 1 follows`);
  expect(await orders.get('before', { timeout: '60s' })).toEqual({ id: 'before', qty: 1 });
  await orders.write({ id: 'after', qty: 2 }, { timeout: '60s' });
  expect(await orders.count()).toBe(2);
  expect(server.member()).not.toBe(killed);
  expect(existsSync(`/proc/${killed}`)).toBe(false);
  await grid.close();
});

test('a process that was stopped and goes on is the same: nothing is lost, and nobody is restarted', async () => {
  const server = await start('--live-within', '3s');
  const { grid, orders } = await ordersAt(server.url);
  await orders.write({ id: 'a', qty: 1 });
  const member = server.member();
  process.kill(member, 'SIGSTOP');
  const write = orders.write({ id: 'b', qty: 2 }, { timeout: '60s' });
  await new Promise((resolve) => setTimeout(resolve, 3500));
  process.kill(member, 'SIGCONT');
  await write;
  expect(await orders.count()).toBe(2);
  expect(server.member()).toBe(member);
  expect((await server.health('/livez')).status).toBe(200);
  await grid.close();
});

test('a Unix socket serves the same space, for this user; after a kill its file is taken over', async () => {
  const socket = join(folder, 'weft.sock');
  const server = await start('--hosts', '2', '--socket', socket, '--space', 'shop');
  const { grid, orders } = await ordersAt(`weft+unix://${socket}/shop`);
  for (let i = 0; i < 20; i++) await orders.write({ id: `order-${i}`, qty: i });
  expect(await orders.count()).toBe(20);
  await grid.close();
  const other = await runWeft(['start', '--port', '0', '--health-port', 'none', '--socket', socket]);
  expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining(`somebody listens on the socket ${socket}`) });
  process.kill(server.member(), 'SIGKILL');
  await server.said('the member is ready again');
  const again = await ordersAt(`weft+unix://${socket}/shop`);
  expect(await again.orders.count()).toBe(0);
  await again.grid.close();
  server.launcher.kill('SIGTERM');
  expect((await server.ended).code).toBe(0);
  expect(await readdir(folder)).toEqual([]);
});

test('whoever speaks another protocol is named in the log', async () => {
  const server = await start();
  const socket = connectTo({ host: '127.0.0.1', port: Number(new URL(server.url).port) });
  await once(socket, 'connect');
  const { localPort } = socket;
  socket.end('GET / HTTP/1.1\r\n\r\n').resume();
  await server.said(`host 0: a connection ends: somebody spoke HTTP (127.0.0.1:${localPort})`);
});

test('ports that are in use and addresses that are not loopback are refused, each with what to do', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as AddressInfo;
  const refused = [
    [
      ['--port', `${port}`, '--health-port', 'none'],
      1,
      `port ${port} of 127.0.0.1 is in use by another process; stop that process, or choose another --port`,
    ],
    [
      ['--port', '0', '--health-port', `${port}`],
      1,
      `port ${port} of 127.0.0.1 is in use by another process; stop that process, choose another --health-port`,
    ],
    [
      ['--hosts', '3', '--partitions', '2', '--port', '0', '--health-port', '0'],
      2,
      '--partitions 2 leaves none for some of 3 hosts; choose --partitions 3 or more',
    ],
  ] as const;
  for (const [words, code, sentence] of refused)
    expect(await runWeft(['start', ...words])).toMatchObject({
      code,
      stdout: '',
      stderr: expect.stringContaining(sentence),
    });
  await new Promise((resolve) => taken.close(resolve));
});

test('events for machines are JSON, each in a line', async () => {
  const server = await start('--json');
  server.launcher.kill('SIGTERM');
  const { code, stderr } = await server.ended;
  const events = stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(code).toBe(0);
  expect(events.at(-1)).toMatchObject({
    level: 'info',
    from: 'launcher',
    message: expect.stringContaining('SIGTERM: stopping'),
  });
});

test('health answers with reasons, for GET only, at two paths', async () => {
  const server = await start();
  expect(await server.health('/livez')).toMatchObject({ status: 200, body: { live: true, reasons: [] } });
  expect(await server.health('/readyz')).toMatchObject({ status: 200, body: { ready: true } });
  expect((await server.health('/')).status).toBe(404);
});
