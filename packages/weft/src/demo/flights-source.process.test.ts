import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { flightAt, type FlightBlock } from './flight-block.ts';
import { FlightsSource } from './flights-source.ts';

const never = new AbortController().signal;

test('the file has the flights of January to June 2001 in their order', async () => {
  const source = new FlightsSource(3_000_000);
  const first = await source.next(never);
  const second = await source.next(never);
  await source[Symbol.asyncDispose]();
  expect(first?.timesMs.length).toBe(272_727);
  expect(flightAt(first!, 0)).toEqual({
    id: 0n,
    date: new Date('2001-01-01T00:01:00Z'),
    delay: 33,
    distance: 2176,
    origin: 'LAS',
    destination: 'PHL',
  });
  expect(flightAt(second!, 0)).toMatchObject({ id: 272_727n, date: new Date('2001-01-17T15:35:00Z'), origin: 'OAK' });
  const times = first!.timesMs;
  expect(times.every((time, index) => index === 0 || time >= (times[index - 1] ?? Infinity))).toBe(true);
});

test('a signal ends the wait for a block', async () => {
  const source = new FlightsSource(10_000);
  const stop = new AbortController();
  const next = source.next(stop.signal);
  stop.abort();
  expect(await next).toBeUndefined();
  await source[Symbol.asyncDispose]();
});

test('the reading thread runs no further ahead than its credits', async () => {
  const worker = new Worker(new URL('./flights-worker.ts', import.meta.url), {
    workerData: { rows: 1000, credits: 2 },
  });
  const firstIds: number[] = [];
  let wake: () => void = () => undefined;
  worker.on('message', (block: FlightBlock) => {
    firstIds.push(block.firstId);
    wake();
  });
  const arrived = async (count: number): Promise<void> => {
    while (firstIds.length < count) await new Promise<void>((resolve) => (wake = resolve));
  };
  await arrived(2);
  // A block of a thousand rows takes some 100 ms: a third one would be here by now.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(firstIds).toEqual([0, 1000]);
  worker.postMessage('one more');
  await arrived(3);
  expect(firstIds).toEqual([0, 1000, 2000]);
  await worker.terminate();
});

test('a thread that dies is an error for whoever waits', async () => {
  const source = new FlightsSource(10_000);
  const next = source.next(never);
  await source[Symbol.asyncDispose]();
  await expect(next).rejects.toThrow('the thread that reads the flights ended');
});
