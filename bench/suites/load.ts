/** Bulk load of typed rows into an empty table, against DuckDB's appender. */
import { runBulk } from '../harness/bulk-run.ts';
import { rowsLabel } from '../harness/table.ts';
import type { SuiteAnswer, SuiteInput } from '../harness/suite.ts';
import { makeOrders } from '../orders.ts';
import { duckdbChunkAppender, duckdbRowAppender } from '../peers/duckdb-bulk.ts';
import { weftWriteMany } from '../peers/weft-bulk.ts';
import { loadCases, type LoadWays } from './load-cases.ts';

const ROWS = [1_000_000, 3_000_000];

const WAYS: LoadWays = {
  weft: weftWriteMany,
  keyed: [duckdbRowAppender({ key: true }), duckdbChunkAppender({ key: true })],
  keyless: [duckdbRowAppender({ key: false })],
};

export async function runLoad(input: SuiteInput): Promise<SuiteAnswer> {
  const sizes = input.rows === undefined ? ROWS : [input.rows];
  const answers: SuiteAnswer[] = [];
  for (const rows of sizes) answers.push(await runSize(input, rows));
  return {
    cases: answers.flatMap(({ cases }) => cases),
    rates: Object.assign({}, ...answers.map(({ rates }) => rates)),
    otherCores: answers.flatMap(({ otherCores }) => otherCores),
    notes: [
      'Rates are rows a second, median of the repetitions; ratios are of neighbours within a repetition.',
      'Weft keeps the key "id"; the must is against the fastest of DuckDB\'s ways into a table with the same primary key.',
      'After each load one more row was written and a full scan added up right (rows, two integer sums, a float sum).',
    ],
  };
}

async function runSize({ reps, deadline, say }: SuiteInput, rows: number): Promise<SuiteAnswer> {
  say(`${rowsLabel(rows)} rows`);
  const orders = makeOrders(rows, rows);
  const ways = [WAYS.weft, ...WAYS.keyed, ...WAYS.keyless];
  const { rates, otherCores } = await runBulk({ ways, orders, reps, deadline, say });
  return {
    cases: loadCases(WAYS, rates, rowsLabel(rows)),
    rates: { [`load, ${rowsLabel(rows)} rows`]: Object.fromEntries(rates) },
    otherCores,
    notes: [],
  };
}
