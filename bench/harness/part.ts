/** Parts of a bench that run in processes of their own: who asks. `exposed.ts` is the other end. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Answer, Calls, Question } from './exposed.ts';

/**
 * Options for clients that share two processors with the server: with four helpers, as is Node's way, each collection of garbage waits until all of them have
 * had a processor, and a delay shows when the client came to look.
 */
export const ONE_HELPER = ['--v8-pool-size=1'];

/** A process that runs a module, and its calls. */
export class Part<C extends Calls> {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #next = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.pid = child.pid!;
    child.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ('error' in answer) waiting?.reject(new Error(answer.error));
      else waiting?.resolve(answer.result);
    });
    child.on('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`a process of the bench ended: ${signal ?? code}`));
    });
  }

  /** The process ends with this one, however that ends. */
  static start<C extends Calls>(module: URL, nodeOptions: readonly string[] = []): Part<C> {
    const child = fork(module, [], {
      execArgv: ['--conditions=source', ...nodeOptions],
      // Standard output is for the answer.
      stdio: ['ignore', 2, 2, 'ipc'],
      serialization: 'advanced',
    });
    return new Part<C>(child);
  }

  ask<K extends keyof C & string>(call: K, ...args: Parameters<C[K]>): Promise<Awaited<ReturnType<C[K]>>> {
    const id = this.#next++;
    const asked = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#child.send({ id, call, args } satisfies Question);
    return asked as Promise<Awaited<ReturnType<C[K]>>>;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}
