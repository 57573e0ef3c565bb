import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { smallArena, testTable } from '../store.fixture.ts';
import { describeSnapshot } from './snapshot-descriptor.ts';
import { checksum, groupsByKernel, groupsByRow, Trade, tradeOf } from './snapshot.fixture.ts';

const ROWS = 30_000;
const SNAPSHOTS = process.env['WEFT_LONG'] === '1' ? 12 : 6;

function shown(groups: object[]): string {
  return JSON.stringify(groups, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

test('another thread computes what the host does, as of the snapshot, while the host writes on', async () => {
  // All segments exist before the worker starts, as a host announces each once.
  const arena = smallArena(16);
  const made = testTable(Trade, { arena });
  for (let id = 0; id < ROWS; id++) made.write(tradeOf(id, 0));
  arena.require(8 << 24, 1 << 20);
  const segments = arena.segments.length;
  const worker = new Worker(new URL('snapshot-worker.fixture.ts', import.meta.url), {
    execArgv: ['--conditions=source'],
    workerData: { segments: arena.segments },
  });
  try {
    for (let version = 1; version <= SNAPSHOTS; version++) {
      const snapshot = made.snapshot();
      const expected = { lsn: snapshot.lsn, first: checksum(snapshot), groups: shown(groupsByKernel(snapshot, arena)) };
      expect(shown(groupsByRow(snapshot))).toBe(expected.groups);
      const answered = once(worker, 'message');
      worker.postMessage(describeSnapshot(snapshot));
      let isAnswered = false;
      void answered.then(() => (isAnswered = true));
      // Rows change, go and come; pages are copied, freed, poisoned and used again.
      for (let at = version; !isAnswered; at++) {
        const id = (at * 7919) % (ROWS + 5000);
        if (at % 3 === 0) made.port.delete(id);
        else made.write(tradeOf(id, version));
        if (at % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      const [answer] = (await answered) as [object];
      expect(answer).toEqual({ ...expected, naive: expected.groups, second: expected.first });
      snapshot.release();
    }
  } finally {
    await worker.terminate();
  }
  expect(arena.segments.length).toBe(segments);
  expect(made.table.snapshots.pinnedBytes).toBe(0);
}, 60_000);
