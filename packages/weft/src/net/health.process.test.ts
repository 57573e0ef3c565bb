/** Health, deaths and signals of real processes whose hosts hang, die or read their directories. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineType, t, WeftError } from '../index.ts';
import { createGrid } from '../create-grid.ts';
import { runWeft } from '../cli/weft-process.fixture.ts';
import { connect } from './connect.ts';
import { healthAt, started, type HealthBody, type Started } from './started.fixture.ts';

const Order = defineType('Order', { id: t.string(), qty: t.int32(), note: t.string() }, { key: 'id' });
const ids = Array.from({ length: 200 }, (_, i) => `order-${i}`);

let folder: string;
let orders: string;
let data: string;
const ends: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-'));
  orders = join(folder, 'orders');
  data = join(folder, 'data');
  await mkdir(orders);
});

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await rm(folder, { recursive: true });
});

/** Its hosts do what files say. */
async function directed(...words: string[]): Promise<Started> {
  const directing = fileURLToPath(new URL('./directed-host.fixture.ts', import.meta.url));
  const server = await started(words, { nodeArgs: ['--import', directing], env: { WEFT_TEST_ORDERS: orders } });
  ends.push(() => stopped(server));
  return server;
}

function stopped({ launcher, ended }: Started): Promise<unknown> {
  launcher.kill('SIGTERM');
  return ended;
}

const tell = (host: number, order: string): Promise<void> => writeFile(join(orders, `host-${host}`), order);
const untell = (host: number): Promise<void> => rm(join(orders, `host-${host}`));
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('a host whose loop hangs is said to, by a thread that does not; the other host serves, and when it turns again all is well', async () => {
  const server = await directed('--hosts', '2', '--live-within', '1s');
  const grid = await connect(server.url, { types: [Order] });
  ends.push(() => grid.close());
  const space = grid.space(Order);
  await space.writeMany(ids.map((id) => ({ id, qty: 1, note: '' })));
  await tell(1, 'hang');
  const until = async (path: string, status: number): Promise<HealthBody> => {
    for (;;) {
      const found = await server.health(path);
      if (found.status === status) return found.body;
      await pause(20);
    }
  };
  const why = [expect.stringMatching(/^the loop of host 1 has not turned for \d{4,} ms$/)];
  expect(await until('/livez', 503)).toMatchObject({ live: false, reasons: why });
  expect(await until('/readyz', 503)).toMatchObject({ ready: false, reasons: why });
  const reads = await Promise.allSettled(ids.map((id) => space.get(id, { timeout: '1s' })));
  const statuses = new Set(reads.map(({ status }) => status));
  expect(statuses).toEqual(new Set(['fulfilled', 'rejected']));
  await untell(1);
  expect(await until('/livez', 200)).toMatchObject({ live: true, reasons: [] });
  expect((await server.health('/readyz')).status).toBe(200);
  expect(await space.count()).toBe(ids.length);
});

test('a host thread that dies takes its member with it; the next one has the directory, every acknowledged row, and the clients', async () => {
  const server = await directed('--hosts', '2', '--data-dir', data, '--durability', 'sync');
  const member = server.member();
  const grid = await connect(server.url, { types: [Order] });
  ends.push(() => grid.close());
  const space = grid.space(Order);
  const acknowledged: string[] = [];
  const codes = new Set<string>();
  let isOver = false;
  const writer = async (name: string): Promise<void> => {
    for (let n = 0; !isOver; n++) {
      const id = `${name}-${n}`;
      await space.write({ id, qty: n, note: '' }, { timeout: '60s' }).then(
        () => acknowledged.push(id),
        (error: unknown) => codes.add(WeftError.is(error) ? error.code : String(error)),
      );
    }
  };
  const writers = Array.from({ length: 8 }, (_, n) => writer(`w${n}`));
  while (acknowledged.length < 200) await pause(5);
  await tell(1, 'die');
  await server.said('host 1 died, so the member ends: Error: it was told to die');
  await untell(1);
  await server.said('the member ended with code 70; restart');
  await server.said('the member is ready again');
  const before = acknowledged.length;
  while (acknowledged.length < before + 200) await pause(5);
  isOver = true;
  await Promise.all(writers);
  // What was on its way is in doubt, and nothing else went wrong.
  expect([...codes].filter((code) => code !== 'OUTCOME_UNKNOWN')).toEqual([]);
  const found = await space.getMany(acknowledged);
  expect(acknowledged.filter((_, at) => found[at] === undefined)).toEqual([]);
  expect(server.member()).not.toBe(member);
  const other = await runWeft(['start', '--port', '0', '--health-port', 'none', '--hosts', '2', '--data-dir', data]);
  // Not the member alone: another would follow it.
  const owner = `is in use by process ${server.member()} on ${hostname()}, which weft start, process ${server.launcher.pid}, starts again`;
  expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining(owner) });
  expect(other.stderr).toContain(`Stop process ${server.launcher.pid}, or use another directory.`);
});

/** A directory that takes a while to read. */
async function filled(rows: number): Promise<void> {
  const grid = await createGrid({ types: [Order], dataDir: data, durability: 'async' });
  const note = 'n'.repeat(60);
  await grid.space(Order).writeMany(Array.from({ length: rows }, (_, n) => ({ id: `o${n}`, qty: n, note })));
  await grid.close();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('while a host reads its directory it is live and not ready; a signal then ends it in order, and nothing is missing afterwards', async () => {
  const ROWS = 200_000;
  await filled(ROWS);
  const healthPort = await freePort();
  const base = `http://127.0.0.1:${healthPort}`;
  const words = ['start', '--port', '0', '--health-port', `${healthPort}`, '--data-dir', data];
  /** Until it says that it reads. */
  const recovering = async (): Promise<readonly string[]> => {
    for (;;) {
      const found = await healthAt(base, '/readyz').catch(() => undefined);
      expect(found?.status).not.toBe(200);
      const reasons = found?.body.reasons?.filter((reason) => reason.includes('recovering')) ?? [];
      if (reasons.length > 0) return reasons;
      await pause(2);
    }
  };
  let isSignalled = false;
  const ended = runWeft(words, {
    started(child) {
      void recovering().then(async (reasons) => {
        expect(reasons).toEqual([expect.stringMatching(/^host 0 is recovering, \d+ % read$/)]);
        expect((await healthAt(base, '/livez')).status).toBe(200);
        isSignalled = true;
        child.kill('SIGTERM');
      });
    },
  });
  // The address was never printed: it was not ready.
  expect(await ended).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('SIGTERM: stopping') });
  expect(isSignalled).toBe(true);

  const again = await started(['--data-dir', data]);
  ends.push(() => stopped(again));
  const grid = await connect(again.url, { types: [Order] });
  expect(await grid.space(Order).count()).toBe(ROWS);
  await grid.close();
});

test('a signal while a member waits to be started again ends it in order', async () => {
  const server = await directed();
  await tell(0, 'die');
  // It dies again and again, with pauses that grow.
  await server.said('restart 4 follows in 1600 ms');
  server.launcher.kill('SIGTERM');
  expect((await server.ended).code).toBe(0);
});
