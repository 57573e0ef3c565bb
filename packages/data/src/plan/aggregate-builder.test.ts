import { expect, test } from 'vitest';
import { t } from '../type/builders.ts';
import { defineType } from '../type/define-type.ts';
import { Decimal } from '../value/decimal.ts';
import { resolveAggregate } from './aggregate-builder.ts';
import { avg, count, countDistinct, distinct, max, min, sum } from './aggregates.ts';

const { schema } = defineType('Order', {
  id: t.id(),
  symbol: t.string(),
  qty: t.int32(),
  price: t.decimal(9, 2),
  tags: t.array(t.string()).optional(),
});

test('an aggregate becomes plain data', () => {
  const plan = resolveAggregate(schema, {
    by: ['symbol', 'symbol'],
    select: {
      n: count(),
      q: sum('qty'),
      p: avg('price'),
      lo: min('qty'),
      hi: max('qty'),
      d: countDistinct('id'),
      all: distinct('id'),
    },
    where: { qty: 1 },
    having: (r: any) => r.n.gt(5).and(r.q.lt(10n), r.symbol.ne('x')),
    orderBy: { n: 'desc', symbol: 'asc' },
    limit: 10,
  });
  expect(plan).toEqual({
    by: ['symbol'],
    select: [
      { name: 'n', fn: 'count' },
      { name: 'q', fn: 'sum', column: 'qty' },
      { name: 'p', fn: 'avg', column: 'price' },
      { name: 'lo', fn: 'min', column: 'qty' },
      { name: 'hi', fn: 'max', column: 'qty' },
      { name: 'd', fn: 'countDistinct', column: 'id' },
      { name: 'all', fn: 'distinct', column: 'id' },
    ],
    where: { op: 'eq', column: 'qty', value: 1 },
    having: {
      op: 'and',
      args: [
        { op: 'gt', column: 'n', value: 5 },
        { op: 'lt', column: 'q', value: 10n },
        { op: 'ne', column: 'symbol', value: 'x' },
      ],
    },
    orderBy: [
      { column: 'n', direction: 'desc' },
      { column: 'symbol', direction: 'asc' },
    ],
    limit: 10,
  });
});

test('the least aggregate is one output over all rows', () => {
  expect(resolveAggregate(schema, { select: { n: count('tags') } })).toEqual({
    by: [],
    select: [{ name: 'n', fn: 'count', column: 'tags' }],
  });
});

test('having compares an output with values of the kind that it has', () => {
  const having = (build: (r: any) => unknown) => () =>
    resolveAggregate(schema, { select: { total: sum('qty'), value: sum('price'), n: count() }, having: build });
  expect(having((r) => r.value.gt(Decimal.from('1.5')))()).toMatchObject({ having: { op: 'gt', column: 'value' } });
  expect(having((r) => r.total.gt(5))).toThrow(expect.objectContaining({ code: 'VALUE_INVALID' }));
  expect(having((r) => r.n.gt(5n))).toThrow(expect.objectContaining({ code: 'VALUE_INVALID' }));
});

const n = { n: count() };
const refused: readonly (readonly [string, object, string, RegExp])[] = [
  ['an unknown part', { select: n, groupBy: ['id'] }, 'OPTION_INVALID', /"groupBy" is not an option/],
  ['a group by an unknown column', { select: n, by: ['symbl'] }, 'COLUMN_UNKNOWN', /Did you mean symbol\?/],
  [
    'a group by lists',
    { select: n, by: ['tags'] },
    'PREDICATE_INVALID',
    /cannot group by tags, a column of kind array/,
  ],
  ['a text as by', { select: n, by: 'symbol' }, 'PREDICATE_INVALID', /by is an array/],
  ['nothing asked for', { select: {} }, 'PREDICATE_INVALID', /an aggregate needs an output/],
  ['outputs that are no object', { select: [] }, 'PREDICATE_INVALID', /select is an object of outputs/],
  [
    'an output that is no function',
    { select: { n: 'count' } },
    'PREDICATE_INVALID',
    /the output n must be made by count, sum/,
  ],
  ['an output of nothing', { select: { n: null } }, 'PREDICATE_INVALID', /the output n must be made by/],
  ['an output that is no name', { select: { 'a b': count() } }, 'PREDICATE_INVALID', /cannot name an output/],
  [
    'an output named as a group',
    { by: ['symbol'], select: { symbol: count() } },
    'PREDICATE_INVALID',
    /symbol is a column of by and an output/,
  ],
  ['a sum of an unknown column', { select: { x: sum('quantity') } }, 'COLUMN_UNKNOWN', /"quantity" in the output x/],
  [
    'a sum of texts',
    { select: { x: sum('symbol') } },
    'PREDICATE_INVALID',
    /a column of kind string has no sum: sum\('symbol'\)/,
  ],
  ['the greatest of lists', { select: { x: max('tags') } }, 'PREDICATE_INVALID', /a column of kind array has no max/],
  ['having that is no builder', { select: n, having: { n: 1 } }, 'PREDICATE_INVALID', /having is a builder such as/],
  [
    'having over what is no output',
    { select: n, having: (r: any) => r.qty.gt(1) },
    'COLUMN_UNKNOWN',
    /"qty" in a predicate/,
  ],
  [
    'having that returns nothing',
    { select: n, having: () => undefined },
    'PREDICATE_INVALID',
    /what having returns must be a condition/,
  ],
  [
    'an order by what is no output',
    { select: n, orderBy: { qty: 'asc' } },
    'COLUMN_UNKNOWN',
    /"qty" in orderBy is not a column/,
  ],
  [
    'an order by distinct values',
    { select: { all: distinct('id') }, orderBy: { all: 'asc' } },
    'PREDICATE_INVALID',
    /no order/,
  ],
  ['a limit below 0', { select: n, limit: -1 }, 'OPTION_INVALID', /limit is a whole number/],
];

test.each(refused)('%s is refused', (_, question, code, message) => {
  expect(() => resolveAggregate(schema, question)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  );
});
