/** `weft start` as users start it: a server in processes of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../packages/weft/bin/weft.mjs', import.meta.url));

export class WeftServer {
  /** For `connect`. */
  readonly url: string;
  readonly pid: number;
  readonly #process: ChildProcess;

  private constructor(server: ChildProcess, url: string) {
    this.#process = server;
    this.url = url;
    this.pid = server.pid!;
  }

  /** Resolves once it listens. `options`: of `weft start`, beside the space and the port. */
  static async start(options: readonly string[] = [], nodeOptions: readonly string[] = []): Promise<WeftServer> {
    const args = [
      '--conditions=source',
      ...nodeOptions,
      COMMAND,
      'start',
      '--space',
      'bench',
      '--port',
      '0',
      '--health-port',
      '0',
    ];
    const server = spawn(process.execPath, [...args, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
    // Nothing of it outlives the bench, however that ends.
    process.once('exit', () => server.kill());
    for await (const line of createInterface(server.stdout)) {
      const url = /weft:\/\/\S+/.exec(line)?.[0];
      if (url !== undefined) return new WeftServer(server, url);
    }
    throw new Error('weft start ended before it listened');
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
  }
}
