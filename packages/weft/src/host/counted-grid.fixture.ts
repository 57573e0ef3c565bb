/**
 * A program that fills a grid with as many rows of many kinds as it is told, deletes half of them, and prints after each step what
 * the grid has counted and what the process has grown by, as JSON. Run with `--expose-gc`.
 */
import { createGrid, defineType, t } from '../index.ts';

const ROWS = Number(process.argv[2]);
const Trade = defineType(
  'Trade',
  {
    id: t.string(),
    customer: t.int32().index(),
    symbol: t.string().index(),
    venue: t.string(),
    price: t.float64(),
    at: t.timestamp().index('ordered'),
    note: t.string().optional(),
    tags: t.json().optional(),
  },
  { key: 'id' },
);

const grid = await createGrid({ types: [Trade], partitions: 2 });
const trades = grid.local(Trade);
// Before the count begins, code is compiled, and V8 has used all of its young generation.
let survivors: unknown[] = Array.from({ length: 500_000 }, (_, id) => trade(id));
survivors = [];
for (let id = 0; id < 20_000; id++) trades.write(trade(id));
trades.clear();
const before = await measured();

for (let id = 0; id < ROWS; id++) trades.write(trade(id));
const filled = await measured();
for (let id = 0; id < ROWS; id += 2) trades.delete(idOf(id));
const halved = await measured();
process.stdout.write(
  JSON.stringify({ filled: since(filled), halved: since(halved), bytes: filled.bytes, survivors: survivors.length }),
);
await grid.close();

function trade(id: number): Parameters<typeof trades.write>[0] {
  return {
    id: idOf(id),
    customer: id % 50_000,
    symbol: `S${id % 500}`,
    venue: `venue number ${id % 12}`,
    price: id / 100,
    at: new Date(1_700_000_000_000 + ((id * 7919) % ROWS) * 1000),
    note: id % 3 === 0 ? undefined : `${id} `.padEnd(10 + (id % 60), 'note '),
    tags: id % 10 === 0 ? { urgent: true, id } : undefined,
  };
}

function idOf(id: number): string {
  return `trade-${String(id).padStart(10, '0')}`;
}

/** Once threads of V8 have given back what a collection freed, for which a busy machine leaves them little time. */
async function measured(): Promise<{ bytes: number; usedBytes: number; freeBytes: number; rss: number }> {
  let rss = Infinity;
  for (let looks = 0; looks < 5; looks++) {
    globalThis.gc!();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = process.memoryUsage.rss();
    if (now < rss - 1e6) looks = 0;
    rss = Math.min(rss, now);
  }
  const { bytes, memory } = grid.stats();
  return { bytes, usedBytes: memory.usedBytes, freeBytes: memory.freeBytes, rss };
}

function since(now: Awaited<ReturnType<typeof measured>>): { counted: number; free: number; grown: number } {
  return {
    counted: now.usedBytes - before.usedBytes,
    free: now.freeBytes - before.freeBytes,
    grown: now.rss - before.rss,
  };
}
