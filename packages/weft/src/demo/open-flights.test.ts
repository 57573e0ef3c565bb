import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFlights } from './open-flights.ts';
import type { FlightRow } from './flight.ts';
import { recoveryOf } from './recovery.ts';

const noon = Date.UTC(2001, 5, 15, 12);
const since = new Date(noon - 3_600_000);

test('the worst airports are those with the highest mean delay in the hour, and with enough departures', async () => {
  const { queries, grid } = await filled([
    ...flights(6, { origin: 'LGA', delay: 30 }),
    ...flights(5, { origin: 'BOS', delay: 60 }),
    ...flights(4, { origin: 'SFO', delay: 500 }),
    ...flights(50, { origin: 'BOS', delay: -60, minutesAgo: 61 }),
  ]);
  expect(await queries.worstAirports(since)).toEqual([
    { origin: 'BOS', flights: 5, meanDelay: 60 },
    { origin: 'LGA', flights: 6, meanDelay: 30 },
  ]);
  expect(await queries.countSince(since)).toBe(15);
  await grid[Symbol.asyncDispose]();
});

test('the worst routes need two departures, and five are shown', async () => {
  const ends = ['AAA', 'BBB', 'CCC', 'DDD', 'EEE', 'FFF'];
  const { queries, grid } = await filled([
    ...ends.flatMap((destination, index) => flights(2, { destination, delay: 10 * index })),
    ...flights(1, { destination: 'GGG', delay: 900 }),
  ]);
  const worst = await queries.worstRoutes(since);
  expect(worst.map(({ origin, destination, meanDelay }) => `${origin}-${destination} ${meanDelay}`)).toEqual([
    'ORD-FFF 50',
    'ORD-EEE 40',
    'ORD-DDD 30',
    'ORD-CCC 20',
    'ORD-BBB 10',
  ]);
  await grid[Symbol.asyncDispose]();
});

test('the figure over all rows counts every row, also before the hour', async () => {
  const { queries, grid } = await filled([...flights(3, { delay: 10 }), ...flights(1, { delay: 50, minutesAgo: 600 })]);
  expect(await queries.overall()).toEqual({ flights: 4, meanDelay: 20 });
  const { dataBytes, usedBytes, limitBytes } = await grid.memory();
  expect([dataBytes > 0, usedBytes >= dataBytes, limitBytes > usedBytes]).toEqual([true, true, true]);
  await grid[Symbol.asyncDispose]();
});

test('an empty grid has answers as well', async () => {
  const { queries, grid } = await filled([]);
  expect(await queries.overall()).toEqual({ flights: 0, meanDelay: undefined });
  expect(await queries.worstAirports(since)).toEqual([]);
  await grid[Symbol.asyncDispose]();
});

test('what lies behind the last acknowledged flight may have holes, and is written again', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'weft-flights-'));
  try {
    const first = await openFlights(directory);
    // Two batches were under way: of the earlier one only a part is on disk.
    const all = flights(30, { delay: 1 }).map((row, id) => ({ id: BigInt(id), ...row }));
    await first.space.writeMany([...all.slice(0, 14), ...all.slice(20)]);
    await first[Symbol.asyncDispose]();
    const before = { oldestId: 0, nextId: 10 };
    const again = await openFlights(directory, { before });
    expect(again.found).toMatchObject({ rows: 24, firstId: 0, nextId: 10, rowsBefore: 10 });
    expect(recoveryOf(again.found, before, 1, 0)).toMatchObject({ rows: 24, acknowledged: 10, missing: 0 });
    await again[Symbol.asyncDispose]();
    const unnoted = await openFlights(directory);
    expect(unnoted.found).toMatchObject({ rows: 24, nextId: 0 });
    await unnoted[Symbol.asyncDispose]();
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('deletions that were asked for and put off are done, and what they would have left is not said to be missing', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'weft-flights-'));
  try {
    const first = await openFlights(directory);
    const all = flights(60, { delay: 1 }).map((row, id) => ({ id: BigInt(id), ...row }));
    await first.space.writeMany(all);
    // Those below 20 were noted as gone, those below 25 were asked for: 7 to 9 and 22 were put off.
    const putOff = [7, 8, 9, 22];
    for (let id = 0; id < 25; id++) if (!putOff.includes(id)) await first.space.delete(BigInt(id));
    await first[Symbol.asyncDispose]();
    const before = { oldestId: 20, nextId: 60 };
    const again = await openFlights(directory, { before });
    expect(again.found).toMatchObject({ rows: 35, firstId: 25, nextId: 60, rowsBefore: 35 });
    expect(recoveryOf(again.found, before, 1, 1024)).toMatchObject({ acknowledged: 40, missing: 0 });
    await again[Symbol.asyncDispose]();
  } finally {
    await rm(directory, { recursive: true });
  }
});

interface Like {
  readonly delay: number;
  readonly origin?: string;
  readonly destination?: string;
  readonly minutesAgo?: number;
}

function flights(
  count: number,
  { delay, origin = 'ORD', destination = 'LAX', minutesAgo = 30 }: Like,
): Omit<FlightRow, 'id'>[] {
  const date = new Date(noon - minutesAgo * 60_000);
  return Array.from({ length: count }, () => ({ date, delay, distance: 700, origin, destination }));
}

async function filled(rows: readonly Omit<FlightRow, 'id'>[]) {
  const grid = await openFlights();
  await grid.space.writeMany(rows.map((row, id) => ({ id: BigInt(id), ...row })));
  return { grid, queries: grid.queries };
}
