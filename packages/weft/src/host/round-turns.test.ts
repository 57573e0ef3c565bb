import { expect, test } from 'vitest';
import { RoundTurns } from './round-turns.ts';

const round = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('each job that waits has a round of the loop of its own, in the order in which they asked', async () => {
  const turns = new RoundTurns();
  const done: string[] = [];
  let rounds = 0;
  let isOver = false;
  const count = (): void => void (isOver || (rounds++, setImmediate(count)));
  setImmediate(count);
  const job = async (name: string): Promise<void> => {
    for (let i = 0; i < 3; i++) {
      await turns.next();
      done.push(`${name}${rounds}`);
    }
  };
  await Promise.all([job('a'), job('b')]);
  isOver = true;
  expect(done.map((each) => each[0]).join('')).toBe('ababab');
  expect(new Set(done.map((each) => each.slice(1))).size).toBe(6);
});

test('the time of long work counts from the first who asked in a round', async () => {
  const turns = new RoundTurns();
  expect(turns.elapsedMs()).toBe(0);
  const untilMs = performance.now() + 2;
  while (performance.now() < untilMs);
  expect(turns.elapsedMs()).toBeGreaterThanOrEqual(2);
  await round();
  await round();
  expect(turns.elapsedMs()).toBe(0);
});
