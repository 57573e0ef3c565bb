/**
 * One format of the `import` suite: in each repetition both sides fill a new, empty table from the same file, in turn; who begins
 * turns with the repetition. The import alone is measured, to the point where its rows can be read. Then a full scan of each side must
 * come to the same sums.
 */
import { collectGarbage } from './collect.ts';
import type { Deadline } from './deadline.ts';
import { watchOtherWork } from './other-work.ts';

/** One empty table and the import into it. */
export type ImportTable = {
  load(): Promise<void>;
  /** By a full scan. */
  totals(): Promise<FlightTotals>;
  close(): Promise<void>;
};

export type ImportWay = {
  /** Unique in a run, with version and way. */
  readonly name: string;
  open(): Promise<ImportTable>;
};

/** The checksum of a full scan. */
export type FlightTotals = {
  readonly rows: number;
  readonly id: number;
  readonly delay: number;
  readonly distance: number;
  /** Milliseconds since 1970. */
  readonly first: number;
  readonly last: number;
  /** Flights of each airport of departure, and the sum of their distances. */
  readonly airports: string;
};

export type ImportRunInput = {
  readonly ways: readonly ImportWay[];
  readonly rows: number;
  readonly reps: number;
  readonly deadline: Deadline;
  readonly say: (line: string) => void;
};

export type ImportRun = {
  /** Way → rows a second, one per repetition. */
  readonly rates: ReadonlyMap<string, readonly number[]>;
  readonly otherCores: readonly number[];
};

export async function runImports({ ways, rows, reps, deadline, say }: ImportRunInput): Promise<ImportRun> {
  const rates = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
  const otherCores: number[] = [];
  // Once unmeasured: code is compiled, and the file is in the page cache.
  for (const way of ways) await importOnce(way, rows);
  for (let rep = 0; rep < reps; rep++) {
    const endWatch = watchOtherWork();
    const found: [string, FlightTotals][] = [];
    for (let i = 0; i < ways.length; i++) {
      const way = ways[(i + rep) % ways.length]!;
      const { seconds, totals } = await importOnce(way, rows);
      rates.get(way.name)!.push(rows / seconds);
      found.push([way.name, totals]);
    }
    requireEqual(found);
    const others = endWatch();
    if (others !== undefined) otherCores.push(others);
    deadline.check();
    say(`  repetition ${rep + 1} of ${reps}, ${deadline.elapsedSeconds().toFixed(0)} s`);
  }
  return { rates, otherCores };
}

async function importOnce(way: ImportWay, rows: number): Promise<{ seconds: number; totals: FlightTotals }> {
  collectGarbage();
  const table = await way.open();
  try {
    const startMs = performance.now();
    await table.load();
    const seconds = (performance.now() - startMs) / 1000;
    const totals = await table.totals();
    if (totals.rows !== rows) throw new Error(`${way.name} holds ${totals.rows} rows of ${rows}`);
    return { seconds, totals };
  } finally {
    await table.close();
  }
}

/** Throws where two sides scan different sums. */
export function requireEqual(found: readonly (readonly [way: string, FlightTotals])[]): void {
  const [[first, expected], ...others] = found as [[string, FlightTotals], ...[string, FlightTotals][]];
  for (const [way, totals] of others) {
    if (JSON.stringify(totals) === JSON.stringify(expected)) continue;
    throw new Error(`${way} scans ${JSON.stringify(totals)}, ${first} scans ${JSON.stringify(expected)}`);
  }
}
