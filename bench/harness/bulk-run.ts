/**
 * One table size of the `load` suite: in each repetition every way of loading fills a new, empty
 * table with the same objects, in turn; the order of the ways turns with the repetition. The load
 * alone is measured, to the point where its rows can be read. Then one more row with random values
 * is written and a full scan must add up to all of them.
 */
import { makeOrder, orderId, type Order } from '../orders.ts';
import { collectGarbage } from './collect.ts';
import type { Deadline } from './deadline.ts';
import { watchOtherWork } from './other-work.ts';
import { randomSource } from './random.ts';
import { addOrder, sameTotals, totalsOf, type Totals } from './totals.ts';

/** One empty table and one way of filling it. */
export type BulkTable = {
  load(orders: readonly Order[]): Promise<void>;
  write(order: Order): Promise<unknown>;
  /** By a full scan. */
  totals(): Promise<Totals>;
  close(): Promise<void>;
};

export type BulkWay = {
  /** Unique in a run, with version and way of loading. */
  readonly name: string;
  open(): Promise<BulkTable>;
};

export type BulkRunInput = {
  readonly ways: readonly BulkWay[];
  readonly orders: readonly Order[];
  readonly reps: number;
  readonly deadline: Deadline;
  readonly say: (line: string) => void;
};

export type BulkRun = {
  /** Way → rows a second, one per repetition. */
  readonly rates: ReadonlyMap<string, readonly number[]>;
  readonly otherCores: readonly number[];
};

/** Rows of the unmeasured load that gets each way's code compiled. */
const WARM_UP_ROWS = 20_000;

/** Not among the ids of `makeOrders`: its seed is another. */
const CANARY_SEED = 0x7fff_ffff;

export async function runBulk({ ways, orders, reps, deadline, say }: BulkRunInput): Promise<BulkRun> {
  const rates = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
  const otherCores: number[] = [];
  const few = orders.slice(0, WARM_UP_ROWS);
  for (const way of ways) await loadOnce(way, few, totalsOf(few));
  const totals = totalsOf(orders);
  for (let rep = 0; rep < reps; rep++) {
    const endWatch = watchOtherWork();
    for (let i = 0; i < ways.length; i++) {
      const way = ways[(i + rep) % ways.length]!;
      const seconds = await loadOnce(way, orders, totals);
      rates.get(way.name)!.push(orders.length / seconds);
    }
    const others = endWatch();
    if (others !== undefined) otherCores.push(others);
    deadline.check();
    say(`  repetition ${rep + 1} of ${reps}, ${deadline.elapsedSeconds().toFixed(0)} s`);
  }
  return { rates, otherCores };
}

/** Seconds of the load. Throws where the rows are not all there afterwards. */
async function loadOnce(way: BulkWay, orders: readonly Order[], totals: Totals): Promise<number> {
  collectGarbage();
  const table = await way.open();
  try {
    const startMs = performance.now();
    await table.load(orders);
    const seconds = (performance.now() - startMs) / 1000;
    const canary = makeOrder(orderId(0, CANARY_SEED), randomSource(Date.now()));
    await table.write(canary);
    const found = await table.totals();
    const expected = addOrder(totals, canary);
    if (!sameTotals(found, expected)) {
      throw new Error(`${way.name} scans ${JSON.stringify(found)}, must be ${JSON.stringify(expected)}`);
    }
    return seconds;
  } finally {
    await table.close();
  }
}
