import { compileMatcher, type Matcher, type Predicate, type Work } from '@weft/data';
import type { QueryContext } from './context.ts';
import { matchRows, type MatchingRows } from './match-rows.ts';

/** Rows changed between two looks at the clock: each may copy a page of every column it changes, some 0.1 ms. */
const ROWS_PER_STEP = 8;

/**
 * Applies a change to every row that matches. Each row changes as a whole, but not all rows at one moment: where the work takes
 * several turns, a row that was changed or removed meanwhile is changed only if it still matches, and new rows are left alone,
 * but for one that took the place of a removed row and matches.
 * If `apply` throws, the rows before it are changed. Returns how many were.
 */
export function* changeRows(
  context: QueryContext,
  where: Predicate | undefined,
  apply: (row: number) => void,
): Work<number> {
  // From now on rows keep their numbers, so that those of a snapshot no older than this are good until they are changed.
  const release = context.table.rowCompaction.hold();
  try {
    return yield* changeFound({ ...context, startedLsn: context.lsnNow() }, where, apply);
  } finally {
    release();
  }
}

function* changeFound(context: QueryContext, where: Predicate | undefined, apply: (row: number) => void): Work<number> {
  const matching = yield* matchRows(context, where);
  try {
    const changer = new Changer(context, matching.where, apply);
    if (!matching.canPause) {
      // Changing the live table while searching it would meet changed rows again.
      yield* changer.change(gatherAll(matching));
      return changer.changed;
    }
    for (let found = matching.step(); found >= 0; found = matching.step()) {
      yield* changer.change(matching.rows.subarray(0, found));
      if (context.slice.isOver()) yield* changer.pause();
      matching.resume();
    }
    return changer.changed;
  } finally {
    matching.close();
  }
}

class Changer {
  changed = 0;
  readonly #context: QueryContext;
  readonly #apply: (row: number) => void;
  readonly #matches: Matcher;
  /** Whether other work may have come between finding a row and changing it. */
  #mustCheck = false;

  constructor(context: QueryContext, where: Predicate | undefined, apply: (row: number) => void) {
    this.#context = context;
    this.#apply = apply;
    this.#matches =
      where === undefined ? () => true : compileMatcher(context.table.schema, where, context.table.columns);
    // The wait for a snapshot may have let others write, and the snapshot may be older than what they wrote.
    this.#mustCheck = context.lsnNow() !== context.startedLsn;
  }

  *change(rows: ArrayLike<number>): Work<void> {
    const { table, slice, counters } = this.#context;
    for (let at = 0; at < rows.length; at++) {
      if (at % ROWS_PER_STEP === ROWS_PER_STEP - 1 && slice.isOver()) yield* this.pause();
      const row = rows[at];
      // Rows of a cache may have gone to make room for those before.
      if (!table.live.has(row) || (this.#mustCheck && !this.#matches(row))) continue;
      this.#apply(row);
      this.changed++;
      counters.rowsMatched++;
    }
  }

  *pause(): Work<void> {
    yield;
    this.#mustCheck = true;
  }
}

function gatherAll(matching: MatchingRows): number[] {
  const rows: number[] = [];
  for (let found = matching.step(); found >= 0; found = matching.step()) {
    for (let i = 0; i < found; i++) rows.push(matching.rows[i]);
  }
  return rows;
}
