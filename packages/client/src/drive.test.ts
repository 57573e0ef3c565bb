import type { RowWork, Work } from '@weft/data';
import { expect, test } from 'vitest';
import { testCall, testHost, testPace } from './client.fixture.ts';
import { drive, driveBatch } from './drive.ts';

const freed: string[] = [];

function* steps(count: number): Work<number> {
  try {
    for (let i = 0; i < count; i++) yield;
    return count;
  } finally {
    freed.push(`steps ${count}`);
  }
}

test('work is taken to its end, a turn for each pause', async () => {
  const host = testHost();
  expect(await drive(steps(3), testPace(host, false), testCall(host))).toBe(3);
  expect(host.turnCount).toBe(3);
  await drive(steps(0), testPace(host, true), testCall(host));
  // A turn that is used up already begins nothing.
  expect(host.turnCount).toBe(4);
});

test('work whose call stops frees what it holds, and the promise says why', async () => {
  const host = testHost();
  const stop = new AbortController();
  const running = drive(steps(1000), testPace(host, false), testCall(host, { signal: stop.signal }));
  stop.abort();
  await expect(running).rejects.toMatchObject({ code: 'ABORTED' });
  expect(freed).toContain('steps 1000');
});

test('work that stops before its first step is never begun', async () => {
  const host = testHost();
  const stop = new AbortController();
  freed.length = 0;
  const running = drive(steps(7), testPace(host, true), testCall(host, { signal: stop.signal }));
  stop.abort();
  await expect(running).rejects.toMatchObject({ code: 'ABORTED' });
  expect(freed).toEqual([]);
});

test('work that throws is over, and its error is the answer', async () => {
  const host = testHost();
  function* failing(): Work<number> {
    yield;
    throw new RangeError('mine');
  }
  await expect(drive(failing(), testPace(host), testCall(host))).rejects.toThrow(RangeError);
});

test('batches come one at a time, pauses between them unseen', async () => {
  const host = testHost();
  const pace = testPace(host, false);
  const call = testCall(host);
  function* rows(): RowWork {
    yield;
    yield [{ a: 1 }];
    yield;
    yield;
    yield [{ a: 2 }];
  }
  const work = rows();
  expect([
    await driveBatch(work, pace, call),
    await driveBatch(work, pace, call),
    await driveBatch(work, pace, call),
  ]).toEqual([[{ a: 1 }], [{ a: 2 }], undefined]);
  expect(host.turnCount).toBe(3);
});

test('what is driven counts as under way until it settles', async () => {
  const host = testHost();
  const pace = testPace(host);
  const stop = new AbortController();
  const running = drive(steps(1_000_000), pace, testCall(host, { signal: stop.signal }));
  let isIdle = false;
  const idle = pace.underWay.idle().then(() => (isIdle = true));
  await host.turns.next();
  expect(isIdle).toBe(false);
  stop.abort();
  await expect(running).rejects.toMatchObject({ code: 'ABORTED' });
  await idle;
  await pace.underWay.idle();
});
