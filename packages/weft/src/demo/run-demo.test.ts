import type { MemoryFigures } from './figures.ts';
import { expect, test } from 'vitest';
import type { DemoOptions } from './demo-options.ts';
import type { Figures } from './figures.ts';
import { blocksOf, MapFlights, noAnswers } from './flights.fixture.ts';
import type { Output } from './output.ts';
import { runDemo } from './run-demo.ts';
import type { Stop } from './stop-signals.ts';
import type { StopReason } from './summary.ts';
import { nowMs } from './timing.ts';

const options: DemoOptions = {
  rows: 3000,
  historyRows: 2000,
  keepRows: 2500,
  dataDir: undefined,
  keepData: false,
  isRemote: false,
  pace: { rate: 1_000_000 },
  alertMinutes: 4990,
  exitAfterMs: undefined,
  form: 'plain',
  color: 'never',
};

test('a run loads, streams, reads and looks until it is stopped, and sums up', async () => {
  const stop = new ManualStop();
  const space = new MapFlights(({ id }) => {
    if (id === 4999n) stop.stop('SIGINT');
  });
  const { output, shown } = recorder();
  const grid = { space, queries: noAnswers, memory: () => memoryOf(250_000) };
  const summary = await runDemo({ options, grid, source: blocksOf(700), output, stop, startMs: nowMs() });
  expect(summary).toMatchObject({
    reason: 'SIGINT',
    rows: 2500,
    rowsWritten: 5000,
    historyRows: 2000,
    events: 3000,
    alerts: 10,
    bytesPerRow: 100,
    reads: { missed: 0 },
  });
  expect(space.rows.size).toBe(2500);
  for (const figures of shown) expect(figures.rows).toBeGreaterThan(0);
});

test('a part that fails stops the others, and its error comes out', async () => {
  const stop = new ManualStop();
  const space = new MapFlights(({ id }) => {
    if (id === 2100n) throw new Error('the grid is full');
  });
  const grid = { space, queries: noAnswers, memory: () => memoryOf(0) };
  const run = runDemo({ options, grid, source: blocksOf(700), output: recorder().output, stop, startMs: nowMs() });
  await expect(run).rejects.toThrow('the grid is full');
  expect(stop.reason).toBe('failure');
});

test('a query that fails ends the run as well', async () => {
  const stop = new ManualStop();
  const queries = { ...noAnswers, overall: () => Promise.reject(new Error('no such column')) };
  const grid = { space: new MapFlights(), queries, memory: () => memoryOf(0) };
  const run = runDemo({ options, grid, source: blocksOf(700), output: recorder().output, stop, startMs: nowMs() });
  await expect(run).rejects.toThrow('no such column');
});

test('where the disk takes nothing more the run ends and says so, whoever waits for it', async () => {
  const stop = new ManualStop();
  let isFull = false;
  const space = new MapFlights();
  space.write = async () => {
    isFull = true;
    return await new Promise(() => undefined);
  };
  const refusal = (): Error | undefined => (isFull ? new Error('no space left') : undefined);
  const grid = { space, queries: noAnswers, memory: () => memoryOf(0), refusal };
  const run = runDemo({ options, grid, source: blocksOf(700), output: recorder().output, stop, startMs: nowMs() });
  await expect(run).rejects.toThrow('no space left');
  expect(stop.reason).toBe('failure');
});

class ManualStop implements Stop {
  readonly #controller = new AbortController();
  readonly signal = this.#controller.signal;
  reason: StopReason | undefined;

  stop(reason: StopReason): void {
    this.reason ??= reason;
    this.#controller.abort();
  }
}

function recorder(): { output: Output; shown: readonly Figures[] } {
  const shown: Figures[] = [];
  return {
    shown,
    output: {
      reading: () => undefined,
      opened: () => undefined,
      show: (figures) => void shown.push(figures),
      restore: () => undefined,
      close: () => undefined,
    },
  };
}

function memoryOf(dataBytes: number): MemoryFigures {
  return { dataBytes, usedBytes: dataBytes, limitBytes: 1e9, processBytes: 1e8 };
}
