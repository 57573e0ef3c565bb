/** A PostgreSQL server of the bench's own, in a new folder, with its defaults: a commit is on disk before it is acknowledged. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../harness/free-port.ts';

const START_MS_MAX = 20_000;
const RETRY_MS = 50;
/** The server refuses to be root's. */
const USER = 'postgres';

/** `PostgreSQL 15.18`; undefined where it is not installed. */
export function postgresVersion(): string | undefined {
  try {
    const line = execFileSync('postgres', ['--version'], { encoding: 'utf8' });
    return `PostgreSQL ${/\d+(\.\d+)*/.exec(line)?.[0]}`;
  } catch {
    return undefined;
  }
}

export class PostgresServer {
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(server: ChildProcess, folder: string, port: number) {
    this.#process = server;
    this.#folder = folder;
    this.port = port;
    process.once('exit', () => server.kill('SIGQUIT'));
  }

  static async start(place: string): Promise<PostgresServer> {
    const folder = mkdtempSync(join(place, 'postgres-'));
    const user = userOf();
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
    const data = join(folder, 'data');
    mkdirSync(data, { mode: 0o700 });
    if (user !== undefined) chownSync(data, user.uid, user.gid);
    execFileSync('initdb', ['-D', data, '-U', USER, '-A', 'trust', '--no-sync'], {
      ...user,
      stdio: 'ignore',
      cwd: folder,
    });
    const port = await freePort();
    const options = { listen_addresses: '127.0.0.1', port, unix_socket_directories: folder, max_connections: 300 };
    const args = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const server = spawn('postgres', ['-D', data, ...args], { ...user, stdio: 'ignore', cwd: folder });
    const started = new PostgresServer(server, folder, port);
    await started.#listens();
    return started;
  }

  async stop(): Promise<void> {
    const ended = this.#process.exitCode === null ? once(this.#process, 'exit') : undefined;
    this.#process.kill('SIGINT');
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #listens(): Promise<void> {
    const untilMs = performance.now() + START_MS_MAX;
    while (!(await isListening(this.port))) {
      if (this.#process.exitCode !== null || performance.now() > untilMs) throw new Error('postgres did not start');
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** Who the server runs as, where we are root. */
function userOf(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (option: string): number => Number(execFileSync('id', [option, USER], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
