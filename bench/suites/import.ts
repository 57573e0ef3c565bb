/** The flights from CSV and from Parquet into a table with a key, against DuckDB's `COPY` and `INSERT … SELECT`. */
import { judge } from '../harness/case.ts';
import { flightFiles } from '../harness/flights-files.ts';
import { runImports, type ImportWay } from '../harness/import-run.ts';
import type { SuiteAnswer, SuiteInput } from '../harness/suite.ts';
import { rowsLabel } from '../harness/table.ts';
import { duckdbCsv, duckdbParquet } from '../peers/duckdb-import.ts';
import { weftImport } from '../peers/weft-import.ts';

const MUST = 0.3;
const AIM = 0.8;

export async function runImport(input: SuiteInput): Promise<SuiteAnswer> {
  const files = await flightFiles(input.rows);
  try {
    const label = rowsLabel(files.rows);
    const csv = await runFormat(
      input,
      `CSV, ${label} flights`,
      files.rows,
      weftImport(files.csv),
      duckdbCsv(files.csv),
    );
    const parquet = await runFormat(
      input,
      `Parquet, ${label} flights`,
      files.rows,
      weftImport(files.parquet, { rowNumber: 'id' }),
      duckdbParquet(files.parquet),
    );
    return {
      cases: [...csv.cases, ...parquet.cases],
      rates: { ...csv.rates, ...parquet.rates },
      otherCores: [...csv.otherCores, ...parquet.otherCores],
      notes: [
        'Rates are rows a second, median of the repetitions; ratios are of neighbours within a repetition.',
        'Both sides keep the primary key "id"; files are in the page cache; Weft reads in one thread and writes in another, DuckDB uses all cores.',
        'After each import full scans of both sides came to the same sums (rows, ids, delays, distances, dates, flights and distances by airport).',
      ],
    };
  } finally {
    files.remove();
  }
}

async function runFormat(
  { reps, deadline, say }: SuiteInput,
  name: string,
  rows: number,
  weft: ImportWay,
  peer: ImportWay,
): Promise<SuiteAnswer> {
  say(name);
  const { rates, otherCores } = await runImports({ ways: [weft, peer], rows, reps, deadline, say });
  const [ours, theirs] = [rates.get(weft.name)!, rates.get(peer.name)!];
  return {
    cases: [judge({ name, peerName: peer.name, ours, theirs, must: MUST, aim: AIM })],
    rates: { [name]: Object.fromEntries(rates) },
    otherCores,
    notes: [],
  };
}
