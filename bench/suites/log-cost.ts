/** What a log costs: the same points into a grid without a log, with one in memory, and with one that goes to disk in the background. */
import { runPoints, type Runner } from '../harness/point-run.ts';
import type { SuiteAnswer, SuiteInput } from '../harness/suite.ts';
import { rowsLabel } from '../harness/table.ts';
import { startRunner } from '../harness/worker-runner.ts';
import type { PointPart } from '../peers/point-stores.ts';
import { logCostCases } from './log-cost-cases.ts';

const PARTS: readonly PointPart[] = ['weft', 'memoryLog', 'asyncLog'];
const ROWS = 1_000_000;
/** Long enough that a journal, which may be some megabytes behind, keeps up within each stretch. */
const CELL_MS = 2000;

export async function runLogCost({ rows = ROWS, reps, deadline, say }: SuiteInput): Promise<SuiteAnswer> {
  const runners: Runner[] = [];
  try {
    for (const part of PARTS) {
      const runner = await startRunner(part, rows);
      runners.push(runner);
      say(`  ${runner.name}: loaded in ${runner.loadSeconds.toFixed(1)} s`);
    }
    const { rates, otherCores } = await runPoints({ runners, reps, cellMs: CELL_MS, deadline, say });
    const [none, ...logged] = runners.map(({ name }) => name);
    return {
      cases: logCostCases(rates, { none: none!, logged }, rows),
      rates: Object.fromEntries(
        [...rates].map(([key, byStore]) => [`${key}, ${rowsLabel(rows)} rows`, Object.fromEntries(byStore)]),
      ),
      otherCores,
      notes: [
        'Rates are operations a second, one at a time, median of the repetitions; ratios are of neighbours within a repetition.',
        'A put writes a whole order, an update one indexed column. Gets are not logged: their ratio is what the machine did meanwhile.',
        'The journal of async goes to a temporary directory. Its writer shares thread and core with the puts; past 1 MiB behind, puts wait for it.',
      ],
    };
  } finally {
    for (const runner of runners) await runner.close();
  }
}
