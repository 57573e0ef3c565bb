import { expect, test } from 'vitest';
import { count, defineType, sum, t } from '@weft/data';
import { WeftError } from '@weft/base';
import { expiringGrid } from './expiring-grid.fixture.ts';

const HOUR_MS = 3_600_000;
const ROWS = 6000;
const Lot = defineType(
  'Lot',
  { id: t.int32(), n: t.int32().index('ordered'), half: t.int32(), text: t.string().optional() },
  { key: 'id', ttl: '1h' },
);
const Plain = defineType('Plain', { id: t.int32() }, { key: 'id' });
const Lease = defineType('Lease', { id: t.int32(), n: t.int32().default(0) }, { key: 'id', ttl: 'perWrite' });

/** Rows of which every second expires an hour from now, the others an hour later. */
function filled(partitions: number) {
  const made = expiringGrid([Lot], partitions);
  const lots = made.grid.local(Lot);
  for (let id = 0; id < ROWS; id++) lots.write({ id, n: id, half: id % 2 }, { ttl: (1 + (id % 2)) * HOUR_MS });
  return { ...made, made, lots, space: made.grid.space(Lot) };
}

test.each([1, 3])('an answer over %i partition(s) holds all rows of one expiry or none', async (partitions) => {
  for (const at of [0, 1, 2, 3, 5, 8, 13, 21, 34]) {
    const { made, grid, clock, space } = filled(partitions);
    let turns = 0;
    // The clock passes the moment in one of the turns of these calls, and rows go while they are under way.
    made.onTurn = () => {
      if (turns++ === at) void made.pass(2 * HOUR_MS - 1);
    };
    const answers = await Promise.all([
      space.find(),
      space.count(),
      space.count((r) => r.half.eq(0)),
      space.aggregate({ select: { rows: count() } }),
      space.aggregate({ by: ['half'], select: { rows: count(), n: sum('n') } }),
      space.find((r) => r.n.lt(ROWS / 2), { orderBy: { n: 'desc' } }),
    ]);
    const [all, rows, ones, [whole], halves, some] = answers;
    expect([ROWS, ROWS / 2]).toContain(all.length);
    expect([ROWS, ROWS / 2]).toContain(rows);
    expect([ROWS / 2, 0]).toContain(ones);
    expect([ROWS, ROWS / 2]).toContain(whole!.rows);
    for (const half of halves) expect(half.rows).toBe(ROWS / 2);
    expect([ROWS / 2, ROWS / 4]).toContain(some.length);
    await made.pass(0);
    expect([clock.ms > 0, grid.stats().rows]).toEqual([true, ROWS / 2]);
    await grid.close();
  }
});

test('an iteration goes on over the rows of its moment', async () => {
  const { made, grid, space } = filled(2);
  let seen = 0;
  for await (const row of space.find()) {
    expect(row.id).toBeGreaterThanOrEqual(0);
    if (seen++ === 300) await made.pass(3 * HOUR_MS);
  }
  expect(seen).toBe(ROWS);
  expect([await space.count(), grid.stats().rows]).toEqual([0, 0]);
  await grid.close();
});

test('rows go a few in each turn, in which others are served', async () => {
  const { made, grid, lots } = filled(1);
  let most = 0;
  let before = ROWS;
  made.onTurn = () => {
    const { rows } = grid.stats();
    most = Math.max(most, before - rows);
    before = rows;
    lots.write({ id: -1, n: 0, half: 0 });
  };
  await made.pass(2 * HOUR_MS);
  expect(grid.stats().rows).toBe(1);
  expect(made.turns).toBeGreaterThan(ROWS / 40);
  expect(most).toBeLessThanOrEqual(32);
  await grid.close();
});

test('subscribers hear once of each row that expires, as it was', async () => {
  const { made, grid, space } = filled(2);
  const subscription = space.subscribe((r) => r.id.lt(100), { buffer: 1000 });
  const events: string[] = [];
  const reading = (async () => {
    for await (const event of subscription) {
      if ('key' in event && 'before' in event) events.push(`${event.type} ${event.key} ${event.before.n}`);
      if (events.length === 50) break;
    }
  })();
  await made.pass(HOUR_MS);
  await reading;
  expect(events.toSorted()).toEqual(Array.from({ length: 50 }, (_, i) => `expire ${2 * i} ${2 * i}`).toSorted());
  await grid.close();
});

test('who subscribes between the moment of rows and their removal is given them, so that no row expires that never was', async () => {
  const { made, grid, clock, space } = filled(2);
  clock.ms += HOUR_MS;
  const subscription = space.subscribe({ half: 0 }, { initial: true, buffer: ROWS });
  const [given, gone] = [new Set<number>(), new Set<number>()];
  const { value: row } = await subscription.next();
  if (row?.type === 'initial') given.add(row.key);
  const reading = (async () => {
    for await (const event of subscription) {
      if (event.type === 'initial') given.add(event.key);
      if (event.type !== 'expire') continue;
      expect(given.has(event.key)).toBe(true);
      gone.add(event.key);
      if (gone.size === ROWS / 2) break;
    }
  })();
  await made.pass(1000);
  await reading;
  expect(given).toEqual(gone);
  await grid.close();
});

test('rows go no faster than subscribers who want all of them can follow', async () => {
  const { made, grid, space } = filled(1);
  const subscription = space.subscribe(undefined, { buffer: 100 });
  const events = subscription[Symbol.asyncIterator]();
  const first = events.next();
  await made.pass(HOUR_MS);
  expect((await first).value).toMatchObject({ type: 'expire' });
  const left = grid.stats().rows;
  expect(left).toBeGreaterThan(ROWS - 300);
  for (let heard = 1; heard < ROWS / 2; heard++) expect((await events.next()).value).toMatchObject({ type: 'expire' });
  await made.pass(0);
  expect(grid.stats().rows).toBe(ROWS / 2);
  await events.return?.();
  await grid.close();
});

test('without a default, rows live for ever unless their write says how long; update and write set it anew', async () => {
  const { grid, clock } = expiringGrid([Lease], 2);
  const leases = grid.space(Lease);
  await leases.write({ id: 1 });
  await leases.write({ id: 2 }, { ttl: '5m' });
  await leases.writeMany([{ id: 3 }, { id: 4 }], { ttl: '10m', onError: 'all' });
  const left = (): Promise<(number | undefined)[]> => Promise.all([1, 2, 3, 4, 5].map((id) => leases.ttl(id)));
  expect(await left()).toEqual([Infinity, 300_000, 600_000, 600_000, undefined]);
  clock.ms += 60_000;
  await leases.update(2, { n: 1 });
  await leases.update(3, {}, { ttl: '1h' });
  await leases.update(4, {}, { ttl: 'never' });
  expect(await left()).toEqual([Infinity, 240_000, HOUR_MS, Infinity, undefined]);
  await leases.write({ id: 3 });
  await grid.transaction(async (tx) => {
    await tx.space(Lease).write({ id: 5 }, { ttl: '1m' });
    await tx.space(Lease).update(5, { n: 7 }, { ttl: '2m' });
  });
  await grid.atomic((b) => [b.update(Lease, 1, {}, { ttl: '3m' })]);
  expect(await left()).toEqual([180_000, 240_000, Infinity, Infinity, 120_000]);
  await grid.close();
});

test('a transaction that read a row loses when the row expires before it commits', async () => {
  const { grid, clock, pass } = expiringGrid([Lot], 1);
  const lots = grid.space(Lot);
  await lots.write({ id: 1, n: 1, half: 0 });
  const seen: (number | undefined)[] = [];
  let isDone = false;
  const running = grid.transaction(async (tx) => {
    seen.push((await tx.space(Lot).get(1))?.n);
    if (tx.attempt === 1) clock.ms += HOUR_MS;
    await tx.space(Lot).write({ id: 2, n: seen.length, half: 0 });
  });
  void running.then(() => (isDone = true));
  // It waits a little before it tries again.
  while (!isDone) await pass(10);
  expect(seen).toEqual([1, undefined]);
  expect(await lots.get(2)).toMatchObject({ n: 2 });
  await grid.close();
});

test('a ttl is refused where rows live for ever, and where it is none', async () => {
  const { grid } = expiringGrid([Plain, Lease], 1);
  const refused = (call: () => Promise<unknown>) =>
    call().then(
      () => 'done',
      (error: unknown) => (WeftError.is(error) ? `${error.code} ${error.message}` : error),
    );
  const plain = grid.space(Plain);
  const leases = grid.space(Lease);
  for (const answer of [
    await refused(() => plain.write({ id: 1 }, { ttl: '1h' })),
    await refused(() => plain.writeMany([{ id: 1 }], { ttl: '1h' })),
    await refused(() => plain.update(1, {}, { ttl: 'never' })),
  ])
    expect(answer).toMatch(/^OPTION_INVALID Plain\.\w+: rows of Plain live for ever/);
  expect(await refused(() => leases.write({ id: 1 }, { ttl: 0 }))).toMatch(/^OPTION_INVALID .* above zero/);
  expect(await refused(() => leases.write({ id: 1 }, { ttl: 'soon' as never }))).toMatch(/^OPTION_INVALID .*"soon"/);
  expect(await plain.write({ id: 1 }, { ttl: undefined })).toEqual({ id: 1 });
  expect(await plain.ttl(1)).toBe(Infinity);
  await grid.close();
});

test('a grid whose types live for ever sets no timer for them, until one of them does not', async () => {
  const made = expiringGrid([Plain], 1);
  expect(made.timers()).toBe(0);
  await made.grid.space(Plain).write({ id: 1 });
  await made.grid.evolve(defineType('Plain', { id: t.int32() }, { key: 'id', ttl: '1h' }));
  expect(made.timers()).toBe(1);
  await made.pass(HOUR_MS);
  expect(made.grid.stats().rows).toBe(0);
  await made.grid.close();
  expect(made.timers()).toBeLessThanOrEqual(0);
});
