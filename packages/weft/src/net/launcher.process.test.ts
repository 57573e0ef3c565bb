import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineType, t } from '@weft/data';
import { weftPath } from '../cli/weft-process.fixture.ts';
import { connect } from './connect.ts';
import { started } from './started.fixture.ts';

const Order = defineType('Order', { id: t.string(), qty: t.int32() }, { key: 'id' });

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('SIGTERM under load ends in order, and every write that was acknowledged is there again', async () => {
  const words = ['--partitions', '3', '--hosts', '2', '--data-dir', folder, '--durability', 'sync'];
  const server = await started(words);
  const grid = await connect(server.url, { types: [Order] });
  const orders = grid.space(Order);
  const acknowledged: string[] = [];
  const failures = new Set<unknown>();
  let next = 0;
  // Each goes on until its call has waited in vain for another host.
  const writer = async (): Promise<void> => {
    for (;;) {
      const id = `order-${next++}`;
      try {
        await orders.write({ id, qty: 1 }, { timeout: '3s' });
        acknowledged.push(id);
      } catch (error) {
        failures.add((error as { code?: unknown }).code);
        return;
      }
    }
  };
  const writers = Array.from({ length: 32 }, writer);
  while (acknowledged.length < 500) await new Promise((resolve) => setTimeout(resolve, 10));
  server.launcher.kill('SIGTERM');
  const { code, stderr } = await server.ended;
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('cut off')]);
  await Promise.all(writers);
  expect([...failures]).toEqual(['TIMEOUT']);
  await grid.close();

  const again = await started(words);
  const reopened = await connect(again.url, { types: [Order] });
  const found = await Promise.all(acknowledged.map((id) => reopened.space(Order).get(id)));
  expect(found.filter((row) => row === undefined)).toEqual([]);
  await reopened.close();
  again.launcher.kill('SIGTERM');
  await again.ended;
});

test('work that does not end within --drain is cut off, and it exits in order all the same', async () => {
  const server = await started(['--drain', '1500ms']);
  const grid = await connect(server.url, { types: [Order], timeout: '3s' });
  const orders = grid.space(Order);
  await orders.writeMany(Array.from({ length: 20_000 }, (_, i) => ({ id: `order-${i}`, qty: i })));
  const rows = orders.find()[Symbol.asyncIterator]();
  await rows.next();
  server.launcher.kill('SIGTERM');
  await server.said('SIGTERM: stopping');
  let status = 200;
  // It answers until the end, and says why nobody should be sent here.
  while (status === 200) {
    const { status: now, body } = await server.health('/readyz');
    status = now;
    if (now === 503) expect(body).toMatchObject({ ready: false, reasons: ['host 0 is draining'] });
  }
  const { code, stderr } = await server.ended;
  expect([code, stderr]).toEqual([0, expect.stringContaining('work was still running after 1500 ms, and is cut off')]);
  const rest = async (): Promise<void> => {
    while ((await rows.next()).done !== true) continue;
  };
  await expect(rest()).rejects.toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/) });
  await grid.close();
});

test('a second signal ends it at once, whatever runs', async () => {
  const server = await started(['--drain', '60s']);
  const member = server.member();
  // A member that is stopped cannot end by itself.
  process.kill(member, 'SIGSTOP');
  server.launcher.kill('SIGTERM');
  await server.said('SIGTERM: stopping');
  await new Promise((resolve) => setTimeout(resolve, 400));
  server.launcher.kill('SIGTERM');
  await once(server.launcher, 'close');
  expect([server.launcher.exitCode, server.launcher.signalCode]).toEqual([null, 'SIGINT']);
  expect(statusOf(member)).toBeUndefined();
});

test('a member whose launcher was killed ends by itself', async () => {
  const server = await started([]);
  const member = server.member();
  server.launcher.kill('SIGKILL');
  while (statusOf(member) !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
});

test('a SIGTERM to the member alone ends both in order', async () => {
  const server = await started([]);
  process.kill(server.member(), 'SIGTERM');
  expect((await server.ended).code).toBe(0);
});

test('the death of a host thread ends its member, and a member that dies again and again is given up', async () => {
  const { code, stdout, stderr } = await launchedMortal();
  expect(code).toBe(3);
  expect(stdout).toBe('ready\n');
  expect(stderr.match(/host 0 died, so the member ends: Error: a bug in the host/g)).toHaveLength(3);
  expect(stderr).toMatch(/the member ended with code 70; restart 2 follows in 20 ms/);
  expect(stderr).toMatch(/the member ended with code 70, after 2 restarts in a row; it is given up/);
});

/** A launcher whose member has a host that dies whenever it is ready. */
function launchedMortal(): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const program = fileURLToPath(new URL('./mortal-launcher.fixture.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=source', program]);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

const namespace = ['--fork', '--pid', '--mount-proc'];
const hasNamespaces = spawnSync('unshare', [...namespace, 'true']).status === 0;

// Where this user may make no namespace of process numbers, there is no process 1 to be.
test.runIf(hasNamespaces)(
  'as process 1 of a container it leaves no zombies, passes signals on and exits as ever',
  async () => {
    const weft = [process.execPath, '--conditions=source', weftPath, 'start', '--port', '0', '--health-port', 'none'];
    // The shell's child outlives it: it becomes one of process 1.
    const line = ['sh', '-c', '(sleep 4.75 &); exec "$@"', 'sh', ...weft];
    const child = spawn('unshare', [...namespace, ...line], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    await once(child.stdout, 'data');
    const [first] = childrenOf(child.pid!);
    const orphan = childrenOf(first!).find((pid) => commandOf(pid).startsWith('sleep'));
    expect(orphan).toBeDefined();
    while (statusOf(orphan!) !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(childrenOf(first!).filter((pid) => statusOf(pid) === 'Z')).toEqual([]);
    process.kill(first!, 'SIGTERM');
    const [code] = (await once(child, 'close')) as [number | null];
    expect([code, stderr]).toEqual([0, expect.stringContaining('SIGTERM: stopping')]);
  },
);

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => fieldsOf(pid)?.[1] === String(parent));
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
}

/** `R`, `S`, `Z`, …; undefined where there is no such process. */
function statusOf(pid: number): string | undefined {
  return fieldsOf(pid)?.[0];
}

/** What /proc/PID/stat says behind the name: state, parent. */
function fieldsOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
