/**
 * A program that fills a grid until MEMORY_LIMIT and goes on at the limit for some seconds, and until all of it was done: reads, changes that do not grow, queries
 * whose snapshots make pages be copied, deletes and new writes. Prints what it saw as one line of JSON. A refusal other than
 * MEMORY_LIMIT ends it with an error.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { avg, count, createGrid, defineType, t, WeftError } from '../index.ts';

const Order = defineType(
  'Order',
  {
    id: t.string(),
    customer: t.int32().index(),
    symbol: t.string().index(),
    price: t.float64(),
    at: t.timestamp().index('ordered'),
    note: t.string(),
  },
  { key: 'id' },
);

/** Rows that are written at a time; a slow machine goes on until there were more. */
const REFILL = 200;
const MORE_MS_MAX = 120_000;
const seconds = Number(process.argv[2] ?? 10);
const grid = await createGrid({ types: [Order], partitions: 2 });
const orders = grid.space(Order);
const seen = { filled: 0, limits: 0, updated: 0, read: 0, deleted: 0, written: 0, queries: 0, tooOld: 0, rssMax: 0 };
let next = 0;
let isThinned = false;

seen.filled = await fillUp();
const limited = grid.stats().memory;
const endMs = performance.now() + seconds * 1000;
const halfMs = performance.now() + seconds * 500;
await Promise.all([query(), change()]);
const { memory, rows } = grid.stats();
process.stdout.write(JSON.stringify({ ...seen, rows, limited, memory }));
await grid.close();

async function fillUp(): Promise<number> {
  for (;;) {
    const batch = Array.from({ length: 1000 }, order);
    try {
      await orders.writeMany(batch);
    } catch (error) {
      if (!isCode(error, 'MEMORY_LIMIT')) throw error;
      seen.limits++;
      return (await orders.count()) as number;
    }
    watch();
  }
}

function isGoingOn(): boolean {
  const nowMs = performance.now();
  return nowMs < endMs || (nowMs < endMs + MORE_MS_MAX && !hasDoneAll());
}

function hasDoneAll(): boolean {
  return seen.written > REFILL && seen.queries > 0 && seen.updated > 0 && seen.read > 0 && seen.deleted > 0;
}

function order(): Parameters<typeof orders.write>[0] {
  const id = next++;
  return {
    id: `order-${String(id).padStart(10, '0')}`,
    customer: id % 10_000,
    symbol: `S${id % 500}`,
    price: id / 100,
    at: new Date(timeOf(id)),
    note: `${id}-`.padEnd(20 + (id % 100), 'x'),
  };
}

function timeOf(id: number): number {
  return 1_700_000_000_000 + Math.floor(id) * 1000;
}

function idAt(position: number): string {
  return `order-${String(Math.floor(position)).padStart(10, '0')}`;
}

/** Writes of all kinds, some per turn of the loop; most to the keys of one hundredth. */
async function change(): Promise<void> {
  while (isGoingOn()) {
    for (let i = 0; i < 40; i++) {
      const id = idAt(i % 4 === 3 ? Math.random() * next : next * (0.5 + Math.random() / 100));
      const row = await orders.get(id);
      if (row === undefined) continue;
      seen.read++;
      if (i % 4 === 3) {
        await orders.delete(id);
        seen.deleted++;
      } else {
        await orders.update(id, { price: Math.random(), note: row.note.replaceAll('x', i % 2 === 0 ? 'y' : 'x') });
        seen.updated++;
      }
    }
    if (performance.now() > halfMs && !isThinned) await thinOut();
    await refill();
    watch();
    await sleep(0);
  }
}

/** The oldest tenth goes. */
async function thinOut(): Promise<void> {
  isThinned = true;
  const until = new Date(timeOf(next / 10));
  seen.deleted += await orders.deleteMany((row) => row.at.lt(until));
}

async function refill(): Promise<void> {
  for (let i = 0; i < REFILL; i++) {
    try {
      await orders.write(order());
      seen.written++;
    } catch (error) {
      if (!isCode(error, 'MEMORY_LIMIT')) throw error;
      seen.limits++;
      return;
    }
  }
}

/** Long reads, whose snapshots make every page that is written be copied. */
async function query(): Promise<void> {
  while (isGoingOn()) {
    try {
      await orders.aggregate({ by: ['symbol'], select: { n: count(), price: avg('price') } });
      let rows = 0;
      for await (const _ of orders.find({}, { select: ['id', 'note'], orderBy: { at: 'asc' } }))
        if (++rows === 50_000) break;
      seen.queries++;
    } catch (error) {
      if (!isCode(error, 'SNAPSHOT_TOO_OLD')) throw error;
      seen.tooOld++;
    }
    await sleep(5);
  }
}

function watch(): void {
  seen.rssMax = Math.max(seen.rssMax, process.memoryUsage.rss());
}

function isCode(error: unknown, code: string): boolean {
  return WeftError.is(error) && error.code === code;
}
