import { compileMatcher, type Matcher, type Predicate, type Work } from '@weft/data';
import type { TableView } from '../snapshot/table-snapshot.ts';
import { type Access, chooseAccess } from './access.ts';
import { liveView, viewOfNow, viewToScan, type HeldView, type QueryContext } from './context.ts';
import { RowScan } from './row-scan.ts';
import { unexpired, unexpiredScan } from './unexpired.ts';

const ROWS_PER_STEP = 256;

/** The rows that match, a few at a time. */
export interface MatchingRows {
  readonly view: TableView;
  readonly canPause: boolean;
  /** What the rows match: what was asked for, and that they had not expired when the view was opened. */
  readonly where: Predicate | undefined;
  /** The rows of the last step. */
  readonly rows: Uint32Array;
  /** Finds some more: how many, -1 at the end. */
  step(): number;
  /** After each pause. Throws SNAPSHOT_TOO_OLD. */
  resume(): void;
  close(): void;
}

/** What is known already of the way to rows. */
export interface Approach {
  /** The cheapest access, where it was chosen in this very turn. */
  readonly access?: Access;
  /** A view that is open already and is to be scanned: it is freed in the end. */
  readonly held?: HeldView;
}

/** Opens the way to the rows that match by the cheapest access. */
export function* matchRows(
  context: QueryContext,
  where: Predicate | undefined,
  { access, held }: Approach = {},
): Work<MatchingRows> {
  const matching =
    held === undefined
      ? yield* openRows(context, where, access ?? chooseAccess(context.table, where))
      : scanned(context, where, held);
  if (!context.isTogether || !matching.canPause) return matching;
  let isWanted = false;
  try {
    yield;
    isWanted = true;
  } finally {
    if (!isWanted) matching.close();
  }
  matching.resume();
  return matching;
}

function* openRows(context: QueryContext, where: Predicate | undefined, chosen: Access): Work<MatchingRows> {
  const { table, counters } = context;
  let access = chosen;
  if (access.kind === 'scan') {
    const view = yield* viewToScan(context);
    return scanned(context, where, view);
  }
  let view = liveView(table);
  if (access.count > context.rowsAtOnce) {
    const lsn = context.lsnNow();
    view = yield* viewOfNow(context);
    // Waiting may have let writes in, or another declaration; what the index proposes must fit the view.
    if (context.lsnNow() !== lsn || table.isRetired) access = chooseAccess(table, where);
    if (access.kind === 'scan') return scanned(context, where, view);
  }
  counters.access = access.kind;
  counters.index = access.index;
  counters.pagesTotal = table.live.pageCount;
  return proposed(context, where, view, access.collect());
}

function scanned(
  { arena, counters, momentMs }: QueryContext,
  asked: Predicate | undefined,
  { view, canPause, resume, release }: HeldView,
): MatchingRows {
  const where = unexpiredScan(view, asked, momentMs());
  let scan: RowScan;
  try {
    scan = new RowScan({ view, arena, where, counters });
  } catch (error) {
    release();
    throw error;
  }
  return {
    view,
    canPause,
    where,
    rows: scan.rows,
    step: () => scan.step(),
    resume,
    close() {
      scan.close();
      release();
    },
  };
}

function proposed(
  { counters, momentMs }: QueryContext,
  asked: Predicate | undefined,
  { view, canPause, resume, release }: HeldView,
  candidates: Uint32Array,
): MatchingRows {
  const where = unexpired(view, asked, momentMs());
  const matches: Matcher = where === undefined ? () => true : compileMatcher(view.schema, where, view.columns);
  const rows = new Uint32Array(Math.min(ROWS_PER_STEP, candidates.length));
  let at = 0;
  const step = (): number => {
    if (at >= candidates.length) return -1;
    const end = Math.min(candidates.length, at + ROWS_PER_STEP);
    counters.rowsRead += end - at;
    let count = 0;
    for (; at < end; at++) if (matches(candidates[at])) rows[count++] = candidates[at];
    return count;
  };
  return { view, canPause, where, rows, step, resume, close: release };
}
