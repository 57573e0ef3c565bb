import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { MemoryPool } from './host/memory-pool.ts';
import { planOf } from './load/plan.ts';
import { runPlan } from './run-plan.ts';

const run = promisify(execFile);
const main = fileURLToPath(new URL('main.ts', import.meta.url));

/** In a process of its own, whose clock, hashes of strings and random numbers are others. */
async function simulate(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, ['--conditions=source', main, ...args]);
  return stdout;
}

test('a seed does the same in every process, each time that it is run', async () => {
  for (const seed of [7, 12]) {
    const { hash } = await runPlan(planOf(seed), { pool: new MemoryPool() });
    expect(await simulate('--seed', String(seed))).toBe(`seed ${seed}: ${hash}, and again ${hash}\n`);
  }
});

test('real clocks, timers and random numbers have no part in a run', async () => {
  const pool = new MemoryPool();
  const { hash } = await runPlan(planOf(7), { pool });
  const real = {
    now: Date.now,
    random: Math.random,
    performance: performance.now.bind(performance),
    timeout: setTimeout,
  };
  const used: string[] = [];
  const spy = (name: string) => (): never => {
    used.push(name);
    throw new Error(`${name} was called in a run`);
  };
  Date.now = spy('Date.now');
  Math.random = spy('Math.random');
  performance.now = spy('performance.now');
  globalThis.setTimeout = spy('setTimeout') as unknown as typeof setTimeout;
  try {
    expect((await runPlan(planOf(7), { pool })).hash).toBe(hash);
  } finally {
    Date.now = real.now;
    Math.random = real.random;
    performance.now = real.performance;
    globalThis.setTimeout = real.timeout;
  }
  expect(used).toEqual([]);
});
