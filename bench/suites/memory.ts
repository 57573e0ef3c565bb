/** Memory of ten-field orders with their key index, against Redis hashes and DuckDB in memory with the same primary key. */
import { measureStore } from '../harness/memory-run.ts';
import { rowsLabel } from '../harness/table.ts';
import type { SuiteAnswer, SuiteInput } from '../harness/suite.ts';
import { redisVersion } from '../peers/redis-server.ts';
import type { MemoryPart } from '../peers/memory-stores.ts';
import { memoryCases, ourBytes, peerBytes, type Figures } from './memory-cases.ts';

const COUNTS = [700_000, 1_000_000, 1_300_000, 2_000_000];
const SEED = 7;

const PEERS = {
  redis: { must: 1.8, aim: 2.5 },
  duckdb: { must: 1.2, aim: 1.8 },
  duckdbPacked: { must: 0 },
} as const;

export async function runMemory({ rows, reps, deadline, say }: SuiteInput): Promise<SuiteAnswer> {
  redisVersion();
  const counts = rows === undefined ? COUNTS : [rows];
  const figures: Record<MemoryPart, Figures[]> = { weft: [], redis: [], duckdb: [], duckdbPacked: [] };
  for (let rep = 0; rep < reps; rep++) {
    // Side by side: bytes do not depend on time, and the suite has only so much of it.
    const parts = Object.keys(figures) as MemoryPart[];
    const measured = await Promise.all(parts.map((part) => measureStore(part, counts, SEED + rep)));
    for (const [at, part] of parts.entries()) {
      figures[part].push(measured[at]!);
      for (const one of measured[at]!) say(`  ${describe(part, one)}`);
    }
    deadline.check();
    say(`  repetition ${rep + 1} of ${reps}, ${deadline.elapsedSeconds().toFixed(0)} s`);
  }
  return {
    cases: (['redis', 'duckdb', 'duckdbPacked'] as const).flatMap((part) =>
      memoryCases(figures.weft, { figures: figures[part], ...PEERS[part] }),
    ),
    rates: ratesOf(figures),
    // The stores are other processes than this one: their work would count as others'.
    otherCores: [],
    notes: [
      'Bytes a row. Each store is alone in its process (Redis: its server) and is loaded from empty through all counts; the ratio is the peer over weft.',
      'Resident memory grows from a process that has filled and closed a store before, young garbage bounded to 2 MB.',
      'Of the own account and the growth of resident memory the larger counts for weft, the smaller for a peer.',
      'DuckDB as loaded carries the must. A checkpoint, asked for by hand, compresses it; that case informs.',
      'After each count the rows were counted, at the end 200 of them read back and compared.',
    ],
  };
}

function describe(part: MemoryPart, { rows, ownBytes, residentBytes }: Figures[number]): string {
  const perRow = (bytes: number): string => (bytes / rows).toFixed(1);
  return `${part}, ${rowsLabel(rows)} rows: ${perRow(ownBytes)} bytes a row by its own account, ${perRow(residentBytes)} resident`;
}

/** Both accounts of every repetition. */
function ratesOf(figures: Record<MemoryPart, Figures[]>): SuiteAnswer['rates'] {
  const byPart = (Object.keys(figures) as MemoryPart[]).map((part) => [part, listsOf(part, figures[part])] as const);
  return Object.fromEntries(byPart);
}

function listsOf(part: MemoryPart, repetitions: readonly Figures[]): Record<string, number[]> {
  const lists: Record<string, number[]> = {};
  for (const measured of repetitions) {
    for (const one of measured) {
      const label = rowsLabel(one.rows);
      (lists[`${label} rows, own account`] ??= []).push(one.ownBytes / one.rows);
      (lists[`${label} rows, resident`] ??= []).push(one.residentBytes / one.rows);
      (lists[`${label} rows, counted`] ??= []).push(part === 'weft' ? ourBytes(one) : peerBytes(one));
    }
  }
  return lists;
}
