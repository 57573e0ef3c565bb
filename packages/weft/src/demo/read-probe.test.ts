import { expect, test } from 'vitest';
import { Progress } from './progress.ts';
import { ReadProbe } from './read-probe.ts';

test('reads hit rows that exist, and are counted per look and in all', async () => {
  const progress = new Progress(10);
  progress.oldestId = 5;
  progress.nextId = 9;
  const stop = new AbortController();
  const seen = new Set<bigint>();
  const probe = new ReadProbe(
    spaceOf((id) => (seen.size < 4 ? void seen.add(id) : stop.abort())),
    progress,
  );
  await probe.run(stop.signal);
  expect(seen).toEqual(new Set([5n, 6n, 7n, 8n]));
  const recent = probe.takeRecent();
  expect(recent.reads).toBeGreaterThanOrEqual(5);
  expect(recent).toMatchObject({ missed: 0, p50Us: expect.any(Number), p99Us: expect.any(Number) });
  expect(probe.takeRecent()).toEqual({ reads: 0, p50Us: undefined, p99Us: undefined, missed: 0 });
  expect(probe.total().reads).toBe(recent.reads);
});

test('a row that should be there and is not counts as missed', async () => {
  const progress = new Progress(10);
  progress.nextId = 3;
  const stop = new AbortController();
  const probe = new ReadProbe(
    { ...spaceOf(() => stop.abort()), get: () => (stop.abort(), Promise.resolve(undefined)) },
    progress,
  );
  await probe.run(stop.signal);
  expect(probe.takeRecent().missed).toBeGreaterThan(0);
});

function spaceOf(onGet: (id: bigint) => void) {
  const flight = (id: bigint) => ({ id, date: new Date(0), delay: 0, distance: 0, origin: '', destination: '' });
  return {
    write: () => Promise.resolve(),
    writeMany: () => Promise.resolve(),
    delete: () => Promise.resolve(true),
    get: (id: bigint) => (onGet(id), Promise.resolve(flight(id))),
  };
}
