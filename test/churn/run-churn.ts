/**
 * Churns for some seconds and prints what each cycle held, one JSON object a line. Started by the test with --expose-gc:
 * `run-churn.ts SECONDS SEED`.
 */
import { createGrid } from 'weft';
import { Churn } from './churn.ts';
import { Event, Session } from './churn-types.ts';

/** Cycles at least, however slow the machine: the first half warms up. */
const CYCLES_MIN = 8;

const [seconds, seed] = process.argv.slice(2).map(Number) as [number, number];
const { gc } = globalThis as { gc?: () => void };
const grid = await createGrid({ types: [Event, Session], partitions: 2 });
const churn = new Churn(grid, seed);
const end = performance.now() + seconds * 1000;
for (let cycle = 0; cycle < CYCLES_MIN || performance.now() < end; cycle++) {
  let sum = 0;
  let samples = 0;
  await churn.cycle(() => {
    sum += grid.stats().memory.usedBytes;
    samples++;
  });
  gc?.();
  const stats = grid.stats();
  const events = stats.types.find(({ name }) => name === 'Event')!;
  process.stdout.write(
    `${JSON.stringify({
      usedBytes: Math.round(sum / samples),
      residentBytes: process.memoryUsage.rss(),
      rows: events.rows,
      dictionaryBytes: events.columns.reduce((bytes, column) => bytes + column.dictionaryBytes, 0),
      heap: events.heap,
      memory: stats.memory,
    })}\n`,
  );
}
await churn.close();
await grid.close();
