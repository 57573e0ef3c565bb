import type { Predicate, Work } from '@weft/data';
import type { QueryContext } from './context.ts';
import { matchRows } from './match-rows.ts';
import { mayHoldExpired } from './unexpired.ts';

/** How many rows match. Without a predicate it is known, unless some rows may have expired that are still there. */
export function* countRows(context: QueryContext, where: Predicate | undefined): Work<number> {
  const { counters, slice, table } = context;
  if (where === undefined && !mayHoldExpired(table, context.momentMs())) {
    counters.access = 'count';
    counters.rowsMatched = table.live.count;
    return table.live.count;
  }
  const matching = yield* matchRows(context, where);
  try {
    let count = 0;
    for (let found = matching.step(); found >= 0; found = matching.step()) {
      count += found;
      if (!matching.canPause || !slice.isOver()) continue;
      yield;
      matching.resume();
    }
    counters.rowsMatched = count;
    return count;
  } finally {
    matching.close();
  }
}
