import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ColumnReader } from '../column/reader.ts';
import { fixture, testSchema } from '../kernel/pages.fixture.ts';
import { pageOf, pageSpec, predicate, sampleSchema } from '../kernel/random-case.fixture.ts';
import { compareValues } from '../kind/compare.ts';
import type { Predicate } from '../predicate/predicate.ts';
import { compileMatcher } from './matcher.ts';

const schema = testSchema(
  {
    id: { name: 'int32' },
    n: { name: 'int32' },
    name: { name: 'string' },
    tags: { name: 'array', element: { name: 'string' } },
    doc: { name: 'json' },
    bytes: { name: 'bytes' },
  },
  ['n', 'name', 'tags', 'doc', 'bytes'],
);

/** The ids of the rows that match; ids count from 0. */
function matching(rows: readonly Readonly<Record<string, unknown>>[], where: Predicate): number[] {
  const readers = schema.columns.map((column): ColumnReader => {
    const get = (row: number): unknown => (column.name === 'id' ? row : rows[row][column.name]);
    return { schema: column, get, isNull: (row) => get(row) === undefined };
  });
  const matches = compileMatcher(schema, where, readers);
  return rows.map((_, row) => row).filter(matches);
}

test('a comparison with an absent value is unknown, and so is its negation', () => {
  const rows = [{ n: 1 }, { n: 2 }, {}];
  expect(matching(rows, { op: 'eq', column: 'n', value: 1 })).toEqual([0]);
  expect(matching(rows, { op: 'not', arg: { op: 'eq', column: 'n', value: 1 } })).toEqual([1]);
  expect(matching(rows, { op: 'ne', column: 'n', value: undefined })).toEqual([]);
  expect(matching(rows, { op: 'isNull', column: 'n' })).toEqual([2]);
});

test('false beats unknown in and, true beats unknown in or', () => {
  const unknown: Predicate = { op: 'gt', column: 'n', value: 0 };
  const isTrue: Predicate = { op: 'ge', column: 'id', value: 0 };
  const isFalse: Predicate = { op: 'lt', column: 'id', value: 0 };
  const rows = [{}];
  expect(matching(rows, { op: 'or', args: [unknown, isTrue] })).toEqual([0]);
  expect(matching(rows, { op: 'and', args: [unknown, isTrue] })).toEqual([]);
  expect(matching(rows, { op: 'not', arg: { op: 'and', args: [unknown, isFalse] } })).toEqual([0]);
  expect(matching(rows, { op: 'not', arg: { op: 'and', args: [unknown, isTrue] } })).toEqual([]);
  expect(matching(rows, { op: 'and', args: [] })).toEqual([0]);
  expect(matching(rows, { op: 'or', args: [] })).toEqual([]);
});

test('an absent entry makes being outside a list unknown; nothing is in an empty list', () => {
  const rows = [{ n: 1 }, { n: 2 }, {}];
  const outside = (values: unknown[]): number[] =>
    matching(rows, { op: 'not', arg: { op: 'in', column: 'n', values } });
  expect(outside([1])).toEqual([1]);
  expect(outside([1, undefined])).toEqual([]);
  expect(outside([])).toEqual([0, 1, 2]);
  expect(matching(rows, { op: 'in', column: 'n', values: [2, undefined] })).toEqual([1]);
  expect(matching(rows, { op: 'in', column: 'n', values: [9, 8, 7, 6, 5, 4, 3, 2, 0] })).toEqual([1]);
});

test('text is matched case by case, strings are ordered by code point', () => {
  const rows = [{ name: 'Anna' }, { name: 'anna' }, { name: '\u{1F600}' }, { name: '\uFFFD' }, {}];
  expect(matching(rows, { op: 'startsWith', column: 'name', value: 'An' })).toEqual([0]);
  expect(matching(rows, { op: 'endsWith', column: 'name', value: 'nna' })).toEqual([0, 1]);
  expect(matching(rows, { op: 'not', arg: { op: 'contains', column: 'name', value: 'nn' } })).toEqual([2, 3]);
  expect(matching(rows, { op: 'gt', column: 'name', value: '\uFFFD' })).toEqual([2]);
});

test('an array has its elements, an absent array is unknown', () => {
  const rows = [{ tags: ['a', 'b'] }, { tags: [] }, {}];
  expect(matching(rows, { op: 'has', column: 'tags', value: 'b' })).toEqual([0]);
  expect(matching(rows, { op: 'not', arg: { op: 'has', column: 'tags', value: 'b' } })).toEqual([1]);
});

test('arrays and bytes equal others with the same content, and no others', () => {
  const rows = [
    { tags: ['ab', 'c'], bytes: Uint8Array.of(1, 2) },
    { tags: ['a', 'bc'], bytes: Uint8Array.of(1) },
  ];
  expect(matching(rows, { op: 'eq', column: 'tags', value: ['a', 'bc'] })).toEqual([1]);
  expect(matching(rows, { op: 'in', column: 'bytes', values: [Uint8Array.of(1, 2), Uint8Array.of(2)] })).toEqual([0]);
  expect(matching(rows, { op: 'gt', column: 'bytes', value: Uint8Array.of(1) })).toEqual([0]);
});

test('json paths lead to scalars; what is missing or null is absent, another type is never in order', () => {
  const rows = [
    { doc: { a: { b: 5 } } },
    { doc: { a: { b: '5' } } },
    { doc: { a: { b: null } } },
    { doc: { a: [1, { c: true }] } },
    {},
    { doc: 7 },
  ];
  const path = ['a', 'b'];
  expect(matching(rows, { op: 'gt', column: 'doc', path, value: 4 })).toEqual([0]);
  expect(matching(rows, { op: 'not', arg: { op: 'gt', column: 'doc', path, value: 4 } })).toEqual([]);
  expect(matching(rows, { op: 'ne', column: 'doc', path, value: 5 })).toEqual([1]);
  expect(matching(rows, { op: 'isNull', column: 'doc', path })).toEqual([2, 3, 4, 5]);
  expect(matching(rows, { op: 'eq', column: 'doc', path: ['a', 1, 'c'], value: true })).toEqual([3]);
  expect(matching(rows, { op: 'in', column: 'doc', path, values: ['5', 6] })).toEqual([1]);
  expect(matching(rows, { op: 'startsWith', column: 'doc', path, value: '5' })).toEqual([1]);
});

test('properties that objects inherit are not found by a path', () => {
  const rows = [{ doc: {} }];
  expect(matching(rows, { op: 'isNull', column: 'doc', path: ['constructor', 'name'] })).toEqual([0]);
});

test('whole json values are equal whatever the order of their properties', () => {
  const rows = [{ doc: { a: 1, b: [2] } }, { doc: { b: [2], a: 1 } }, { doc: { a: 1, b: [3] } }];
  expect(matching(rows, { op: 'eq', column: 'doc', value: { a: 1, b: [2] } })).toEqual([0, 1]);
});

test('comparisons on the cells are preferred where a reader has them, and asked only about present values', () => {
  const cells = [3, undefined, 5];
  const column = { ...schema.columns[1], ordinal: 1 };
  const compared = (row: number, value: unknown): number => {
    expect(cells[row]).toBeDefined();
    return cells[row]! - (value as number);
  };
  const reader: ColumnReader = {
    schema: column,
    get: () => expect.unreachable('the value is not needed'),
    isNull: (row) => cells[row] === undefined,
    equalTo: (value) => (row) => compared(row, value) === 0,
    comparedTo: (value) => (row) => compared(row, value),
  };
  const rows = (where: Predicate): number[] => [0, 1, 2].filter(compileMatcher(schema, where, [reader, reader]));
  expect(rows({ op: 'eq', column: 'n', value: 3 })).toEqual([0]);
  expect(rows({ op: 'ne', column: 'n', value: 3 })).toEqual([2]);
  expect(rows({ op: 'ge', column: 'n', value: 4 })).toEqual([2]);
  expect(rows({ op: 'in', column: 'n', values: [3, 5] })).toEqual([0, 2]);
});

test('compiled predicates agree with three-valued logic spelled out', () => {
  fc.assert(
    fc.property(pageSpec, predicate, (spec, where) => {
      const table = fixture(sampleSchema, [pageOf(spec)]);
      const matches = compileMatcher(sampleSchema, where, table.readers);
      for (const row of table.liveRows(0)) {
        expect(matches(row)).toBe(truth(where, (name) => valueOf(table.pages[0].rows[row], name)) === true);
      }
    }),
    { numRuns: 1000 },
  );
});

function valueOf(row: readonly unknown[], name: string): unknown {
  return row[sampleSchema.columns.find((column) => column.name === name)!.ordinal];
}

/** True, false, or undefined for unknown: the textbook's definition. */
function truth(where: Predicate, value: (name: string) => unknown): boolean | undefined {
  if ('arg' in where) return negated(truth(where.arg, value));
  if ('args' in where) {
    const parts = where.args.map((arg) => truth(arg, value));
    const decisive = where.op === 'or';
    return parts.includes(decisive) ? decisive : parts.includes(undefined) ? undefined : !decisive;
  }
  const found = value(where.column);
  if (where.op === 'isNull') return found === undefined;
  if (where.op === 'in') {
    const equals = where.values.map((item): Predicate => ({ op: 'eq', column: where.column, value: item }));
    return truth({ op: 'or', args: equals }, value);
  }
  if (found === undefined || where.value === undefined) return undefined;
  if (where.op === 'startsWith') return (found as string).startsWith(where.value);
  if (where.op === 'endsWith') return (found as string).endsWith(where.value);
  if (where.op === 'contains') return (found as string).includes(where.value);
  const { kind } = sampleSchema.columns.find((column) => column.name === where.column)!;
  const order = compareValues(kind, found, where.value);
  return { eq: order === 0, ne: order !== 0, lt: order < 0, le: order <= 0, gt: order > 0, ge: order >= 0, has: false }[
    where.op
  ];
}

function negated(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}
