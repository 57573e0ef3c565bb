import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { PointPart } from '../peers/point-stores.ts';
import type { Runner } from './point-run.ts';
import type { Ready, Request, Response } from './store-worker.ts';

/** Room for a million orders in three versions and what a Map makes of them. */
const HEAP_MB = 8192;

/**
 * A store in a thread, and so on a V8 heap, of its own: no store pays for the collection of what another has allocated, which
 * in one heap of several gigabytes doubled the time of every operation that allocates. All threads make the same orders from the
 * same seed, and only one works at a time.
 */
export async function startRunner(part: PointPart, rows: number): Promise<Runner & { readonly loadSeconds: number }> {
  const worker = new Worker(new URL('./store-worker.ts', import.meta.url), {
    workerData: { part, rows },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  const { name, hasSync, loadSeconds } = (await once(worker, 'message'))[0] as Ready;
  const ask = async <R>(call: Request['call'], ...args: readonly unknown[]): Promise<R> => {
    worker.postMessage({ call, args } satisfies Request);
    const response = (await once(worker, 'message'))[0] as Response;
    if ('error' in response) throw new Error(response.error);
    return response.result as R;
  };
  return {
    name,
    hasSync,
    loadSeconds,
    run: (task, stretchMs) => ask('run', task, stretchMs),
    spotCheck: () => ask('spotCheck'),
    collect: () => ask('collect'),
    rest: () => ask('rest'),
    async close() {
      await ask('close');
      await worker.terminate();
    },
  };
}
