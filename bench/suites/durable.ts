/** Writes that are on disk when they are acknowledged, by many writers at a time, against lmdb-js and Node's SQLite. */
import { runDurable, type DurableRun } from '../harness/durable-run.ts';
import type { SuiteAnswer, SuiteInput } from '../harness/suite.ts';
import { rowsLabel } from '../harness/table.ts';
import { makeOrders } from '../orders.ts';
import { lmdbInTurn, lmdbOverlapping } from '../peers/lmdb-durable.ts';
import { sqliteTick } from '../peers/sqlite-durable.ts';
import { WEFT_DURABLE, weftDurable } from '../peers/weft-durable.ts';
import { durableCases, flushNote } from './durable-cases.ts';

const WRITERS = [64, 256];
/** Keys that are written over and over. */
const ROWS = 100_000;
const WAYS = [weftDurable, lmdbOverlapping, lmdbInTurn, sqliteTick];

export async function runDurableSuite({ rows = ROWS, reps, deadline, say }: SuiteInput): Promise<SuiteAnswer> {
  const orders = makeOrders(rows, 1);
  const runs: (readonly [writers: number, run: DurableRun])[] = [];
  for (const writers of WRITERS)
    runs.push([writers, await runDurable({ ways: WAYS, orders, writers, reps, deadline, say })]);
  return {
    cases: runs.flatMap(([writers, run]) => durableCases(WEFT_DURABLE, run, writers)),
    rates: Object.fromEntries(
      runs.flatMap(([writers, { rates, flushes }]) => [
        [`durable, ${writers} writers`, Object.fromEntries(rates)],
        [`flushes, ${writers} writers`, Object.fromEntries(flushes)],
      ]),
    ),
    otherCores: runs.flatMap(([, { otherCores }]) => otherCores),
    notes: [
      `Each writer awaits one write after the other, of ${rowsLabel(rows)} orders in turn; rates are acknowledged writes a second.`,
      ...runs.map(([writers, run]) => flushNote(run, writers)),
      'Flushes are those of the device, whoever asked for them.',
      'The last writes of each stretch were read back.',
    ],
  };
}
