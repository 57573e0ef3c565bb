/**
 * What it takes to remove rows that expire in one instant: the longest turn of the event loop, which should not pass 2 ms, how long until the last has
 * gone, and what a read and a write cost while they go. Then a table whose rows expire at random, all the time.
 *
 *     node --conditions=source bench/micro/expiry.ts [rows, 1,000,000 unless said otherwise]
 *
 * See `turns.ts` for what a turn is here, and for "own" and "with gc".
 */
import { createGrid, defineType, t, type LocalSpace } from 'weft';
import { TurnProbe } from './turns-probe.ts';

const rows = Number(process.argv[2] ?? 1_000_000);
const Session = defineType(
  'Session',
  {
    id: t.int32(),
    user: t.string().index('hash'),
    score: t.int32().index('ordered'),
    note: t.string(),
    at: t.timestamp(),
  },
  { key: 'id', ttl: '1h' },
);
/** Time that a write surely takes less than. */
const WRITE_MS = 0.02;
/** Rows that expire at random do so within so long. */
const SPREAD_MS = 60_000;
const probe = new TurnProbe();
probe.printHeader(rows);
// Cold code takes some turns of 2 to 3 ms in its first tenth of a second, whatever the rows.
await oneInstant('a tenth of them first, for the compiler', 'subscribed', rows / 10);
await oneInstant('all in one instant', undefined);
await oneInstant('all in one instant, with subscriber', 'subscribed');
await atRandom();

async function oneInstant(name: string, how: 'subscribed' | undefined, count = rows): Promise<void> {
  const grid = await createGrid({ types: [Session] });
  const stop = new AbortController();
  let events = 0;
  const reading =
    how === 'subscribed'
      ? (async () => {
          for await (const event of grid
            .space(Session)
            .subscribe(undefined, { signal: stop.signal, overflow: 'dropOldest' }))
            if (event.type === 'expire') events++;
        })().catch(() => undefined)
      : undefined;
  // The same instant for all, when they surely have been written.
  const atMs = Date.now() + 2000 + count * WRITE_MS;
  await fill(grid.local(Session), () => atMs - Date.now(), count);
  await new Promise((resolve) => setTimeout(resolve, atMs - Date.now() - 200));
  const filled = grid.stats();
  const startedMs = performance.now();
  const turns = await probe.measure(async () => {
    while (grid.stats().rows > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });
  probe.print(name, turns);
  const gone = grid.stats();
  console.log(
    `  ${((performance.now() - startedMs) / 1000).toFixed(1)} s until the last has gone; ` +
      `${mb(filled.bytes)} MB before, ${mb(gone.bytes)} MB after` +
      (how === undefined ? '' : `; ${events} events`),
  );
  stop.abort();
  await reading;
  await grid.close();
}

async function atRandom(): Promise<void> {
  const grid = await createGrid({ types: [Session] });
  await fill(grid.local(Session), (id) => 1 + ((id * 7919) % SPREAD_MS));
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const { user, system } = process.cpuUsage(before);
  probe.print(
    'at random, 5 s of it',
    await probe.measure(async () => new Promise((resolve) => setTimeout(resolve, 5000))),
  );
  const count = await grid.space(Session).count();
  console.log(
    `  ${((user + system) / 50_000).toFixed(0)} % of a core without the probe; ` +
      `${grid.stats().rows - count} of ${count} rows not yet removed`,
  );
  await grid.close();
}

async function fill(sessions: LocalSpace<typeof Session>, ttlOf: (id: number) => number, count = rows): Promise<void> {
  for (let id = 0; id < count; id++) {
    sessions.write(sessionOf(id), { ttl: ttlOf(id) });
    if (id % 1000 === 999) await new Promise(setImmediate);
  }
}

function sessionOf(id: number) {
  return { id, user: `user ${id % 5000}`, score: id % 1000, note: `note ${id}`.padEnd(40, '.'), at: new Date(id) };
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
