/**
 * One order at a time in one process: get, put and update of an indexed field, by uniform random
 * keys, awaited and synchronous, at two table sizes.
 */
import { collectGarbage } from '../harness/collect.ts';
import { makeFeed } from '../harness/feed.ts';
import { runPoints, type Rates } from '../harness/point-run.ts';
import type { PointStore } from '../harness/store.ts';
import type { SuiteAnswer, SuiteInput } from '../harness/suite.ts';
import { rowsLabel } from '../harness/table.ts';
import { openDuckdb } from '../peers/duckdb.ts';
import { openClonedMap, openIndexedMap, openMap } from '../peers/map.ts';
import { openPglite } from '../peers/pglite.ts';
import { openWeft } from '../peers/weft.ts';
import { embeddedCases, type StoreNames } from './embedded-cases.ts';

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
      'Rates are operations a second, one at a time, median of the repetitions; ratios are of neighbours within a repetition.',
      'A secondary index on the updated field is kept by Weft, DuckDB, PGlite and "Map + index"; the other Maps keep none.',
      'A get reads all ten fields; Weft gives a new object each time, Map the stored one.',
    ],
  };
}

async function runSize({ reps, deadline, say }: SuiteInput, rows: number): Promise<SuiteAnswer> {
  say(`${rowsLabel(rows)} rows`);
  const feed = makeFeed(rows, rows);
  const byPart = await openStores();
  const stores = Object.values(byPart);
  try {
    for (const store of stores) await loadStore(store, feed.versions[0], say);
    const { rates, otherCores } = await runPoints({ stores, feed, reps, cellMs: CELL_MS, deadline, say });
    return {
      cases: embeddedCases(rates, namesOf(byPart), rows),
      rates: plainRates(rates, rows),
      otherCores,
      notes: [],
    };
  } finally {
    for (const store of stores) await store.close();
    collectGarbage();
  }
}

type Stores = Readonly<Record<keyof StoreNames, PointStore>>;

async function openStores(): Promise<Stores> {
  return {
    weft: await openWeft(),
    duckdb: await openDuckdb(),
    pglite: await openPglite(),
    map: openMap(),
    clonedMap: openClonedMap(),
    indexedMap: openIndexedMap(),
  };
}

async function loadStore(
  store: PointStore,
  orders: Parameters<PointStore['load']>[0],
  say: SuiteInput['say'],
): Promise<void> {
  const startMs = performance.now();
  await store.load(orders);
  say(`  ${store.name}: loaded in ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
}

function namesOf(stores: Stores): StoreNames {
  return Object.fromEntries(Object.entries(stores).map(([part, { name }]) => [part, name])) as StoreNames;
}

function plainRates(rates: Rates, rows: number): SuiteAnswer['rates'] {
  return Object.fromEntries(
    [...rates].map(([key, byStore]) => [`${key}, ${rowsLabel(rows)} rows`, Object.fromEntries(byStore)]),
  );
}
