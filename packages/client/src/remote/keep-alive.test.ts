import { expect, test } from 'vitest';
import type { Host } from '../host.ts';
import { HOST_SILENCE_MS_MAX, KeepAlive, PING_MS } from './keep-alive.ts';

function watched() {
  let nowMs = 0;
  let due: { ms: number; callback: () => void } | undefined;
  const host = {
    clock: { monotonicMs: () => nowMs, wallMs: () => nowMs },
    timers: {
      after(delayMs: number, callback: () => void) {
        due = { ms: nowMs + delayMs, callback };
        return () => (due = undefined);
      },
    },
  } as unknown as Host;
  const said: string[] = [];
  const tested = new KeepAlive(
    host,
    () => said.push(`ping ${nowMs}`),
    () => said.push(`dead ${nowMs}`),
  );
  tested.start();
  /** Lets time pass; `lateMs`: the thread stands still at the end. */
  const pass = (ms: number, lateMs = 0): void => {
    const untilMs = nowMs + ms;
    while (due !== undefined && due.ms <= untilMs) {
      const { ms: dueMs, callback } = due;
      due = undefined;
      nowMs = Math.max(nowMs, dueMs) + lateMs;
      callback();
    }
    nowMs = Math.max(nowMs, untilMs);
  };
  return { tested, said, pass };
}

test('a host of which nothing is heard is asked, and then taken for dead', () => {
  const { said, pass } = watched();
  pass(60_000);
  expect(said).toEqual([`ping ${PING_MS}`, `dead ${HOST_SILENCE_MS_MAX}`]);
});

test('a host that says something lives on, and hears of its client all the same', () => {
  const { tested, said, pass } = watched();
  for (let i = 0; i < 35; i++) {
    pass(1000);
    tested.heard();
  }
  expect(said).toEqual(['ping 10000', 'ping 20000', 'ping 30000']);
  tested.stop();
  pass(60_000);
  expect(said).toHaveLength(3);
});

test('after this process stood still what came meanwhile is read before the host is judged', () => {
  const { tested, said, pass } = watched();
  pass(10_000, 30_000);
  expect(said).toEqual([]);
  tested.heard();
  pass(5000);
  expect(said).toEqual(['ping 41000']);
});
