import { expect, test } from 'vitest';
import { t } from '../type/builders.ts';
import { defineType } from '../type/define-type.ts';
import { resolveFind } from './find-builder.ts';

const { schema } = defineType('Order', { id: t.id(), qty: t.int32(), at: t.timestamp(), doc: t.json().optional() });

test('a find without options is an empty plan', () => {
  expect(resolveFind(schema, undefined)).toEqual({});
});

test('a find becomes plain data, its order as it was written', () => {
  const options = {
    select: ['qty', 'id', 'qty'],
    orderBy: { qty: 'desc', at: 'asc', id: undefined },
    limit: 5,
    offset: 2,
  } as const;
  expect(resolveFind(schema, { qty: 1 }, { ...options, timeout: '5s' })).toEqual({
    where: { op: 'eq', column: 'qty', value: 1 },
    select: ['qty', 'id'],
    orderBy: [
      { column: 'qty', direction: 'desc' },
      { column: 'at', direction: 'asc' },
    ],
    limit: 5,
    offset: 2,
  });
});

test('a limit of 0 stays, an offset of 0 says nothing', () => {
  expect(resolveFind(schema, undefined, { limit: 0, offset: 0 })).toEqual({ limit: 0 });
});

const refused: readonly (readonly [string, unknown, string, RegExp])[] = [
  ['an unknown option', { limmit: 1 }, 'OPTION_INVALID', /"limmit" is not an option\. Did you mean limit\?/],
  ['options that are no object', 5, 'OPTION_INVALID', /must be an object, not 5/],
  ['a negative limit', { limit: -1 }, 'OPTION_INVALID', /limit is a whole number of rows from 0, not -1/],
  ['half a row', { offset: 0.5 }, 'OPTION_INVALID', /offset is a whole number/],
  [
    'an unknown column to select',
    { select: ['qtty'] },
    'COLUMN_UNKNOWN',
    /"qtty" in select is not a column\. Did you mean qty\?/,
  ],
  ['nothing to select', { select: [] }, 'OPTION_INVALID', /not an empty array/],
  ['a text to select', { select: 'id' }, 'OPTION_INVALID', /not "id"/],
  ['an unknown column to order by', { orderBy: { when: 'asc' } }, 'COLUMN_UNKNOWN', /"when" in orderBy/],
  ['an unknown direction', { orderBy: { qty: 'down' } }, 'PREDICATE_INVALID', /is 'asc' or 'desc', not "down"/],
  ['an order of documents', { orderBy: { doc: 'asc' } }, 'PREDICATE_INVALID', /kind json has no order/],
  ['a list as the order', { orderBy: ['qty'] }, 'PREDICATE_INVALID', /not an array/],
];

test.each(refused)('%s is refused', (_, options, code, message) => {
  expect(() => resolveFind(schema, undefined, options as never)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  );
});
