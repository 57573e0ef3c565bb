import { expect, test } from 'vitest';
import { MEMORY_BYTES_MIN } from './memory-least.ts';
import { budgetOf, gridGovernor, watchLimit } from './process-memory.ts';

const MIB = 2 ** 20;

test('headroom is a share of what there is, 160 MiB at least and 4 GiB at most', () => {
  expect([256, 512, 2048, 65_536].map((mebibytes) => budgetOf(mebibytes * MIB) / MIB)).toEqual([
    96,
    352,
    expect.closeTo(1433.6, 0),
    61_440,
  ]);
  expect(budgetOf(64 * MIB)).toBe(MEMORY_BYTES_MIN);
});

test('a limit that changes while the process runs is followed, by a timer that keeps nothing alive', () => {
  let limit = 512 * MIB;
  const armed: { callback: () => void; idle: string | undefined }[] = [];
  let cancelled = 0;
  const timers = {
    after(_delayMs: number, callback: () => void, idle?: 'idle') {
      armed.push({ callback, idle });
      return () => cancelled++;
    },
  };
  const stop = watchLimit(timers, () => limit);
  const governor = gridGovernor(undefined);
  expect(governor.limitBytes).toBe(352 * MIB);
  limit = 1024 * MIB;
  armed.at(-1)!.callback();
  expect(governor.limitBytes).toBe(Math.floor(1024 * MIB * 0.7));
  expect(gridGovernor(64 * MIB).limitBytes).toBe(64 * MIB);
  expect(armed.map(({ idle }) => idle)).toEqual(['idle', 'idle']);
  stop();
  expect(cancelled).toBe(1);
  // The limit of this machine again, for the other tests of the process.
  watchLimit(timers)();
});
