import { expect, test } from 'vitest';
import { nextTurn, pause } from './timing.ts';

test('a pause until a time that has passed ends, and Node has nothing to warn of', async () => {
  const warnings: string[] = [];
  const note = ({ name }: Error): number => warnings.push(name);
  process.on('warning', note);
  try {
    await pause(-1, new AbortController().signal);
    await nextTurn();
  } finally {
    process.off('warning', note);
  }
  expect(warnings).toEqual([]);
});

test('a pause ends when its signal fires', async () => {
  const stop = new AbortController();
  const paused = pause(1e9, stop.signal);
  stop.abort();
  await expect(paused).resolves.toBeUndefined();
});
