import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SocketFile } from './socket-file.ts';

let folder: string;
let path: string;
const servers: Server[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-'));
  path = join(folder, 'weft.sock');
});

afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await rm(folder, { recursive: true });
});

async function opened(): Promise<SocketFile> {
  const server = createServer((socket) => socket.on('error', () => undefined).end('hello'));
  servers.push(server);
  return SocketFile.open(path, server);
}

function heard(): Promise<string> {
  return new Promise((resolve, reject) => {
    connect(path)
      .on('data', (bytes) => resolve(String(bytes)))
      .on('error', reject);
  });
}

test('only the user may connect, nothing is left beside it, and its name goes with it', async () => {
  const file = await opened();
  expect(await heard()).toBe('hello');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['weft.sock']);
  await file.remove();
  expect(await readdir(folder)).toEqual([]);
});

test('a socket that a dead process left is replaced', async () => {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  expect(() => execFileSync(process.execPath, ['-e', script])).toThrow('Command failed');
  expect((await stat(path)).isSocket()).toBe(true);
  await opened();
  expect(await heard()).toBe('hello');
});

test('a socket on which somebody listens is refused, and goes on', async () => {
  await opened();
  await expect(opened()).rejects.toThrow(`somebody listens on the socket ${path}`);
  expect(await heard()).toBe('hello');
});

test('a name that has become that of another socket is left alone', async () => {
  const first = await opened();
  await rm(path);
  await opened();
  await first.remove();
  expect(await heard()).toBe('hello');
});

test('a file that is no socket, a path that is too long and a folder that is not there are refused', async () => {
  await writeFile(path, 'mine');
  await expect(opened()).rejects.toThrow(`${path} is there and is no socket`);
  path = join(folder, 'x'.repeat(120));
  await expect(opened()).rejects.toThrow('is too long');
  path = join(folder, 'none', 's');
  await expect(opened()).rejects.toThrow(/cannot be made: ENOENT/);
});
