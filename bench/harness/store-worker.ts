/** The thread of one store: makes the orders, opens and loads the store, then does what `worker-runner.ts` asks, one call at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { pointStores, type PointPart } from '../peers/point-stores.ts';
import { makeFeed } from './feed.ts';
import { makeRunner, type Runner } from './point-run.ts';

/** What the parent sends: a method of the runner with its arguments. */
export type Request = { readonly call: Exclude<keyof Runner, 'name' | 'hasSync'>; readonly args: readonly unknown[] };
export type Response = { readonly result: unknown } | { readonly error: string };
export type Ready = { readonly name: string; readonly hasSync: boolean; readonly loadSeconds: number };

const port = parentPort!;
const { part, rows } = workerData as { readonly part: PointPart; readonly rows: number };
const feed = makeFeed(rows, rows);
const store = await pointStores[part]();
const startMs = performance.now();
await store.load(feed.versions[0]);
const loadSeconds = (performance.now() - startMs) / 1000;
const runner = await makeRunner(store, feed);

port.on('message', ({ call, args }: Request) => {
  const method = runner[call] as (...args: readonly unknown[]) => Promise<unknown>;
  method(...args).then(
    (result) => port.postMessage({ result } satisfies Response),
    (error: unknown) =>
      port.postMessage({ error: error instanceof Error ? error.message : String(error) } satisfies Response),
  );
});
port.postMessage({ name: runner.name, hasSync: runner.hasSync, loadSeconds } satisfies Ready);
