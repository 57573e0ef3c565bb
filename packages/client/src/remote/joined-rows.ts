import { rowOrder, type FindPlan, type TypeSchema } from '@weft/data';
import { chainBatches, mergeBatches } from './merge-batches.ts';
import type { Batches } from './remote-cursor.ts';

/** Rows of several hosts as the one answer that the plan asks for. `selected`: the columns that the hosts give. */
export function joinedRows(
  parts: readonly Batches[],
  { columns }: TypeSchema,
  { offset = 0, limit = Infinity, orderBy, select }: FindPlan,
  selected: FindPlan['select'],
): Batches {
  if (orderBy === undefined) return chainBatches(parts, { offset, limit });
  const compare = rowOrder(columns, orderBy) as (a: object, b: object) => number;
  const merged = mergeBatches(parts, compare, { offset, limit });
  return select === undefined || selected === select ? merged : onlySelected(merged, select);
}

function onlySelected(rows: Batches, select: readonly string[]): Batches {
  return {
    async next() {
      const batch = await rows.next();
      return batch?.map((row) => Object.fromEntries(select.map((name) => [name, (row as Row)[name]])));
    },
    close: () => rows.close(),
  };
}

type Row = Readonly<Record<string, unknown>>;
