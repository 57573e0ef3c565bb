import { ARRAY_LENGTH_MAX } from '../kind/limits.ts';
import { resolveChange } from '../plan/change-builder.ts';
import type { Mutation } from '../plan/plan.ts';
import { t } from '../type/builders.ts';
import { defineType } from '../type/define-type.ts';
import { Decimal } from '../value/decimal.ts';
import { expect, test } from 'vitest';
import { compileChange } from './mutate.ts';

const { schema } = defineType('Note', { id: t.int32(), doc: t.json<{ a: { b: number } }>().optional() }, { key: 'id' });

test('unset at a path of a document that is absent leaves the row without one', () => {
  const change = compileChange(
    schema,
    resolveChange(schema, (c: { at(...path: string[]): { unset(): unknown } }) => c.at('doc', 'a').unset()),
  );
  expect(change.apply(() => undefined)).toEqual([undefined]);
});

test('a document that is set on many rows and then changed at a path is each row’s own', () => {
  const change = compileChange(schema, [
    { op: 'set', column: 'doc', value: {} },
    { op: 'inc', column: 'doc', path: ['n'], value: 1 },
  ]);
  expect(change.apply(() => undefined)).toEqual([{ n: 1 }]);
  expect(change.apply(() => undefined)).toEqual([{ n: 1 }]);
});

const Kinds = defineType(
  'Kinds',
  {
    id: t.int32(),
    small: t.int16().optional(),
    int: t.int32(),
    big: t.int64().optional(),
    single: t.float32().optional(),
    double: t.float64(),
    price: t.decimal(5, 2).optional(),
    tags: t.array(t.string()).optional(),
    amounts: t.array(t.decimal(5, 2)),
    name: t.string().optional(),
  },
  { key: 'id' },
);

/** The values of the changed columns after a change of a row that holds these. */
function changed(held: Readonly<Record<string, unknown>>, build: (c: any) => unknown): Record<string, unknown> {
  const { columns } = Kinds.schema;
  const change = compileChange(Kinds.schema, resolveChange(Kinds.schema, build));
  const values = change.apply((ordinal) => held[columns[ordinal].name]);
  return Object.fromEntries(change.ordinals.map((ordinal, i) => [columns[ordinal].name, values[i]]));
}

function failure(run: () => unknown): { code: string; message: string } {
  try {
    run();
  } catch (error) {
    return error as never;
  }
  throw new Error('nothing was thrown');
}

test('steps on one column follow each other, and other columns are not asked for', () => {
  expect(changed({ int: 5 }, (c) => c.inc('int', 1).set('name', 'n').inc('int', -10))).toEqual({ int: -4, name: 'n' });
});

test('an absent number counts as 0, an absent array as empty', () => {
  expect(
    changed({}, (c) => c.inc('small', 2).inc('big', 3n).inc('price', new Decimal(150n, 2)).push('tags', 'a', 'b')),
  ).toEqual({
    small: 2,
    big: 3n,
    price: new Decimal(150n, 2),
    tags: ['a', 'b'],
  });
});

test('an increment that leaves the range of its kind is refused, one that reaches its end is not', () => {
  const cases: readonly (readonly [string, unknown, unknown, unknown])[] = [
    ['small', 32_766, 1, 2],
    ['small', -32_767, -1, -2],
    ['int', 2 ** 31 - 2, 1, 2],
    ['int', -(2 ** 31) + 1, -1, -2],
    ['big', 2n ** 63n - 2n, 1n, 2n],
    ['big', -(2n ** 63n) + 1n, -1n, -2n],
    ['price', new Decimal(99_998n, 2), new Decimal(1n, 2), new Decimal(2n, 2)],
    ['price', new Decimal(-99_998n, 2), new Decimal(-1n, 2), new Decimal(-2n, 2)],
  ];
  for (const [column, held, fits, over] of cases) {
    expect(changed({ [column]: held }, (c) => c.inc(column, fits))).toHaveProperty(column);
    expect(failure(() => changed({ [column]: held }, (c) => c.inc(column, over)))).toMatchObject({
      code: 'NUMERIC_OVERFLOW',
      message: expect.stringContaining(`Kinds.${column}`),
    });
  }
  expect(failure(() => changed({ double: 1.7e308 }, (c) => c.inc('double', 1.7e308))).code).toBe('NUMERIC_OVERFLOW');
  expect(failure(() => changed({ single: 3.4e38 }, (c) => c.inc('single', 3.4e38))).code).toBe('NUMERIC_OVERFLOW');
});

test('sums of float32 are rounded to one, and no sum is negative zero', () => {
  expect(changed({ single: 16_777_216 }, (c) => c.inc('single', 1))).toEqual({ single: 16_777_216 });
  expect(Object.is(changed({ double: -1 }, (c) => c.inc('double', 1))['double'], 0)).toBe(true);
});

test('pushing makes a new array and pulling takes every equal element, by value', () => {
  const tags = Object.freeze(['a', 'b', 'a']);
  expect(changed({ tags }, (c) => c.push('tags', 'c').pull('tags', 'a'))).toEqual({ tags: ['b', 'c'] });
  expect(
    changed({ amounts: [new Decimal(100n, 2), new Decimal(1n, 2)] }, (c) => c.pull('amounts', new Decimal(1n, 0))),
  ).toEqual({ amounts: [new Decimal(1n, 2)] });
  expect(changed({}, (c) => c.pull('tags', 'a'))).toEqual({ tags: undefined });
});

test('an array does not grow beyond ARRAY_LENGTH_MAX', () => {
  const tags = new Array<string>(ARRAY_LENGTH_MAX).fill('');
  expect(failure(() => changed({ tags }, (c) => c.push('tags', 'one more')))).toMatchObject({
    code: 'VALUE_TOO_LARGE',
    message: expect.stringContaining('ARRAY_LENGTH_MAX'),
  });
});

test('steps that plain data may hold and builders refuse are refused here too', () => {
  const cases: readonly (readonly [Mutation, string])[] = [
    [{ op: 'set', column: 'nothing', value: 1 }, 'COLUMN_UNKNOWN'],
    [{ op: 'set', column: 'int', value: null }, 'VALUE_MISSING'],
    [{ op: 'unset', column: 'int' }, 'VALUE_MISSING'],
    [{ op: 'set', column: 'int', value: 'five' }, 'VALUE_INVALID'],
    [{ op: 'pull', column: 'int', value: 1 }, 'PREDICATE_INVALID'],
    [{ op: 'inc', column: 'name', value: 1 }, 'PREDICATE_INVALID'],
  ];
  for (const [mutation, code] of cases)
    expect(failure(() => compileChange(Kinds.schema, [mutation]).apply(() => undefined)).code).toBe(code);
});
