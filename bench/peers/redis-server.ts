/** A Redis server of the bench's own: a process on a socket file in a folder of its own, which keeps nothing on disk unless it is told to. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../harness/free-port.ts';
import { RespClient } from './resp.ts';

const START_MS_MAX = 5000;
const RETRY_MS = 20;

/** `redis-server 7.0.15`. Throws where it is not installed, and says how to install it. */
export function redisVersion(): string {
  try {
    const line = execFileSync('redis-server', ['--version'], { encoding: 'utf8' });
    return `redis-server ${/ v=(\S+)/.exec(line)?.[1] ?? 'of unknown version'}`;
  } catch {
    throw new Error(
      'redis-server is not installed, and the suite compares with it: apt-get install redis-server on Debian and Ubuntu, brew install redis on macOS',
    );
  }
}

export interface RedisOptions {
  /** Listens on a port of loopback too. */
  readonly isOnTcp?: true;
  /** Appends every write to a file in a new folder there, and syncs it before it acknowledges. */
  readonly durableIn?: string;
}

export class RedisServer {
  readonly client: RespClient;
  readonly pid: number;
  /** 0 where it listens on its socket file alone. */
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(server: ChildProcess, folder: string, client: RespClient, port: number) {
    this.#process = server;
    this.#folder = folder;
    this.port = port;
    this.client = client;
    this.pid = server.pid!;
    // Nothing of it outlives the bench, however that ends.
    process.once('exit', () => server.kill());
  }

  /** Without persistence of its own accord, and without rewrites of its log, for which it would fork while it is measured; `hz`: growing tables are moved over quickly. */
  static async start({ isOnTcp, durableIn }: RedisOptions = {}): Promise<RedisServer> {
    const folder = mkdtempSync(join(durableIn ?? tmpdir(), 'weft-bench-redis-'));
    const socket = join(folder, 'socket');
    const port = isOnTcp === true ? await freePort() : 0;
    const options = {
      port: String(port),
      bind: '127.0.0.1',
      unixsocket: socket,
      save: '',
      appendonly: durableIn === undefined ? 'no' : 'yes',
      appendfsync: 'always',
      'auto-aof-rewrite-percentage': '0',
      dir: folder,
      hz: '500',
    };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const server = spawn('redis-server', args, { stdio: 'ignore' });
    try {
      return new RedisServer(server, folder, await connect(socket, server), port);
    } catch (error) {
      server.kill();
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.client.close();
    const ended = this.#process.exitCode === null ? once(this.#process, 'exit') : undefined;
    this.#process.kill();
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function connect(socket: string, server: ChildProcess): Promise<RespClient> {
  const untilMs = performance.now() + START_MS_MAX;
  for (;;) {
    try {
      return await RespClient.connect(socket);
    } catch (error) {
      if (server.exitCode !== null || performance.now() > untilMs)
        throw new Error('redis-server did not start', { cause: error });
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
