import { type Column, type Conjuncts, conjunctsOf, type Predicate } from '@weft/data';
import { NO_ROW } from '../index/key-probe.ts';
import { VALUES_ONLY, type Bound, type Range } from '../index/row-order.ts';
import { HashSecondary, OrderedSecondary, UniqueSecondary, type SecondaryIndex } from '../table/secondary-index.ts';
import type { Table } from '../table/table.ts';

/** Rows that an index may propose at most: they are gathered in one turn, some 1.5 ms of cache misses. */
const INDEX_ROWS_MAX = 16_384;
/** Values of an `in` that are looked up one by one in one turn; with more the rows are scanned, which can pause. A key of a million takes 0.8 µs. */
export const VALUES_LOOKED_UP_MAX = 1024;
/** Fetching a row that an index proposes costs as much as scanning this many. */
const INDEX_ROW_COST = 4;
/** So few that counting what a scan would cost does not pay. */
const INDEX_ROWS_FREE = 64;

/** How the rows of an answer are found. Proposed rows still have to be checked against the predicate. */
export interface Access {
  readonly kind: 'key' | 'index' | 'scan';
  readonly index?: string;
  /** How many rows are proposed; for a scan, how many there are. */
  readonly count: number;
  /** The proposed rows, as of now. */
  collect(): Uint32Array;
}

/** The cheapest way to the rows that match. */
export function chooseAccess(table: Table, where: Predicate | undefined): Access {
  const scan: Access = { kind: 'scan', count: table.live.count, collect: () => new Uint32Array(0) };
  // The indexes of a table that was given another declaration while the query waited go on without it.
  if (where === undefined || table.isRetired) return scan;
  const conjuncts = conjunctsOf(table.schema, where);
  const byKey = keyAccess(table, conjuncts);
  if (byKey !== undefined) return byKey;
  let best: Access | undefined;
  for (const index of table.indexes) {
    const access = indexAccess(index, conjuncts);
    if (access !== undefined && (best === undefined || access.count < best.count)) best = access;
  }
  return best !== undefined && isWorthwhile(best.count, scan.count) ? best : scan;
}

function isWorthwhile(proposed: number, rows: number): boolean {
  return proposed <= INDEX_ROWS_FREE || (proposed <= INDEX_ROWS_MAX && proposed * INDEX_ROW_COST <= rows);
}

function keyAccess(table: Table, { equal, oneOf }: Conjuncts): Access | undefined {
  const { columns } = table.keyCode;
  const single = columns.length === 1 ? fewValues(oneOf.get(columns[0].ordinal)) : undefined;
  const keys = columns.every(({ ordinal }) => equal.has(ordinal))
    ? [columns.length === 1 ? equal.get(columns[0].ordinal) : columns.map(({ ordinal }) => equal.get(ordinal))]
    : single;
  if (keys === undefined) return undefined;
  const rows = new Set(keys.map((key) => table.find(key)).filter((row) => row !== NO_ROW));
  return { kind: 'key', count: rows.size, collect: () => Uint32Array.from(rows) };
}

function indexAccess(index: SecondaryIndex, conjuncts: Conjuncts): Access | undefined {
  if (index instanceof OrderedSecondary) return orderedAccess(index, conjuncts);
  const values = index.columns.map(({ schema }) => conjuncts.equal.get(schema.ordinal));
  if (!values.includes(undefined)) return equalAccess(index, [values]);
  const oneOf =
    index.columns.length === 1 ? fewValues(conjuncts.oneOf.get(index.columns[0].schema.ordinal)) : undefined;
  return oneOf === undefined
    ? undefined
    : equalAccess(
        index,
        distinctKeys(oneOf).map((value) => [value]),
      );
}

function fewValues(values: readonly unknown[] | undefined): readonly unknown[] | undefined {
  return values !== undefined && values.length <= VALUES_LOOKED_UP_MAX ? values : undefined;
}

/** Values that are no object compare by identity; others may be proposed twice and are told apart by their rows. */
function distinctKeys(values: readonly unknown[]): unknown[] {
  return [...new Set(values)];
}

function equalAccess(index: SecondaryIndex, keys: readonly (readonly unknown[])[]): Access | undefined {
  if (index instanceof UniqueSecondary) {
    const rows = new Set(keys.map((key) => index.find(key)).filter((row) => row !== NO_ROW));
    return { kind: 'index', index: index.schema.name, count: rows.size, collect: () => Uint32Array.from(rows) };
  }
  if (!(index instanceof HashSecondary)) return undefined;
  const counts = keys.map((key) => index.count(key));
  const count = counts.reduce((sum, n) => sum + n, 0);
  const collect = (): Uint32Array => {
    const rows = new Uint32Array(count);
    let end = 0;
    for (const [i, key] of keys.entries()) end += index.collect(key, rows.subarray(end), counts[i]);
    return keys.length === 1 ? rows.subarray(0, end) : Uint32Array.from(new Set(rows.subarray(0, end)));
  };
  return { kind: 'index', index: index.schema.name, count, collect };
}

function orderedAccess(index: OrderedSecondary, conjuncts: Conjuncts): Access | undefined {
  const range = rangeOf(index.columns, conjuncts);
  if (range === undefined) return undefined;
  const count = index.tree.countRange(range);
  const collect = (): Uint32Array => {
    const rows = new Uint32Array(count);
    return rows.subarray(0, index.tree.walk({ ...range, direction: 'asc' }, rows, count));
  };
  return { kind: 'index', index: index.schema.name, count, collect };
}

/** The range that leading equalities and a limit on the next column cut out; `undefined` where they cut nothing. */
export function rangeOf(columns: readonly Column[], { equal, above, below }: Conjuncts): Range | undefined {
  const values: unknown[] = [];
  while (values.length < columns.length && equal.has(columns[values.length].schema.ordinal))
    values.push(equal.get(columns[values.length].schema.ordinal));
  const next = columns[values.length]?.schema.ordinal ?? -1;
  const lower = above.get(next);
  const upper = below.get(next);
  if (values.length === 0 && lower === undefined && upper === undefined) return undefined;
  const whole = values.length === 0 ? undefined : bound(columns, values, true);
  return {
    lower: lower === undefined ? whole : bound(columns, [...values, lower.value], lower.inclusive),
    upper: upper === undefined ? (whole ?? VALUES_ONLY) : bound(columns, [...values, upper.value], upper.inclusive),
  };
}

function bound(columns: readonly Column[], values: readonly unknown[], inclusive: boolean): Bound {
  return {
    prefix: columns[0].prefixOfValue(values[0]),
    inclusive,
    compareRow(row) {
      for (let i = 0; i < values.length; i++) {
        const order = columns[i].isNull(row) ? 1 : columns[i].compareTo(row, values[i]);
        if (order !== 0) return order;
      }
      return 0;
    },
  };
}
