import type { Arena, ScanCounters, Slice, Work } from '@weft/data';
import type { TableSnapshot, TableView } from '../snapshot/table-snapshot.ts';
import type { Table } from '../table/table.ts';

/** What a query in one partition runs with. */
export interface QueryContext {
  readonly table: Table;
  readonly arena: Arena;
  readonly slice: Slice;
  readonly counters: ScanCounters;
  /** The partition's position when the call began: its snapshot is no older. */
  readonly startedLsn: number;
  /** The partition's position now. */
  lsnNow(): number;
  /**
   * The moment, by the wall clock, at which rows must not have expired. Asked once the view is there: what has been removed until then
   * had expired by it, so that an answer holds all rows of one expiry or none.
   */
  readonly momentMs: () => number;
  /** Whether the work runs in one turn, so that it must not wait for a snapshot. */
  readonly isWhole: boolean;
  /** Whether other partitions answer too, as of the same moment: the view opens now and the work pauses behind that. */
  readonly isTogether: boolean;
  /** Up to so many rows are read as they are, in one turn and without a snapshot. */
  readonly rowsAtOnce: number;
}

/** Rows that one turn can read, whatever is asked of them. */
export const ROWS_AT_ONCE = 1024;

/** A view that stays as it is for as long as the query runs, and what frees it. */
export interface HeldView {
  readonly view: TableView;
  /** Whether the query may pause: not over the live table, which would change meanwhile. */
  readonly canPause: boolean;
  /** Called after each pause. Throws SNAPSHOT_TOO_OLD. */
  readonly resume: () => void;
  readonly release: () => void;
}

/** The view to scan: the live table where one turn will do, else a snapshot. */
export function* viewToScan(context: QueryContext): Work<HeldView> {
  if (context.isWhole || context.table.live.rowCount <= context.rowsAtOnce) return liveView(context.table);
  if (context.isTogether) return held(context.table.snapshots.acquire());
  return held(yield* context.table.snapshots.wait(() => context.startedLsn));
}

/** A snapshot of this very turn, for rows that an index proposes now. */
export function* viewOfNow(context: QueryContext): Work<HeldView> {
  if (context.isWhole) return liveView(context.table);
  if (context.isTogether) return held(context.table.snapshots.acquire());
  return held(yield* context.table.snapshots.wait(() => context.lsnNow()));
}

export function liveView(table: Table): HeldView {
  return { view: table, canPause: false, resume: () => undefined, release: () => undefined };
}

function held(snapshot: TableSnapshot): HeldView {
  return { view: snapshot, canPause: true, resume: () => snapshot.check(), release: () => snapshot.release() };
}
