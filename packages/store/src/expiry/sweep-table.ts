import { ROWS_PER_PAGE, type ScanCounters, type Slice, type Work } from '@weft/data';
import type { PartitionLog } from '@weft/log';
import type { Sweeper } from './sweeper.ts';

/**
 * Removes the rows of a table that have expired. How many. Pauses where the slice is over, behind each step of some 0.1 ms. The table is looked
 * up for each step: it may go over to another declaration between them. Throws what keeps the log from taking records.
 */
export function* sweepTable(
  port: { readonly table: { readonly sweeper: Sweeper | undefined } },
  log: PartitionLog,
  slice: Slice,
  counters: ScanCounters,
): Work<number> {
  for (;;) {
    log.admit();
    const step = port.table.sweeper?.step();
    if (step === undefined) return counters.rowsMatched;
    counters.rowsRead += step.pages * ROWS_PER_PAGE;
    counters.rowsMatched += step.removed;
    if (!step.isOpen) return counters.rowsMatched;
    if (slice.isOver()) yield;
  }
}
