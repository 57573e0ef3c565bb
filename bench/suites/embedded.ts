/**
 * One order at a time, each store in a thread of its own: get, put and update of an indexed field, by uniform random
 * keys, awaited and synchronous, at two table sizes.
 */
import { runPoints, type Rates, type Runner } from '../harness/point-run.ts';
import type { SuiteAnswer, SuiteInput } from '../harness/suite.ts';
import { rowsLabel } from '../harness/table.ts';
import { startRunner } from '../harness/worker-runner.ts';
import type { PointPart } from '../peers/point-stores.ts';
import { embeddedCases, type StoreNames } from './embedded-cases.ts';

const PARTS: readonly PointPart[] = ['weft', 'duckdb', 'pglite', 'map', 'clonedMap', 'indexedMap'];
const ROWS = [100_000, 1_000_000];

/** Least time of an operation in a repetition: some 600 gets of DuckDB, a million of a Map. */
const CELL_MS = 500;

export async function runEmbedded(input: SuiteInput): Promise<SuiteAnswer> {
  const sizes = input.rows === undefined ? ROWS : [input.rows];
  const answers: SuiteAnswer[] = [];
  for (const rows of sizes) answers.push(await runSize(input, rows));
  return {
    cases: answers.flatMap(({ cases }) => cases),
    rates: Object.assign({}, ...answers.map(({ rates }) => rates)),
    otherCores: answers.flatMap(({ otherCores }) => otherCores),
    notes: [
      'Each store has a thread and a heap of its own; they take turns, so that one works at a time.',
      'Rates are operations a second, one at a time, median of the repetitions; ratios are of neighbours within a repetition.',
      'A secondary index on the updated field is kept by Weft, DuckDB, PGlite and "Map + index"; the other Maps keep none.',
      'A get reads all ten fields; Weft gives a new object each time, Map the stored one.',
    ],
  };
}

async function runSize({ reps, deadline, say }: SuiteInput, rows: number): Promise<SuiteAnswer> {
  say(`${rowsLabel(rows)} rows`);
  const runners = new Map<PointPart, Runner>();
  try {
    for (const part of PARTS) {
      const runner = await startRunner(part, rows);
      runners.set(part, runner);
      say(`  ${runner.name}: loaded in ${runner.loadSeconds.toFixed(1)} s`);
    }
    const { rates, otherCores } = await runPoints({
      runners: [...runners.values()],
      reps,
      cellMs: CELL_MS,
      deadline,
      say,
    });
    return {
      cases: embeddedCases(rates, namesOf(runners), rows),
      rates: plainRates(rates, rows),
      otherCores,
      notes: [],
    };
  } finally {
    for (const runner of runners.values()) await runner.close();
  }
}

function namesOf(runners: ReadonlyMap<PointPart, Runner>): StoreNames {
  return Object.fromEntries([...runners].map(([part, { name }]) => [part, name])) as StoreNames;
}

function plainRates(rates: Rates, rows: number): SuiteAnswer['rates'] {
  return Object.fromEntries(
    [...rates].map(([key, byStore]) => [`${key}, ${rowsLabel(rows)} rows`, Object.fromEntries(byStore)]),
  );
}
