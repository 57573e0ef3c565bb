import { compileMatcher, conjunctsOf, type Conjuncts, type FindPlan, type Matcher, type OrderTerm } from '@weft/data';
import { OrderedSecondary } from '../table/secondary-index.ts';
import type { Table } from '../table/table.ts';
import { type Access, rangeOf } from './access.ts';
import type { QueryContext } from './context.ts';
import { unexpired } from './unexpired.ts';

/** Entries of an index that are walked in one turn in search of the first rows of an order. */
const WALK_MAX = 2048;
/** More rows than this are not loaded in one turn. */
const WANTED_MAX = 1024;

/**
 * The first rows in an order that an ordered index keeps, `offset + limit` of them; `undefined` where no index does, or
 * too few of the first entries match and gathering all rows is better.
 */
export function walkInOrder(
  { table, counters, momentMs }: QueryContext,
  plan: FindPlan,
  access: Access,
): Uint32Array | undefined {
  const { where, orderBy = [], limit = Infinity, offset = 0 } = plan;
  const wanted = offset + limit;
  if (wanted > WANTED_MAX) return undefined;
  const conjuncts = conjunctsOf(table.schema, where);
  const index = indexInOrder(table, orderBy, conjuncts);
  if (index === undefined) return undefined;
  if (access.kind === 'key' || access.count < wanted) return undefined;
  const range = rangeOf(index.columns, conjuncts) ?? {};
  const entries = new Uint32Array(WALK_MAX);
  const walked = index.tree.walk({ ...range, direction: orderBy[0].direction }, entries, WALK_MAX);
  const asked = unexpired(table, where, momentMs());
  const matches: Matcher = asked === undefined ? () => true : compileMatcher(table.schema, asked, table.columns);
  let found = 0;
  let read = 0;
  // Rows found are moved to the front of the entries they were read from.
  for (; read < walked && found < wanted; read++) if (matches(entries[read])) entries[found++] = entries[read];
  if (found < wanted && walked === WALK_MAX) return undefined;
  counters.access = 'index';
  counters.index = index.schema.name;
  counters.pagesTotal = table.live.pageCount;
  counters.rowsRead = read;
  counters.rowsMatched = found;
  return entries.subarray(0, found);
}

/** An ordered index that holds the columns of the order, all in one direction, behind none but columns that are fixed to a value. */
function indexInOrder(table: Table, orderBy: readonly OrderTerm[], { equal }: Conjuncts): OrderedSecondary | undefined {
  if (orderBy.some(({ direction }) => direction !== orderBy[0].direction)) return undefined;
  const holdsOrder = ({ columns }: OrderedSecondary): boolean => {
    const first = columns.findIndex(({ schema }) => schema.name === orderBy[0].column);
    const isFixed = columns.slice(0, Math.max(first, 0)).every(({ schema }) => equal.has(schema.ordinal));
    return first >= 0 && isFixed && orderBy.every(({ column }, at) => columns[first + at]?.schema.name === column);
  };
  const ordered = table.indexes.filter(
    (index): index is OrderedSecondary => index instanceof OrderedSecondary && holdsOrder(index),
  );
  // The more columns are fixed in front, the fewer entries are walked.
  return ordered.sort((a, b) => placeOf(b, orderBy[0]) - placeOf(a, orderBy[0]))[0];
}

function placeOf({ columns }: OrderedSecondary, { column }: OrderTerm): number {
  return columns.findIndex(({ schema }) => schema.name === column);
}
