/** Test help: a type with every sort of index, and a check that all of them agree with the rows. */
import { defineType, t, type Column } from '@weft/data';
import { expect } from 'vitest';
import { HashSecondary, OrderedSecondary, UniqueSecondary } from './secondary-index.ts';
import type { Table } from './table.ts';

export const Indexed = defineType(
  'Indexed',
  {
    id: t.int32(),
    group: t.string().index('hash'),
    code: t.string().optional(),
    amount: t.int32().optional().index('ordered'),
    name: t.string().optional(),
    price: t.decimal(10, 2).optional(),
    note: t.string().optional(),
    version: t.version(),
  },
  {
    key: ['group', 'id'],
    indexes: [
      { on: ['group', 'amount'], kind: 'ordered' },
      { on: ['group', 'name'], kind: 'hash' },
      { on: ['group', 'code'], kind: 'unique', name: 'code' },
      { on: ['price', 'group'], kind: 'unique' },
      { on: 'name', kind: 'ordered' },
    ],
  },
);

/** Physical numbers of all rows, found without any index. */
export function liveRows(table: Table): number[] {
  const rows: number[] = [];
  for (let row = 0; row < table.live.rowCount; row++) if (table.live.has(row)) rows.push(row);
  return rows;
}

/** Compares every index with a full scan. */
export function expectIndexesInStep(table: Table): void {
  const rows = liveRows(table);
  expect(table.rowCount).toBe(rows.length);
  const key = table.keyCode.columns.map(({ ordinal }) => table.columns[ordinal]);
  const keyOf = (row: number): unknown => (key.length === 1 ? key[0].get(row) : key.map((column) => column.get(row)));
  expect(rows.filter((row) => table.find(keyOf(row)) !== row)).toEqual([]);
  for (const index of table.indexes) {
    if (index instanceof OrderedSecondary) expectOrdered(index, rows);
    else if (index instanceof HashSecondary) expectHashed(index, rows);
    else if (index instanceof UniqueSecondary) expectUnique(index, rows);
  }
}

function expectOrdered({ tree, columns }: OrderedSecondary, rows: readonly number[]): void {
  const expected = [...rows].sort(
    (a, b) => columns.map((column) => column.compareRows(a, b)).find((order) => order !== 0) ?? a - b,
  );
  const walked = new Uint32Array(rows.length + 1);
  expect(tree.walk({ direction: 'asc' }, walked, walked.length)).toBe(rows.length);
  expect(Array.from(walked.subarray(0, rows.length))).toEqual(expected);
  expect(tree.countRange({})).toBe(rows.length);
}

function expectHashed(index: HashSecondary, rows: readonly number[]): void {
  for (const [, same] of groupsOf(index.columns, rows)) {
    const values = index.columns.map((column) => column.get(same[0]));
    expect(index.count(values)).toBe(same.length);
    const found = new Uint32Array(same.length + 1);
    const count = index.collect(values, found, same.length + 1);
    expect(Array.from(found.subarray(0, count)).sort((a, b) => a - b)).toEqual(same);
  }
}

function expectUnique(index: UniqueSecondary, rows: readonly number[]): void {
  for (const [, same] of groupsOf(index.columns, rows)) {
    expect(same.length).toBe(1);
    expect(index.find(index.columns.map((column) => column.get(same[0])))).toBe(same[0]);
  }
}

/** Rows by their values; rows that lack one are in no equality index. */
function groupsOf(columns: readonly Column[], rows: readonly number[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const values = columns.map((column) => column.get(row));
    if (values.includes(undefined)) continue;
    const name = values.map(String).join('\0');
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return groups;
}
