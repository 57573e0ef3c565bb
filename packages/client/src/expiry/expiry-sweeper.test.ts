import { WeftError } from '@weft/base';
import { defineType, t, type Run, type Source, type Work } from '@weft/data';
import { expect, test } from 'vitest';
import { testHost } from '../client.fixture.ts';
import { ExpirySweeper, SWEEP_INTERVAL_MS } from './expiry-sweeper.ts';

const { schema } = defineType('Lease', { id: t.int32() }, { key: 'id', ttl: '1h' });
const feed = { pressure: () => undefined };

/** A source of which only expiry is asked. */
function source(sweep: (run?: Run) => Work<number>, firstExpiryMs = 0): Source {
  return { partition: 0, firstExpiryMs, sweep, settled: () => undefined } as unknown as Source;
}

async function passed(host: ReturnType<typeof testHost>, ms: number): Promise<void> {
  host.pass(ms);
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

test('what a log refuses for now is tried again', async () => {
  const host = testHost();
  const sweeper = new ExpirySweeper(host, feed);
  let tried = 0;
  // oxlint-disable-next-line require-yield -- it ends at once
  const sweep = function* (): Work<number> {
    if (++tried < 3) throw new WeftError('DISK_FULL', 'no room');
    return 1;
  };
  sweeper.watch({ schema, sources: [source(sweep)] });
  for (let i = 0; i < 3; i++) await passed(host, SWEEP_INTERVAL_MS);
  expect(tried).toBe(3);
  sweeper.close();
  await passed(host, 10 * SWEEP_INTERVAL_MS);
  expect([tried, host.timerCount]).toEqual([3, 0]);
});

test('sources are asked only when a row is due, and it rests the longer the more it has to look at', async () => {
  const host = testHost();
  const sweeper = new ExpirySweeper(host, feed);
  let asked = 0;
  // oxlint-disable-next-line require-yield -- it ends at once
  const sweep = function* (run?: Run): Work<number> {
    asked++;
    run!.counters!.rowsRead += 100_000_000;
    return 0;
  };
  sweeper.watch({ schema, sources: [source(sweep, Infinity), source(sweep)] });
  await passed(host, SWEEP_INTERVAL_MS);
  expect(asked).toBe(1);
  await passed(host, SWEEP_INTERVAL_MS);
  expect(asked).toBe(1);
  await passed(host, 1000 - SWEEP_INTERVAL_MS);
  expect(asked).toBe(2);
  sweeper.close();
});
