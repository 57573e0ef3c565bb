/**
 * Many writers at a time, each of which awaits one durable write after the other. In each repetition every store writes for the same time,
 * in turn; the order of the stores turns with the repetition.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Order } from '../orders.ts';
import { collectGarbage } from './collect.ts';
import type { Deadline } from './deadline.ts';
import type { DurableStore, DurableWay } from './durable-store.ts';
import { watchFlushes } from './flushes.ts';
import { watchOtherWork } from './other-work.ts';

/** How long one store writes. */
const STRETCH_MS = 2000;
const WARM_UP_MS = 500;
/** Writes at the end of a stretch that are read back. */
const READ_BACK = 100;

export type DurableRunInput = {
  readonly ways: readonly DurableWay[];
  readonly orders: readonly Order[];
  readonly writers: number;
  readonly reps: number;
  readonly deadline: Deadline;
  readonly say: (line: string) => void;
};

export type DurableRun = {
  /** Store → acknowledged writes a second, one per repetition. */
  readonly rates: ReadonlyMap<string, readonly number[]>;
  /** Store → flushes of the disk a second, one per repetition; none where nobody counts them. */
  readonly flushes: ReadonlyMap<string, readonly number[]>;
  readonly otherCores: readonly number[];
};

/** Beside the sources, since a directory for temporary files may be no disk. */
const PLACE = join(import.meta.dirname, '../../.cache');

export async function runDurable({ ways, orders, writers, reps, deadline, say }: DurableRunInput): Promise<DurableRun> {
  mkdirSync(PLACE, { recursive: true });
  const root = mkdtempSync(join(PLACE, 'durable-'));
  const stores: DurableStore[] = [];
  try {
    for (const [i, open] of ways.entries()) stores.push(await open(join(root, String(i))));
    const run = {
      rates: new Map(stores.map(({ name }): [string, number[]] => [name, []])),
      flushes: new Map(stores.map(({ name }): [string, number[]] => [name, []])),
      otherCores: [] as number[],
    };
    for (const store of stores) await stretch(store, orders, writers, WARM_UP_MS);
    for (let rep = 0; rep < reps; rep++) {
      const endWatch = watchOtherWork();
      for (let i = 0; i < stores.length; i++) {
        const store = stores[(i + rep) % stores.length]!;
        const flushed = watchFlushes(root);
        const { writes, seconds } = await stretch(store, orders, writers, STRETCH_MS);
        run.rates.get(store.name)!.push(writes / seconds);
        const flushes = flushed();
        if (flushes !== undefined) run.flushes.get(store.name)!.push(flushes / seconds);
      }
      const others = endWatch();
      if (others !== undefined) run.otherCores.push(others);
      deadline.check();
      say(`  ${writers} writers, repetition ${rep + 1} of ${reps}, ${deadline.elapsedSeconds().toFixed(0)} s`);
    }
    return run;
  } finally {
    for (const store of stores) await store.close();
    rmSync(root, { recursive: true });
  }
}

/** Writes that were acknowledged, and how long they took. Throws where the last of them do not read as they were written. */
async function stretch(
  store: DurableStore,
  orders: readonly Order[],
  writers: number,
  durationMs: number,
): Promise<{ readonly writes: number; readonly seconds: number }> {
  collectGarbage();
  const startMs = performance.now();
  const endMs = startMs + durationMs;
  let next = 0;
  const writer = async (): Promise<void> => {
    while (performance.now() < endMs) await store.write(orders[next++ % orders.length]!);
  };
  await Promise.all(Array.from({ length: writers }, writer));
  const seconds = (performance.now() - startMs) / 1000;
  for (let i = Math.max(0, next - READ_BACK); i < next; i++) {
    const { id, quantity } = orders[i % orders.length]!;
    const found = await store.quantityOf(id);
    if (found !== quantity) throw new Error(`${store.name} has quantity ${found} of order ${id}, must be ${quantity}`);
  }
  return { writes: next, seconds };
}
