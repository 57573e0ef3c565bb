import { fork } from 'node:child_process';
import type { MemoryPart } from '../peers/memory-stores.ts';
import type { Measured, Message, Task } from './memory-child.ts';

/** Loads one store in a process of its own. What it held at each of the counts. */
export function measureStore(part: MemoryPart, counts: readonly number[], seed: number): Promise<Measured[]> {
  const child = fork(new URL('./memory-child.ts', import.meta.url), [], {
    // The garbage of making orders is not what a store holds: its room is kept small, for all stores alike.
    execArgv: ['--conditions=source', '--max-semi-space-size=2'],
    // Standard output is for the answer.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  return new Promise((resolve, reject) => {
    const measured: Measured[] = [];
    child.on('message', (message: Message) => {
      if ('error' in message) reject(new Error(message.error));
      else measured.push(message);
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (measured.length === counts.length && code === 0) resolve(measured);
      else
        reject(
          new Error(`the process of ${part} ended with ${code} after ${measured.length} of ${counts.length} counts`),
        );
    });
    child.send({ part, counts, seed } satisfies Task);
  });
}
