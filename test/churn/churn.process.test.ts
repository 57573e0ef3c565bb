import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** A minute in `.ci/run`, ten to be sure; a few cycles where it is not set. */
const SECONDS = Number(process.env['WEFT_CHURN_SECONDS'] ?? 0);
const SEED = Number(process.env['WEFT_CHURN_SEED'] ?? 20_261_122);
/** Memory of the second half against that of the first. */
const GROWTH_MAX = 1.1;
/** Resident memory is compared from here on. */
const LONG_SECONDS = 30;
const timeout = (SECONDS + 300) * 1000;

interface Cycle {
  /** By own account, the mean of the cycle: readers that come and go hold pages for a while. */
  readonly usedBytes: number;
  readonly residentBytes: number;
}

test('memory stays as it was while rows, texts, dictionaries and snapshots come and go', { timeout }, () => {
  const script = join(import.meta.dirname, 'run-churn.ts');
  const args = ['--conditions=source', '--expose-gc', script, String(SECONDS), String(SEED)];
  const cycles = execFileSync(process.execPath, args, { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Cycle);
  const half = Math.floor(cycles.length / 2);
  const said = `${cycles.length} cycles, seed ${SEED}`;
  const mean = (of: readonly Cycle[]): number => of.reduce((sum, { usedBytes }) => sum + usedBytes, 0) / of.length;
  expect(mean(cycles.slice(half)) / mean(cycles.slice(1, half)), `own account, ${said}`).toBeLessThan(GROWTH_MAX);
  // In a few seconds V8 has not found the size of its heap yet, which is more than the rows of this test.
  if (SECONDS < LONG_SECONDS) return;
  const most = (of: readonly Cycle[]): number => Math.max(...of.map(({ residentBytes }) => residentBytes));
  expect(most(cycles.slice(half)) / most(cycles.slice(0, half)), `resident, ${said}`).toBeLessThan(GROWTH_MAX);
});
