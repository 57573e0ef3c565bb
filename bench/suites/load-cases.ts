/** What the `load` suite compares, and how much it must be. */
import type { BulkRun, BulkWay } from '../harness/bulk-run.ts';
import { judge, type JudgedCase } from '../harness/case.ts';
import { median } from '../harness/ratio.ts';

const MUST = 0.5;
const AIM = 1.5;

export type LoadWays = {
  readonly weft: BulkWay;
  /** The peer's ways into a table with the same primary key as ours. */
  readonly keyed: readonly BulkWay[];
  /** Its ways into a table without: less work than ours, so for information. */
  readonly keyless: readonly BulkWay[];
};

/** One table size's cases. The fastest of the peer's keyed ways carries the must. */
export function loadCases(
  { weft, keyed, keyless }: LoadWays,
  rates: BulkRun['rates'],
  rowsLabel: string,
): JudgedCase[] {
  const medianOf = ({ name }: BulkWay) => median(ratesOf(rates, name));
  const [fastest, ...slower] = keyed.toSorted((left, right) => medianOf(right) - medianOf(left));
  const name = `writeMany, ${rowsLabel} rows`;
  const ours = ratesOf(rates, weft.name);
  return [
    judge({ name, peerName: fastest!.name, ours, theirs: ratesOf(rates, fastest!.name), must: MUST, aim: AIM }),
    ...[...slower, ...keyless].map((way) =>
      judge({ name, peerName: way.name, ours, theirs: ratesOf(rates, way.name), must: 0 }),
    ),
  ];
}

function ratesOf(rates: BulkRun['rates'], way: string): readonly number[] {
  const list = rates.get(way);
  if (list === undefined) throw new Error(`the run has no rates of ${way}`);
  return list;
}
