import { must, unreachable } from '@weft/base';
import type { ColumnReader } from '../column/reader.ts';
import type { Predicate } from '../predicate/predicate.ts';
import type { TypeSchema } from '../type/schema.ts';
import { compareJson, isNullJson, jsonIn, matchJsonText } from './json-test.ts';
import { absentTest, compareColumn, elementTest, inColumn, matchText, type Matcher, never } from './column-test.ts';

export type { Matcher } from './column-test.ts';

/**
 * The row-by-row evaluation of a predicate: the plain twin of the kernels, and what serves what kernels cannot do.
 *
 * The logic is three-valued, yet no third value exists at run time. A predicate is compiled either for "is it true?"
 * or for "is it false?"; `not` switches between the two, and a comparison with an absent value answers no to both.
 * (True and false of and, or, not in Kleene's logic each depend only on true and false of the arguments.)
 *
 * Returns whether the predicate is true for a row. The row must be live, `readers` are by ordinal, and the predicate's
 * columns and values have been checked against `schema`.
 */
export function compileMatcher(schema: TypeSchema, predicate: Predicate, readers: readonly ColumnReader[]): Matcher {
  return compile({ schema, readers }, predicate, true);
}

interface Scope {
  readonly schema: TypeSchema;
  readonly readers: readonly ColumnReader[];
}

/** The test whether the predicate is `wanted`. */
function compile(scope: Scope, predicate: Predicate, wanted: boolean): Matcher {
  switch (predicate.op) {
    case 'and':
    case 'or': {
      const tests = predicate.args.map((arg) => compile(scope, arg, wanted));
      return (predicate.op === 'and') === wanted ? every(tests) : some(tests);
    }
    case 'not':
      return compile(scope, predicate.arg, !wanted);
    default:
      return leaf(readerOf(scope, predicate.column), predicate, wanted);
  }
}

type Leaf = Exclude<Predicate, { op: 'and' | 'or' | 'not' }>;

function leaf(reader: ColumnReader, test: Leaf, wanted: boolean): Matcher {
  const path = 'path' in test && test.path !== undefined && test.path.length > 0 ? test.path : undefined;
  switch (test.op) {
    case 'isNull':
      return path === undefined ? absentTest(reader, wanted) : isNullJson(reader, path, wanted);
    case 'in':
      return path === undefined ? inColumn(reader, test.values, wanted) : jsonIn(reader, path, test.values, wanted);
    case 'has':
      return elementTest(reader, test.value, wanted);
    case 'startsWith':
    case 'endsWith':
    case 'contains':
      return path === undefined ? matchText(reader, test, wanted) : matchJsonText(reader, path, test, wanted);
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge': {
      if (test.value === undefined || test.value === null) return never;
      const op = wanted ? test.op : opposite[test.op];
      return path === undefined ? compareColumn(reader, op, test.value) : compareJson(reader, path, op, test.value);
    }
    default:
      return unreachable(test, 'predicate');
  }
}

/** What is true of two present values exactly where the other is false. */
const opposite = { eq: 'ne', ne: 'eq', lt: 'ge', ge: 'lt', gt: 'le', le: 'gt' } as const;

function readerOf(scope: Scope, name: string): ColumnReader {
  const column = must(
    scope.schema.columns.find((candidate) => candidate.name === name),
    `${scope.schema.name} has no column ${name}: the predicate was not checked`,
  );
  return must(scope.readers[column.ordinal], `no reader for ${scope.schema.name}.${name}`);
}

function every(tests: readonly Matcher[]): Matcher {
  const [first, second] = tests;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  if (tests.length === 2) return (row) => first(row) && second(row);
  return (row) => {
    for (const test of tests) if (!test(row)) return false;
    return true;
  };
}

function some(tests: readonly Matcher[]): Matcher {
  const [first, second] = tests;
  if (first === undefined) return never;
  if (second === undefined) return first;
  if (tests.length === 2) return (row) => first(row) || second(row);
  return (row) => {
    for (const test of tests) if (test(row)) return true;
    return false;
  };
}
