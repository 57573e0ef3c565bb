/**
 * A table goes over to its next declaration, a column with a default and an ordered index more, while rows are replaced at a
 * steady rate. Longest turn of the event loop meanwhile, and how many of the writes are kept.
 */
import { createGrid, defineType, t, type Grid } from 'weft';
import { collectGarbage } from '../harness/collect.ts';
import { watchOtherWork } from '../harness/other-work.ts';
import { startWriter, type PacedWriter } from '../harness/paced-writer.ts';
import { randomBelow, randomSource } from '../harness/random.ts';
import type { SuiteAnswer, SuiteInput } from '../harness/suite.ts';
import { rowsLabel } from '../harness/table.ts';
import { TurnProbe } from '../micro/turns-probe.ts';
import { makeOrder, orderId, type Order } from '../orders.ts';
import { orderColumns } from '../peers/order-columns.ts';
import { evolveCases } from './evolve-cases.ts';

const ROWS = 2_000_000;
const WRITES_PER_SECOND = 100_000;
/** How long the writes are counted before. */
const BEFORE_MS = 2000;
const LEVEL = 7;
const SEED = 1;
/** Rows that are drawn anew to be written, so that drawing is not measured. */
const DRAWN = 1 << 16;

const Before = defineType('EvolvingOrder', orderColumns, { key: 'id' });
const After = defineType(
  'EvolvingOrder',
  { ...orderColumns, price: t.float64().index('ordered'), level: t.int32().default(LEVEL) },
  { key: 'id' },
);

export async function runEvolve({ rows = ROWS, reps, deadline, say }: SuiteInput): Promise<SuiteAnswer> {
  const label = rowsLabel(rows);
  const grid = await createGrid({ types: [Before], partitions: 1 });
  const probe = new TurnProbe();
  const run = {
    beforeOwnMs: [],
    longestOwnMs: [],
    longestMs: [],
    gcMs: [],
    before: [],
    during: [],
    seconds: [],
  } as Figures;
  const otherCores: number[] = [];
  try {
    await grid.space(Before).writeMany(passingOrders(rows));
    const draw = drawing(rows);
    say(`${label} rows loaded, ${deadline.elapsedSeconds().toFixed(0)} s`);
    // The first is for the compiler.
    for (let rep = -1; rep < reps; rep++) {
      const endWatch = watchOtherWork();
      const figures = await evolveOnce(grid, probe, draw);
      await checkRows(grid, rows);
      await grid.evolve(Before);
      const others = endWatch();
      deadline.check();
      if (rep < 0) continue;
      if (others !== undefined) otherCores.push(others);
      for (const [name, figure] of Object.entries(figures)) run[name as keyof Figures].push(figure);
      say(`  repetition ${rep + 1} of ${reps}, ${deadline.elapsedSeconds().toFixed(0)} s`);
    }
  } finally {
    await grid[Symbol.asyncDispose]();
  }
  return {
    cases: evolveCases(run, `${label} rows`),
    rates: { [`evolve, ${label} rows`]: { ...run } },
    otherCores,
    notes: [
      `An ordered index and an int32 column with a default are added while ${WRITES_PER_SECOND} rows a second are replaced.`,
      `An evolution took ${range(run.seconds, 1)} s; longest turn ${range(run.longestOwnMs, 2)} ms of our own work, ${range(run.longestMs, 2)} ms with collections, the longest of which took ${range(run.gcMs, 2)} ms.`,
      `The longest turn of the writes alone, in the two seconds before, took ${range(run.beforeOwnMs, 2)} ms: what passes 2 ms there is the machine's.`,
      'A turn is what the event loop does between two looks of a probe: the writes that are due, the step of the evolution, all else. Our own work in it is what its thread ran, by the clock of the thread, or the turn without collections, whichever is less.',
      'Afterwards rows and counts by the new index were compared with a scan, and the evolution was taken back.',
    ],
  };
}

type Figures = Record<
  'beforeOwnMs' | 'longestOwnMs' | 'longestMs' | 'gcMs' | 'before' | 'during' | 'seconds',
  number[]
>;

async function evolveOnce(grid: Grid, probe: TurnProbe, draw: () => Order): Promise<Record<keyof Figures, number>> {
  const space = grid.space(Before);
  collectGarbage();
  const writer = startWriter(() => space.write(draw()), WRITES_PER_SECOND);
  try {
    await rateOf(writer, () => sleep(BEFORE_MS / 4));
    let before = 0;
    const turnsBefore = await probe.measure(async () => {
      before = await rateOf(writer, () => sleep(BEFORE_MS));
    });
    let seconds = 0;
    let during = 0;
    const turns = await probe.measure(async () => {
      const startMs = performance.now();
      during = await rateOf(writer, () => grid.evolve(After));
      seconds = (performance.now() - startMs) / 1000;
    });
    const { longestMs, longestOwnMs, longestGcMs } = turns;
    const { longestOwnMs: beforeOwnMs } = turnsBefore;
    return { beforeOwnMs, longestOwnMs, longestMs, gcMs: longestGcMs, before, during, seconds };
  } finally {
    await writer.stop();
  }
}

/** Writes a second while something else is done. */
async function rateOf(writer: PacedWriter, during: () => Promise<unknown>): Promise<number> {
  const from = writer.written;
  const startMs = performance.now();
  await during();
  return (writer.written - from) / ((performance.now() - startMs) / 1000);
}

/** Some rows by their new column, and a range of prices by the new index and by a scan. */
async function checkRows(grid: Grid, rows: number): Promise<void> {
  const space = grid.space(After);
  for (let at = 0; at < rows; at += Math.ceil(rows / 1000)) {
    const id = orderId(at, SEED);
    const row = await space.get(id);
    if (row?.level !== LEVEL) throw new Error(`the order ${id} has level ${row?.level}, must be ${LEVEL}`);
  }
  if ((await space.count()) !== rows) throw new Error(`rows were lost: ${await space.count()}`);
  const from = 1 + Math.random() * 900;
  const byIndex = space.count((r) => r.price.between(from, from + 1));
  const byScan = space.count((r) => r.price.between(from, from + 1).or(r.flags.lt(0)));
  const { partitions } = await byIndex.explain();
  if (partitions.some(({ access }) => access !== 'index')) throw new Error('the new index was not asked');
  if ((await byIndex) !== (await byScan)) throw new Error(`by index ${await byIndex}, by scan ${await byScan}`);
}

/** Orders that nobody keeps: millions of objects beside the table would be marked, for milliseconds, in the turns that are measured. */
function* passingOrders(rows: number): Generator<Order> {
  const random = randomSource(SEED);
  for (let index = 0; index < rows; index++) yield makeOrder(orderId(index, SEED), random);
}

/** Rows to be written, each of which is there: other values under a random id. */
function drawing(rows: number): () => Order {
  const random = randomSource(SEED + 1);
  const drawn = Array.from({ length: DRAWN }, () => makeOrder(orderId(randomBelow(random, rows), SEED), random));
  let at = 0;
  return () => drawn[at++ % DRAWN]!;
}

function range(values: readonly number[], digits: number): string {
  return `${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)}`;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
