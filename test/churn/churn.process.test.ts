import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** A minute in `.ci/run`, ten to be sure; a few cycles where it is not set. */
const SECONDS = Number(process.env['WEFT_CHURN_SECONDS'] ?? 0);
const SEED = Number(process.env['WEFT_CHURN_SEED'] ?? 20_261_122);
/** In a few seconds caches and readers have not come to rest yet; a leak shows all the same. */
const LONG_SECONDS = 30;
/** Memory of the second half against that of the first. */
const GROWTH_MAX = SECONDS < LONG_SECONDS ? 1.25 : 1.1;
/** V8 doubles its young generation when it sees fit, from 34 MB to 134 within a minute: more than all rows take. Here it may not. */
const FLAGS = ['--expose-gc', '--min-semi-space-size=16', '--max-semi-space-size=16'];
const timeout = (SECONDS + 300) * 1000;

interface Cycle {
  /** By own account, the mean of the cycle: readers that come and go hold pages for a while. */
  readonly usedBytes: number;
  readonly residentBytes: number;
}

test('memory stays as it was while rows, texts, dictionaries and snapshots come and go', { timeout }, () => {
  const script = join(import.meta.dirname, 'run-churn.ts');
  const args = ['--conditions=source', ...FLAGS, script, String(SECONDS), String(SEED)];
  const cycles = execFileSync(process.execPath, args, { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Cycle);
  const half = Math.floor(cycles.length / 2);
  const said = `${cycles.length} cycles, seed ${SEED}`;
  const mean = (of: readonly Cycle[]): number => of.reduce((sum, { usedBytes }) => sum + usedBytes, 0) / of.length;
  expect(mean(cycles.slice(half)) / mean(cycles.slice(1, half)), `own account, ${said}`).toBeLessThan(GROWTH_MAX);
  // Nor has V8 compiled all by then, or the arena seen its peak.
  if (SECONDS < LONG_SECONDS) return;
  const most = (of: readonly Cycle[]): number => Math.max(...of.map(({ residentBytes }) => residentBytes));
  expect(most(cycles.slice(half)) / most(cycles.slice(0, half)), `resident, ${said}`).toBeLessThan(GROWTH_MAX);
});
