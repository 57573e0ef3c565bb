/**
 * What the turns of the event loop take while very many rows of a work queue are held, by consumers that hold a thousand each: taking them, renewing
 * some, and all of them coming back when their leases run out.
 *
 *     node --no-incremental-marking --conditions=source bench/micro/leases.ts [rows, 1,000,000 unless said otherwise]
 *
 * See `turns.ts` for what a turn is here, and for "own" and "with gc". Without that option steps of V8's marking, which it tells nobody of, count as our
 * own work: with a million rows held they take up to 30 ms.
 */
import { createGrid, defineType, t, type Consumer } from 'weft';
import { TurnProbe } from './turns-probe.ts';

const rows = Number(process.argv[2] ?? 1_000_000);
const PREFETCH = 1000;
const LEASE_MS = 20_000;
const Job = defineType('Job', { id: t.int32(), account: t.string(), note: t.string() }, { key: 'id' });

const grid = await createGrid({ types: [Job] });
const local = grid.local(Job);
for (let id = 0; id < rows; id++) {
  local.write({ id, account: `account ${id % 5000}`, note: `note ${id}` });
  if (id % 100 === 99) await new Promise(setImmediate);
}
const probe = new TurnProbe();
probe.printHeader(rows);
const stop = new AbortController();
const jobs = grid.space(Job);
const consumers: Consumer<typeof Job>[] = [];
const startedMs = performance.now();
probe.print(
  'leased to consumers of 1,000',
  await probe.measure(async () => {
    for (let held = 0; held < rows; held += PREFETCH) {
      const consumer = jobs.consume(undefined, { prefetch: PREFETCH, lease: LEASE_MS, signal: stop.signal });
      consumers.push(consumer);
      await consumer.next();
      await new Promise(setImmediate);
    }
  }),
);
console.log(`  ${leased()} rows are leased`);
probe.print('nothing but waiting', await probe.measure(() => new Promise((resolve) => setTimeout(resolve, 1000))));
const restMs = startedMs + LEASE_MS - 200 - performance.now();
await new Promise((resolve) => setTimeout(resolve, Math.max(0, restMs)));
probe.print(
  'leases run out, rows are leased again',
  await probe.measure(() => new Promise((resolve) => setTimeout(resolve, 5000))),
);
console.log(`  ${leased()} rows are leased`);
probe.print(
  'all consumers end',
  await probe.measure(async () => {
    for (const consumer of consumers) {
      await consumer.return?.();
      await new Promise(setImmediate);
    }
  }),
);
await grid.close();

function leased(): number {
  return grid.stats().types[0]?.queue?.leased ?? 0;
}
