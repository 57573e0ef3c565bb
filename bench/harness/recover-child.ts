/**
 * A process of the `recover` suite. `fill DIR ROWS`: writes orders into a data directory and closes it. `open DIR`: opens it and answers, as one
 * line of JSON, how long that took and what memory it had.
 */
import { readFileSync } from 'node:fs';
import { createGrid, defineType, type Grid } from 'weft';
import { makeOrder, orderId, type Order } from '../orders.ts';
import { orderColumns } from '../peers/order-columns.ts';
import { randomSource } from './random.ts';
import { residentBytesAtRest } from './resident.ts';

export type Recovered = {
  readonly seconds: number;
  readonly rows: number;
  /** Of rows and indexes. */
  readonly dataBytes: number;
  /** What was read, and the changes that the journal told of. */
  readonly snapshotBytes: number;
  readonly journalBytes: number;
  readonly changes: number;
  /** Resident memory: the most until the grid was ready, and once all garbage is collected. */
  readonly peakBytes: number;
  readonly steadyBytes: number;
};

const Orders = defineType('Order', orderColumns, { key: 'id' });
const SEED = 1;
const ROWS_PER_BATCH = 10_000;

const [task, dataDir, count] = process.argv.slice(2) as [string, string, string | undefined];
if (task === 'fill') await fill(Number(count));
else console.log(JSON.stringify(await open()));

function openGrid(): Promise<Grid> {
  return createGrid({ types: [Orders], dataDir, durability: 'async' });
}

async function fill(rows: number): Promise<void> {
  const grid = await openGrid();
  const random = randomSource(SEED);
  for (let from = 0; from < rows; from += ROWS_PER_BATCH) {
    const batch: Order[] = [];
    for (let at = from; at < Math.min(rows, from + ROWS_PER_BATCH); at++)
      batch.push(makeOrder(orderId(at, SEED), random));
    await grid.space(Orders).writeMany(batch);
  }
  await grid.close();
}

async function open(): Promise<Recovered> {
  const startMs = performance.now();
  const grid = await openGrid();
  const seconds = (performance.now() - startMs) / 1000;
  const peakBytes = 1024 * Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  const { rows, bytes, log } = grid.stats();
  const steadyBytes = await residentBytesAtRest();
  await grid.close();
  const { bytes: readBytes, snapshotBytes, changes } = log.recovery!;
  const journalBytes = readBytes - snapshotBytes;
  return { seconds, rows, dataBytes: bytes, snapshotBytes, journalBytes, changes, peakBytes, steadyBytes };
}
