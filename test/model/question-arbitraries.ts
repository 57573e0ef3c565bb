import fc from 'fast-check';
import type { AnyType, ColumnSchema } from '@weft/data';
import type { AggregateOf, Output } from './model-aggregate.ts';
import { answerColumns } from './model-aggregate.ts';
import type { Path, Question, Test } from './condition.ts';
import type { Step } from './steps.ts';
import { askedOf, valueOf } from './value-arbitraries.ts';

const NUMBERS: readonly string[] = ['int16', 'int32', 'int64', 'float32', 'float64', 'decimal'];
const UNORDERED: readonly string[] = ['json', 'array'];
const relations = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const;
const textRelations = ['startsWith', 'endsWith', 'contains'] as const;
const directions = ['asc', 'desc'] as const;

export function visibleColumns({ schema }: AnyType): readonly ColumnSchema[] {
  return schema.columns.filter(({ role }) => role === 'data' || role === 'generatedId' || role === 'version');
}

export function isOrdered({ kind }: ColumnSchema): boolean {
  return !UNORDERED.includes(kind.name);
}

/** Which rows: all, by template, or by a condition. */
export function questionOf(columns: readonly ColumnSchema[]): fc.Arbitrary<Question> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant(undefined) },
    { weight: 3, arbitrary: templateOf(columns) },
    { weight: 8, arbitrary: testOf(columns).map((test) => ({ test })) },
  );
}

function templateOf(columns: readonly ColumnSchema[]): fc.Arbitrary<Question> {
  const entry = fc.constantFrom(...columns).chain((column) => {
    const value = column.optional ? fc.option(askedOf(column.kind)) : askedOf(column.kind);
    return value.map((given): [string, unknown] => [column.name, given]);
  });
  return fc.array(entry, { maxLength: 3 }).map((entries) => ({ template: Object.fromEntries(entries) }));
}

/** Conditions over any columns, nested a few deep. */
function testOf(columns: readonly ColumnSchema[]): fc.Arbitrary<Test> {
  const leaves = fc.oneof(...columns.map(leafOf));
  const { test } = fc.letrec<{ test: Test }>((tie) => ({
    test: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      { weight: 4, arbitrary: leaves },
      {
        weight: 2,
        arbitrary: fc.record({
          op: fc.constantFrom('and' as const, 'or' as const),
          args: fc.array(tie('test'), { minLength: 1, maxLength: 3 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ op: fc.constant('not' as const), arg: tie('test') }) },
    ),
  }));
  return test;
}

function leafOf(column: ColumnSchema): fc.Arbitrary<Test> {
  const { kind } = column;
  const value = askedOf(kind);
  const some: fc.Arbitrary<Test>[] = [
    test({ op: fc.constantFrom(...(isOrdered(column) ? relations : (['eq', 'ne'] as const))), value }),
    test({ op: fc.constantFrom('isNull' as const, 'isNotNull' as const) }),
    test({ op: fc.constant('in' as const), values: fc.array(value, { maxLength: 3 }) }),
  ];
  if (isOrdered(column))
    some.push(
      test({ op: fc.constantFrom(...relations), value }),
      test({ op: fc.constant('between' as const), low: value, high: value }),
    );
  if (kind.name === 'string') some.push(test({ op: fc.constantFrom(...textRelations), value }));
  if (kind.name === 'array') some.push(test({ op: fc.constant('has' as const), value: valueOf(kind.element) }));
  if (kind.name === 'json') some.push(...jsonTests(test));
  return fc.oneof(...some);

  function test(rest: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Test> {
    return fc.record({ column: fc.constant(column.name), ...rest }) as fc.Arbitrary<unknown> as fc.Arbitrary<Test>;
  }
}

function jsonTests(test: (rest: Record<string, fc.Arbitrary<unknown>>) => fc.Arbitrary<Test>): fc.Arbitrary<Test>[] {
  const scalar = fc.constantFrom<unknown>(0, 1, 2, 1.5, 'a', 'ab', '', '\u{10000}', true, false);
  return [
    test({ path: paths, op: fc.constantFrom(...relations), value: scalar }),
    test({ path: paths, op: fc.constantFrom('isNull' as const, 'isNotNull' as const) }),
    test({ path: paths, op: fc.constant('in' as const), values: fc.array(scalar, { maxLength: 3 }) }),
    test({ path: paths, op: fc.constant('between' as const), low: scalar, high: scalar }),
    test({ path: paths, op: fc.constantFrom(...textRelations), value: fc.constantFrom('', 'a', 'b', '\u{10000}') }),
  ];
}

const paths: fc.Arbitrary<Path> = fc.array(fc.constantFrom<string | number>('a', 'b', '0', 0, 1, '__proto__'), {
  minLength: 1,
  maxLength: 3,
});

/** Directions by column. */
export function orderOf(columns: readonly ColumnSchema[]): fc.Arbitrary<Record<string, 'asc' | 'desc'> | undefined> {
  const names = columns.filter(isOrdered).map(({ name }) => name);
  const terms = fc.uniqueArray(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...directions)), {
    selector: ([name]) => name,
    minLength: 1,
    maxLength: 3,
  });
  return fc.option(
    terms.map((entries) => Object.fromEntries(entries)),
    { nil: undefined, freq: 2 },
  );
}

export function windowOf(): fc.Arbitrary<{ limit?: number; offset?: number }> {
  const some = fc.option(fc.oneof(fc.nat(6), fc.constant(1000)), { nil: undefined, freq: 1 });
  return fc.record({ limit: some, offset: some }).map(({ limit, offset }) => ({
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
  }));
}

/** Steps that the builder takes; whether a row takes them is another question. */
export function stepsOf({ schema }: AnyType): fc.Arbitrary<Step[]> {
  const free = schema.columns.filter(
    ({ role, ordinal, name }) =>
      role === 'data' && name !== 'serial' && !schema.key.includes(ordinal) && ordinal !== schema.routing,
  );
  return fc.array(fc.oneof(...free.map(stepOf)), { minLength: 1, maxLength: 3 });
}

function stepOf(column: ColumnSchema): fc.Arbitrary<Step> {
  const { kind, name } = column;
  const step = (rest: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Step> =>
    fc.record({ column: fc.constant(name), ...rest }) as fc.Arbitrary<unknown> as fc.Arbitrary<Step>;
  const some = [step({ op: fc.constant('set'), value: valueOf(kind) })];
  if (column.optional) some.push(step({ op: fc.constant('unset') }));
  if (NUMBERS.includes(kind.name))
    some.push(step({ op: fc.constant('inc'), by: valueOf(kind) }), step({ op: fc.constant('inc'), by: valueOf(kind) }));
  if (kind.name === 'array') {
    some.push(step({ op: fc.constant('push'), elements: fc.array(valueOf(kind.element), { maxLength: 2 }) }));
    some.push(step({ op: fc.constant('pull'), value: valueOf(kind.element) }));
  }
  if (kind.name === 'json') {
    some.push(
      step({ op: fc.constant('set'), path: paths, value: valueOf(kind) }),
      step({ op: fc.constant('unset'), path: paths }),
    );
    some.push(step({ op: fc.constant('inc'), path: paths, by: fc.constantFrom(1, -2, 1e308) }));
    some.push(step({ op: fc.constant('push'), path: paths, elements: fc.array(valueOf(kind), { maxLength: 2 }) }));
  }
  return fc.oneof(...some);
}

export function aggregateOf(columns: readonly ColumnSchema[]): fc.Arbitrary<AggregateOf> {
  const by = fc.subarray(
    columns.filter(isOrdered).map(({ name }) => name),
    { maxLength: 2 },
  );
  const outputs = fc.array(fc.oneof(fc.constant<Output>({ fn: 'count' }), ...columns.map(outputOf)), {
    minLength: 1,
    maxLength: 4,
  });
  const select = outputs.map((list) => Object.fromEntries(list.map((output, at) => [`o${at}`, output])));
  return fc.record({ by, select, where: questionOf(columns) }).chain((question) => {
    const exact = answerColumns(columns, question).filter((column) => isExact(column, question.select[column.name]));
    const having = exact.length === 0 ? fc.constant(undefined) : fc.option(testOf(exact), { nil: undefined, freq: 1 });
    const orderBy = exact.length === 0 ? fc.constant(undefined) : orderOf(exact);
    const limit = fc.option(fc.nat(4), { nil: undefined, freq: 1 });
    return fc.record({ having, orderBy, limit }).map((rest) => ({ ...question, ...rest }));
  });
}

function outputOf({ name: column, kind }: ColumnSchema): fc.Arbitrary<Output> {
  const fns: Output['fn'][] = ['count', 'countDistinct', 'distinct'];
  if (!UNORDERED.includes(kind.name)) fns.push('min', 'max', 'min', 'max');
  if (NUMBERS.includes(kind.name)) fns.push('sum', 'sum', 'avg');
  return fc.constantFrom(...fns).map((fn) => ({ fn, column }));
}

/** Whether the output does not depend on the order of additions, and can be compared in `having`. */
function isExact({ kind }: ColumnSchema, output: Output | undefined): boolean {
  if (output === undefined) return true;
  if (output.fn === 'avg' || output.fn === 'distinct') return false;
  return output.fn !== 'sum' || kind.name !== 'float64';
}
