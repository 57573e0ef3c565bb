import { expect, test } from 'vitest';
import type { ColumnReader } from '../column/reader.ts';
import { compileMatcher } from '../evaluate/matcher.ts';
import { t } from '../type/builders.ts';
import { defineType } from '../type/define-type.ts';
import type { Predicate } from './predicate.ts';
import { resolveWhere } from './where.ts';

const Sample = defineType('Sample', {
  small: t.int16().optional(),
  whole: t.int32().optional(),
  long: t.int64().optional(),
  single: t.float32().optional(),
});

const FLOAT32_MAX = 3.4028234663852886e38;
const ends = [
  ['small', -32_768, 32_767, -32_769, 32_768],
  ['whole', -(2 ** 31), 2 ** 31 - 1, -3e9, 1e300],
  ['long', -(2n ** 63n), 2n ** 63n - 1n, -(2n ** 63n) - 1n, 2n ** 80n],
  ['single', -FLOAT32_MAX, FLOAT32_MAX, -1e39, 1e39],
] as const;
const relations = {
  eq: (a: unknown, b: unknown) => a === b,
  ne: (a: unknown, b: unknown) => a !== b,
  lt: (a: any, b: any) => a < b,
  le: (a: any, b: any) => a <= b,
  gt: (a: any, b: any) => a > b,
  ge: (a: any, b: any) => a >= b,
};

function asked(name: string, op: string, value: unknown): Predicate {
  return resolveWhere(Sample, (r: any) => r[name][op](value))!;
}

/** What is true of a value: the condition, its opposite, or neither. */
function truth(name: string, predicate: Predicate, value: unknown): boolean | undefined {
  const readers = Sample.schema.columns.map((schema): ColumnReader => ({
    schema,
    get: () => (schema.name === name ? value : undefined),
    isNull: () => schema.name !== name || value === undefined,
  }));
  const is = compileMatcher(Sample.schema, predicate, readers)(0);
  const isNot = compileMatcher(Sample.schema, { op: 'not', arg: predicate }, readers)(0);
  expect(is && isNot).toBe(false);
  return is || isNot ? is : undefined;
}

test.each(ends)('a %s compares with numbers beyond its range as mathematics says', (name, min, max, below, above) => {
  for (const [op, holds] of Object.entries(relations))
    for (const beyond of [below, above]) {
      const predicate = asked(name, op, beyond);
      for (const value of [min, max, typeof min === 'bigint' ? 0n : 0])
        expect([op, value, truth(name, predicate, value)]).toEqual([op, value, holds(value, beyond)]);
      expect(truth(name, predicate, undefined)).toBeUndefined();
    }
});

test.each(ends)('a list leaves out what no %s can be', (name, min, max, below, above) => {
  const mixed = asked(name, 'in', [below, max, above]);
  expect([min, max, undefined].map((value) => truth(name, mixed, value))).toEqual([false, true, undefined]);
  const none = asked(name, 'in', [above, below]);
  expect([min, max, undefined].map((value) => truth(name, none, value))).toEqual([false, false, undefined]);
});

test('templates and between take numbers beyond the range too', () => {
  const template = resolveWhere(Sample, { whole: 3e9 })!;
  expect([1, 2 ** 31 - 1, undefined].map((value) => truth('whole', template, value))).toEqual([
    false,
    false,
    undefined,
  ]);
  const between = resolveWhere(Sample, (r: any) => r.whole.between(-3e9, 3e9))!;
  expect([-(2 ** 31), 1, undefined].map((value) => truth('whole', between, value))).toEqual([true, true, undefined]);
});

test('values are of the range, and what was asked stands beside', () => {
  const gt = { op: 'gt', column: 'whole', value: 3e9 };
  expect(asked('whole', 'gt', 3e9)).toEqual({ ...gt, value: 2 ** 31 - 1, asked: gt });
  expect(asked('whole', 'in', [1, 3e9])).toEqual({
    op: 'in',
    column: 'whole',
    values: [1],
    asked: { op: 'in', column: 'whole', values: [1, 3e9] },
  });
  expect(asked('whole', 'in', [1])).toEqual({ op: 'in', column: 'whole', values: [1] });
  // It rounds to the greatest float32, which it stands for as 0.1 does for its neighbour.
  expect(asked('single', 'eq', FLOAT32_MAX + 1e30)).toEqual({ op: 'eq', column: 'single', value: FLOAT32_MAX });
});
