/** Test help: processes that are killed at moments that a seed says. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/** A process lives for so long at most once it is ready, or, now and then, four times that from its start. */
const LIFE_MS_MAX = 250;

/**
 * Runs a program, a fixture beside this file that says `ready` on its output, until it is killed. `patience`: how many times as long it may
 * live, where lives of the usual length came to nothing on a slow machine.
 */
export async function killedRun(
  program: string,
  args: readonly string[],
  random: () => number,
  patience = 1,
): Promise<void> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, ['--conditions=source', path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('close', (_, signal) => resolve(signal)));
  const isEarly = random() < 0.2;
  if (!isEarly) await Promise.race([new Promise((resolve) => child.stdout.once('data', resolve)), ended]);
  await new Promise((resolve) => setTimeout(resolve, random() * (isEarly ? 4 : patience) * LIFE_MS_MAX));
  child.kill('SIGKILL');
  expect(await ended).toBe('SIGKILL');
}
