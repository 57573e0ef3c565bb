/**
 * The thread that reads the file. It runs at most `credits` blocks ahead of the grid: the grid's thread grants one
 * credit for each block it takes out of its queue, so the memory between the two is bounded.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { must } from '@weft/base';
import { blockBuffers } from './flight-block.ts';
import { flightLaps } from './flight-laps.ts';
import { FlightsFile } from './flights-file.ts';

/** What the thread is started with. */
export interface FlightsWorkerData {
  readonly rows: number;
  readonly credits: number;
}

const port = must(parentPort, 'flights-worker runs as a worker thread');
const { rows, credits } = workerData as FlightsWorkerData;

let free = credits;
let granted: (() => void) | undefined;
port.on('message', () => {
  free++;
  granted?.();
});

for await (const block of flightLaps(await FlightsFile.open(), rows)) {
  while (free === 0) await new Promise<void>((resolve) => (granted = resolve));
  free--;
  port.postMessage(block, blockBuffers(block));
}
