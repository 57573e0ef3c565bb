import { expect, test } from 'vitest';
import { flightAt, type FlightBlock } from './flight-block.ts';
import { flightLaps, type FlightGroups } from './flight-laps.ts';

const MINUTE_MS = 60_000;
const start = Date.UTC(2001, 0, 1, 0, 1);

test('a lap is read group by group, with ids that are row numbers', async () => {
  const [first, second] = await take(2, 5);
  expect(first).toMatchObject({ firstId: 0, airports: ['A0', 'A1', 'A2', 'B0', 'B1', 'B2'] });
  expect(second).toMatchObject({ firstId: 3 });
  expect(flightAt(second!, 1)).toEqual({
    id: 4n,
    date: new Date(start + 4 * 600 * MINUTE_MS),
    delay: -4,
    distance: 104,
    origin: 'A1',
    destination: 'B1',
  });
});

test('the last group of a lap is cut to the rows asked for', async () => {
  const blocks = await take(2, 4);
  expect(blocks.map((block) => block.timesMs.length)).toEqual([3, 1]);
});

test('later laps have new ids and dates later by whole days', async () => {
  const blocks = await take(6, 6);
  // Six flights every ten hours from 00:01 on end on the third day.
  const ids = blocks.map((block) => block.firstId);
  const shifts = blocks.map(
    (block) => ((block.timesMs[0] ?? 0) - (blocks[block.firstId % 6 === 0 ? 0 : 1]?.timesMs[0] ?? 0)) / 86_400_000,
  );
  expect(ids).toEqual([0, 3, 6, 9, 12, 15]);
  expect(shifts).toEqual([0, 0, 3, 3, 6, 6]);
});

test('time never runs backwards over the seam of two laps', async () => {
  const times = (await take(6, 5)).flatMap((block) => [...block.timesMs]);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

/** Eight flights in groups of three, one every ten hours. */
const file: FlightGroups = {
  rows: 8,
  groups: [
    { from: 0, to: 3 },
    { from: 3, to: 6 },
    { from: 6, to: 8 },
  ],
  read({ from, to }) {
    const rows = Array.from({ length: to - from }, (_, index) => from + index);
    return Promise.resolve({
      date: rows.map((row) => start + row * 600 * MINUTE_MS),
      delay: rows.map((row) => BigInt(-row)),
      distance: rows.map((row) => BigInt(100 + row)),
      origin: rows.map((row) => `A${row % 3}`),
      destination: rows.map((row) => `B${row % 3}`),
    });
  },
};

async function take(count: number, rows: number): Promise<FlightBlock[]> {
  const blocks: FlightBlock[] = [];
  for await (const block of flightLaps(file, rows)) {
    blocks.push(block);
    if (blocks.length === count) break;
  }
  return blocks;
}
