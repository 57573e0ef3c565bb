import { expect } from 'vitest';
import type { ColumnSchema } from '@weft/data';
import { Approximate } from './model-aggregate.ts';
import type { Row } from './model-table.ts';
import { compare, rowText, textOf } from './values.ts';

/** How the rows of an answer are chosen from those that match. */
export interface Window {
  readonly orderBy?: Readonly<Record<string, 'asc' | 'desc'>> | undefined;
  readonly offset?: number | undefined;
  readonly limit?: number | undefined;
}

/**
 * Checks an answer against all rows that match. Rows that compare equal may come in any order, and a window that cuts through
 * them may hold any of them; without `orderBy` all rows compare equal.
 */
export function expectWindow(
  answer: readonly object[],
  matches: readonly Row[],
  columns: readonly ColumnSchema[],
  window: Window & { readonly select?: readonly string[] | undefined },
): void {
  const { offset = 0, limit = Infinity, select } = window;
  expect(answer.length, 'number of rows').toBe(Math.max(0, Math.min(limit, matches.length - offset)));
  const end = offset + answer.length;
  let from = 0;
  for (const tie of ties(matches, columns, window.orderBy)) {
    const to = from + tie.length;
    const part = answer.slice(Math.max(from, offset) - offset, Math.max(0, Math.min(to, end) - offset));
    expectAmong(part, select === undefined ? tie : tie.map((row) => project(row, select)));
    from = to;
  }
}

/** As `expectWindow`, for the rows of an aggregate, whose floats are known about only. */
export function expectGroups(
  answer: readonly object[],
  groups: readonly Row[],
  columns: readonly ColumnSchema[],
  window: Window,
): void {
  const hasApproximate = groups.some((row) =>
    Object.values(row).some((value) => value instanceof Approximate || value instanceof Set),
  );
  if (!hasApproximate) return expectWindow(answer, groups, columns, window);
  const exact = columns
    .map(({ name }) => name)
    .filter((name) => groups.every((row) => !(row[name] instanceof Approximate || row[name] instanceof Set)));
  const only = (row: object): Row => project(row as Row, exact);
  expectWindow(answer.map(only), groups.map(only), columns, window);
  for (const row of answer as Row[]) {
    expect(
      groups.some((group) => isAbout(row, group)),
      `a group like ${rowText(row)}`,
    ).toBe(true);
  }
}

/** Checks that the rows are all of those expected, in any order. */
export function expectSameRows(rows: readonly object[], expected: readonly object[]): void {
  expect(rows.map(rowText).toSorted()).toEqual(expected.map(rowText).toSorted());
}

function expectAmong(part: readonly object[], tie: readonly object[]): void {
  if (part.length === tie.length) return expectSameRows(part, tie);
  const left = new Map<string, number>();
  for (const row of tie) left.set(rowText(row), (left.get(rowText(row)) ?? 0) + 1);
  for (const row of part) {
    const text = rowText(row);
    expect(left.get(text) ?? 0, `${text} among ${[...left.keys()].join(' ')}`).toBeGreaterThan(0);
    left.set(text, left.get(text)! - 1);
  }
}

/** The rows in order, those that compare equal together. Absent values are last ascending, first descending. */
function ties(rows: readonly Row[], columns: readonly ColumnSchema[], orderBy: Window['orderBy'] = {}): Row[][] {
  const terms = Object.entries(orderBy).map(([name, direction]) => ({
    name,
    sign: direction === 'asc' ? 1 : -1,
    kind: columns.find((column) => column.name === name)!.kind,
  }));
  const order = (a: Row, b: Row): number => {
    for (const { name, sign, kind } of terms) {
      const found = absentLast(a[name], b[name], () => compare(kind, a[name], b[name])) * sign;
      if (found !== 0) return found;
    }
    return 0;
  };
  const tied: Row[][] = [];
  for (const row of rows.toSorted(order)) {
    const last = tied.at(-1);
    if (last !== undefined && order(last[0]!, row) === 0) last.push(row);
    else tied.push([row]);
  }
  return tied;
}

function absentLast(a: unknown, b: unknown, otherwise: () => number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return otherwise();
}

function project(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(names.map((name) => [name, row[name]]));
}

function isAbout(row: Row, group: Row): boolean {
  return (
    Object.keys(row).length === Object.keys(group).length &&
    Object.entries(group).every(([name, value]) => isAboutValue(row[name], value))
  );
}

function isAboutValue(found: unknown, expected: unknown): boolean {
  if (expected instanceof Approximate)
    return typeof found === 'number' && Math.abs(found - expected.value) <= expected.tolerance;
  if (expected instanceof Set)
    return (
      Array.isArray(found) && found.length === expected.size && found.every((value) => expected.has(textOf(value)))
    );
  return textOf(found) === textOf(expected);
}
