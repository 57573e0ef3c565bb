/** A restart: a process of its own opens the directory that another has filled, and is ready. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { watchOtherWork } from '../harness/other-work.ts';
import type { Recovered } from '../harness/recover-child.ts';
import type { SuiteAnswer, SuiteInput } from '../harness/suite.ts';
import { rowsLabel } from '../harness/table.ts';
import { recoverCases } from './recover-cases.ts';

/** A gigabyte of rows and their key index. */
const ROWS = 10_000_000;
const CHILD = fileURLToPath(new URL('../harness/recover-child.ts', import.meta.url));

export async function runRecover({ rows = ROWS, reps, deadline, say }: SuiteInput): Promise<SuiteAnswer> {
  const scratch = await mkdtemp(join(tmpdir(), 'weft-recover-'));
  try {
    run('fill', scratch, String(rows));
    say(`${rowsLabel(rows)} rows written, ${deadline.elapsedSeconds().toFixed(0)} s`);
    const runs: Recovered[] = [];
    const otherCores: number[] = [];
    for (let rep = 0; rep < reps; rep++) {
      const endWatch = watchOtherWork();
      const found = JSON.parse(run('open', scratch)) as Recovered;
      const others = endWatch();
      if (found.rows !== rows) throw new Error(`${found.rows} rows were found of ${rows}`);
      runs.push(found);
      // What the child did counts as other work here.
      if (others !== undefined) otherCores.push(Math.max(0, others - 1));
      deadline.check();
      say(`  repetition ${rep + 1} of ${reps}: ${found.seconds.toFixed(1)} s`);
    }
    return answerOf(runs, otherCores, rows);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

function answerOf(runs: readonly Recovered[], otherCores: readonly number[], rows: number): SuiteAnswer {
  const { dataBytes, snapshotBytes, journalBytes, changes } = runs[0]!;
  const label = `${rowsLabel(rows)} rows`;
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  return {
    cases: recoverCases(runs, label),
    rates: {
      [`restart, ${label}`]: {
        seconds: runs.map(({ seconds }) => seconds),
        peakBytes: runs.map(({ peakBytes }) => peakBytes),
        steadyBytes: runs.map(({ steadyBytes }) => steadyBytes),
      },
    },
    otherCores,
    notes: [
      `${megabytes(dataBytes)} of rows and indexes: ${megabytes(snapshotBytes)} of pages from the last snapshot, then ${changes} changes from ${megabytes(journalBytes)} of journal; files are in the page cache.`,
      'Ready is when all changes are made again and a scan of all rows has been compared with what the journal says.',
      'Peak is the most resident memory until then, steady that once garbage is collected.',
    ],
  };
}

function run(...words: readonly string[]): string {
  return execFileSync(process.execPath, ['--conditions=source', CHILD, ...words], {
    encoding: 'utf8',
    maxBuffer: 1 << 20,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
