/** What the `embedded` suite compares, and how much it must be. */
import { judge, type JudgedCase } from '../harness/case.ts';
import type { Operation } from '../harness/ledger.ts';
import type { Mode, Rates } from '../harness/point-run.ts';
import { rowsLabel } from '../harness/table.ts';

/** The name of each store in this run, by its part in the comparison. */
export type StoreNames = {
  readonly weft: string;
  readonly duckdb: string;
  readonly pglite: string;
  readonly map: string;
  readonly clonedMap: string;
  readonly indexedMap: string;
};

/** From this table size on a Map of objects has left the processor's caches; the aim is for below. */
const MAP_AIM_ROWS_MAX = 100_000;

type Comparison = {
  readonly operation: Operation;
  readonly mode: Mode;
  readonly peer: keyof StoreNames;
  /** Where the peer's way of calling differs from ours. */
  readonly peerMode?: Mode;
  readonly must: number;
  readonly aim?: number;
};

/** One table size's cases. */
export function embeddedCases(rates: Rates, names: StoreNames, rows: number): JudgedCase[] {
  return comparisons(rows).map(({ operation, mode, peer, peerMode = mode, must, aim }) =>
    judge({
      name: `${operation} ${mode}, ${rowsLabel(rows)} rows`,
      peerName: peerMode === mode ? names[peer] : `${names[peer]}, ${peerMode}`,
      ours: ratesOf(rates, `${operation} ${mode}`, names.weft),
      theirs: ratesOf(rates, `${operation} ${peerMode}`, names[peer]),
      must,
      ...(aim === undefined ? {} : { aim }),
    }),
  );
}

function comparisons(rows: number): Comparison[] {
  const mapAim = rows <= MAP_AIM_ROWS_MAX ? { aim: 0.5 } : {};
  return [
    { operation: 'get', mode: 'awaited', peer: 'duckdb', must: 300 },
    { operation: 'get', mode: 'awaited', peer: 'pglite', must: 40 },
    { operation: 'get', mode: 'awaited', peer: 'map', must: 0, ...mapAim },
    { operation: 'get', mode: 'awaited', peer: 'map', peerMode: 'sync', must: 0 },
    { operation: 'get', mode: 'awaited', peer: 'clonedMap', must: 0 },
    { operation: 'put', mode: 'awaited', peer: 'duckdb', must: 300 },
    { operation: 'put', mode: 'awaited', peer: 'pglite', must: 15 },
    { operation: 'put', mode: 'awaited', peer: 'map', must: 0 },
    { operation: 'put', mode: 'awaited', peer: 'clonedMap', must: 0, aim: 2 },
    { operation: 'update', mode: 'awaited', peer: 'duckdb', must: 300 },
    { operation: 'update', mode: 'awaited', peer: 'pglite', must: 15 },
    { operation: 'update', mode: 'awaited', peer: 'indexedMap', must: 0 },
    ...(['get', 'put', 'update'] as const).flatMap((operation) => syncComparisons(operation)),
  ];
}

/** DuckDB and PGlite have no synchronous call: ours stands beside their awaited one. */
function syncComparisons(operation: Operation): Comparison[] {
  return [
    { operation, mode: 'sync', peer: 'duckdb', peerMode: 'awaited', must: 0 },
    { operation, mode: 'sync', peer: 'pglite', peerMode: 'awaited', must: 0 },
    { operation, mode: 'sync', peer: operation === 'update' ? 'indexedMap' : 'map', must: 0 },
    { operation, mode: 'sync', peer: 'clonedMap', must: 0 },
  ];
}

function ratesOf(rates: Rates, key: string, store: string): readonly number[] {
  const list = rates.get(key)?.get(store);
  if (list === undefined) throw new Error(`the run has no rates of ${key} for ${store}`);
  return list;
}
