import { expiryOf, type Predicate } from '@weft/data';
import type { TableView } from '../snapshot/table-snapshot.ts';

/** The predicate that hides the rows, too, that have expired at this moment. Of types whose rows live for ever, and at −Infinity: the predicate itself. */
export function unexpired({ schema }: TableView, where: Predicate | undefined, nowMs: number): Predicate | undefined {
  const ordinal = expiryOf(schema);
  if (ordinal < 0 || nowMs === -Infinity) return where;
  const column = schema.columns[ordinal].name;
  const lives: Predicate = {
    op: 'or',
    args: [
      { op: 'gt', column, value: new Date(Math.floor(nowMs)) },
      { op: 'isNull', column },
    ],
  };
  return where === undefined ? lives : { op: 'and', args: [where, lives] };
}

/** The same for who looks at every page: where no page holds a row that has expired, its rows need not be asked. */
export function unexpiredScan(view: TableView, where: Predicate | undefined, nowMs: number): Predicate | undefined {
  return mayHoldExpired(view, nowMs) ? unexpired(view, where, nowMs) : where;
}

/** Whether some rows of a view may have expired, as the zone map tells. */
export function mayHoldExpired({ schema, columns, live }: TableView, nowMs: number): boolean {
  const ordinal = expiryOf(schema);
  if (ordinal < 0) return false;
  const { zones } = columns[ordinal];
  for (let page = 0; page < live.pageCount; page++)
    if (live.countIn(page) > 0 && zones.min(page) <= nowMs * 1000) return true;
  return false;
}
