import { micros, whole } from './format.ts';
import type { ReadFigures } from './read-probe.ts';
import { recoveryLine, type Recovery } from './recovery.ts';

/** Why a run ended. */
export type StopReason = 'exit-after' | 'SIGINT' | 'SIGTERM' | 'failure';

/** A whole run in a few figures. */
export interface DemoSummary {
  readonly reason: StopReason;
  readonly elapsedMs: number;
  /** From the start of the process to the first look with rows in it; undefined where it ended before. */
  readonly firstFiguresMs: number | undefined;
  readonly rows: number;
  readonly rowsWritten: number;
  readonly historyRows: number;
  readonly historyRowsPerSecond: number;
  readonly events: number;
  readonly reads: ReadFigures;
  readonly alerts: number;
  readonly bytesPerRow: number | undefined;
  readonly turnMaxMs: number;
  /** Directory of the journal, and whether it is left. */
  readonly journal?: string;
  readonly isKept?: boolean;
  readonly recovery?: Recovery | undefined;
}

/** What a person reads at the end: what was done, what was kept, what to try next. */
export function closingLines(summary: DemoSummary): readonly string[] {
  const { rowsWritten, elapsedMs, historyRowsPerSecond, events, reads, rows, journal, isKept, recovery } = summary;
  const quantiles = reads.p50Us === undefined ? '' : `, p50 ${micros(reads.p50Us)}, p99 ${micros(reads.p99Us ?? 0)}`;
  return [
    `Stopped after ${(elapsedMs / 1000).toFixed(1)} s: ${whole(rowsWritten)} flights written ` +
      `(${historyRowsPerSecond === 0 ? '' : `history at ${whole(historyRowsPerSecond)} rows/s, `}${whole(events)} live), ${whole(reads.reads)} reads by id${quantiles}.`,
    ...(recovery === undefined || journal === undefined ? [] : [recoveryLine(recovery, journal)]),
    isKept === true
      ? `Kept: ${whole(rows)} rows, in ${journal}. npm run demo -- --data-dir ${journal} goes on with them.`
      : `Kept: nothing. The ${whole(rows)} rows were in memory, and their journal${journal === undefined ? '' : ` in ${journal}`} is removed; --keep or --data-dir leaves it.`,
    'Next: npm run demo -- --rate 50000 (ten times the events), npm run demo -- --help, and the typed example in README.md.',
  ];
}
