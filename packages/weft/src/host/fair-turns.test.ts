import { expect, test } from 'vitest';
import { FairTurns } from './fair-turns.ts';

/** A loop whose rounds a test runs. */
function loop() {
  let nowMs = 1000;
  const next: (() => void)[] = [];
  const turns = new FairTurns({ nowMs: () => nowMs, immediate: (callback) => void next.push(callback) });
  const done: string[] = [];
  /** A job that takes a millisecond in each of its turns. */
  const job = async (name: string, rounds: number): Promise<void> => {
    for (let i = 0; i < rounds; i++) {
      await turns.next();
      done.push(name);
      nowMs += 1;
    }
  };
  /** One round: sockets and timers for so long, then who waits. */
  const round = async (othersMs: number): Promise<void> => {
    nowMs += othersMs;
    for (const callback of next.splice(0)) {
      callback();
      await new Promise<void>((resolve) => queueMicrotask(resolve));
      await Promise.resolve();
    }
  };
  return { turns, job, round, done, pass: (ms: number) => (nowMs += ms), isIdle: () => next.length === 0 };
}

test('in a loop with nothing else each job has a turn of its own, in the order in which they asked', async () => {
  const { job, round, done, isIdle } = loop();
  void job('a', 2);
  void job('b', 2);
  for (let i = 0; i < 4; i++) {
    expect(done).toHaveLength(i);
    await round(0);
  }
  expect(done).toEqual(['a', 'b', 'a', 'b']);
  await round(0);
  await round(0);
  expect(isIdle()).toBe(true);
});

test('jobs wait while the loop is busy with other things, and go on as soon as it is quiet', async () => {
  const { job, round, done } = loop();
  void job('a', 2);
  await round(1);
  await round(1);
  expect(done).toEqual([]);
  await round(0);
  expect(done).toEqual(['a']);
  await round(1);
  expect(done).toEqual(['a']);
  await round(0);
  expect(done).toEqual(['a', 'a']);
});

test('a loop that is always busy gives one job a turn after a while', async () => {
  const { job, round, done } = loop();
  void job('a', 100);
  void job('b', 100);
  for (let i = 0; i < 40; i++) await round(1);
  expect(done.length).toBe(10);
  expect(done.slice(0, 4)).toEqual(['a', 'b', 'a', 'b']);
});

test('the time of long work counts from the first who asked in a turn', async () => {
  const { turns, round, pass } = loop();
  expect(turns.elapsedMs()).toBe(0);
  pass(3);
  expect(turns.elapsedMs()).toBe(3);
  await round(0);
  expect(turns.elapsedMs()).toBe(0);
});
