/** What the `log-cost` suite compares, and how much it must be. */
import { judge, type JudgedCase } from '../harness/case.ts';
import type { Rates } from '../harness/point-run.ts';
import { rowsLabel } from '../harness/table.ts';

const MUST = 0.6;
const AIM = 0.8;

/** Names of the stores in the run. */
export type LogCostNames = { readonly none: string; readonly logged: readonly string[] };

/** Each way of logging against none: awaited puts carry the must, the others inform. */
export function logCostCases(rates: Rates, { none, logged }: LogCostNames, rows: number): JudgedCase[] {
  return [...rates.keys()].flatMap((key) =>
    logged.map((name) => {
      const isJudged = key === 'put awaited';
      const ours = ratesOf(rates, key, name);
      const theirs = ratesOf(rates, key, none);
      const label = `${key}, ${name.replace('weft, ', '')}, ${rowsLabel(rows)} rows`;
      const input = { name: label, peerName: `${none}, no log`, ours, theirs, must: isJudged ? MUST : 0 };
      return judge(isJudged ? { ...input, aim: AIM } : input);
    }),
  );
}

function ratesOf(rates: Rates, key: string, store: string): readonly number[] {
  const list = rates.get(key)?.get(store);
  if (list === undefined) throw new Error(`the run has no rates of ${key} for ${store}`);
  return list;
}
