import { expect, test } from 'vitest';
import { Crowding } from './crowding.ts';
import type { Loop } from './event-loop.ts';
import { FairTurns } from './fair-turns.ts';

/** A loop whose rounds a test runs. */
function loop() {
  let nowMs = 1000;
  let idleMs = 0;
  let waitedMs = 0;
  const next: (() => void)[] = [];
  const timers: { readonly atMs: number; readonly callback: () => void }[] = [];
  const events: Loop = {
    nowMs: () => nowMs,
    idleMs: () => idleMs,
    cpuMs: () => nowMs - idleMs - waitedMs,
    immediate: (callback) => void next.push(callback),
    after: (delayMs, callback) => void timers.push({ atMs: nowMs + delayMs, callback }),
  };
  const turns = new FairTurns(events, new Crowding(events));
  const done: string[] = [];
  /** A job that takes a millisecond in each of its turns. */
  const job = async (name: string, rounds: number, what: 'work' | 'events' = 'work'): Promise<void> => {
    for (let i = 0; i < rounds; i++) {
      await turns.next(what);
      done.push(name);
      nowMs += 1;
    }
  };
  /** One round: sockets and timers for so long, then who waits. */
  const round = async (othersMs: number): Promise<void> => {
    nowMs += othersMs;
    for (const timer of timers.splice(0)) {
      if (timer.atMs > nowMs) timers.push(timer);
      else timer.callback();
    }
    for (const callback of next.splice(0)) {
      callback();
      await new Promise<void>((resolve) => queueMicrotask(resolve));
      await Promise.resolve();
    }
  };
  return {
    turns,
    job,
    round,
    done,
    pass: (ms: number) => (nowMs += ms),
    /** Milliseconds in which the loop has nothing to do. */
    idle: (ms: number) => ((nowMs += ms), (idleMs += ms)),
    /** Milliseconds in which the thread has no processor. */
    starve: (ms: number) => ((nowMs += ms), (waitedMs += ms)),
    nowMs: () => nowMs,
    isIdle: () => next.length === 0,
  };
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

test('events share a turn, twice as many each time until it is longer than it should be; work never does', async () => {
  const { turns, round, pass } = loop();
  let turn = 0;
  const began: number[] = [];
  const each = async (what: 'work' | 'events', takesMs: number): Promise<void> => {
    await turns.next(what);
    began[turn] = (began[turn] ?? 0) + 1;
    pass(takesMs);
  };
  const waiting = [...Array<number>(40).keys()].map(() => each('events', 0.1));
  waiting.push(each('work', 0.1), each('events', 0.1), each('events', 0.1));
  for (turn = 0; turn < 9; turn++) await round(0);
  await Promise.all(waiting);
  // 16 together take 1.6 ms, so that 10 follow; then the rest before the work, that alone, and what is behind it.
  expect(began).toEqual([1, 2, 4, 8, 16, 9, 1, 2]);
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

/** How many turns a job has in a second in which short calls come and the thread waits so long for a processor in each of its milliseconds. */
async function turnsOf(waitMs: number, callsMs: number, what?: 'work' | 'events'): Promise<number> {
  const { job, round, done, starve, idle, nowMs, isIdle } = loop();
  void job('a', 2000, what);
  const endMs = nowMs() + 1000;
  while (nowMs() < endMs) {
    starve(waitMs);
    if (isIdle()) idle(1 - callsMs);
    await round(callsMs);
  }
  return done.length;
}

test('with processors to spare long work has all the time that short calls leave', async () => {
  expect(await turnsOf(0, 0.05)).toBeGreaterThan(900);
  expect(await turnsOf(0, 0.5)).toBeGreaterThan(180);
});

test('where short calls come and processors are short it rests between its turns, for some times their length', async () => {
  const rested = await turnsOf(0.1, 0.5);
  expect(rested).toBeGreaterThan(60);
  expect(rested).toBeLessThan(150);
});

test('events on their way to subscribers do not rest there', async () => {
  expect(await turnsOf(0.1, 0.5, 'events')).toBeGreaterThan(160);
});

test('where processors are short but few short calls come it does not rest', async () => {
  expect(await turnsOf(0.04, 0.03)).toBeGreaterThan(800);
});

test('while long work rests, the time of what begins anew counts from when it begins', async () => {
  const { turns, job, round, starve, isIdle, pass } = loop();
  void job('a', 1000);
  for (let i = 0; i < 1000 && !isIdle(); i++) {
    starve(0.5);
    await round(1);
  }
  // It rests: nothing goes round.
  expect(isIdle()).toBe(true);
  expect(turns.elapsedMs()).toBe(0);
  pass(2);
  expect(turns.elapsedMs()).toBe(2);
  await round(0.01);
  expect(turns.elapsedMs()).toBe(0);
});
