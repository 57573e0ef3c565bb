import { expect, test } from 'vitest';
import { t } from '../type/builders.ts';
import { defineType } from '../type/define-type.ts';
import { Decimal } from '../value/decimal.ts';
import { resolveTarget, resolveWhere } from './where.ts';

const Order = defineType('Order', {
  id: t.id(),
  symbol: t.string(),
  status: t.enum(['new', 'filled']),
  qty: t.int32(),
  price: t.decimal(9, 2),
  at: t.timestamp(),
  note: t.string().optional(),
  tags: t.array(t.string()).optional(),
  uid: t.uuid().optional(),
  doc: t.json<{ a: { b: number }; list: string[] }>().optional(),
});

/** The builder as code that got past the compiler would use it. */
type LooseRef = Readonly<Record<string, (...args: unknown[]) => any>>;
const loose = (build: (r: Record<string, LooseRef>) => unknown): unknown => resolveWhere(Order, build as never);

test('a chain of conditions is one level, however long, and 100 levels may nest', () => {
  const chain = loose((r) =>
    Array.from({ length: 9_999 }, (_, i) => r['qty']!['eq']!(i)).reduce((all, one) => all.or(one)),
  );
  expect(chain).toMatchObject({ op: 'or', args: { length: 9_999 } });
  const nested = (levels: number) => () =>
    loose((r) => {
      let condition = r['qty']!['eq']!(0);
      for (let level = 1; level < levels; level++)
        condition = condition[level % 2 === 0 ? 'or' : 'and'](r['qty']!['gt']!(level));
      return condition;
    });
  expect(nested(100)()).toMatchObject({ op: 'and' });
  expect(nested(101)).toThrow(
    expect.objectContaining({
      code: 'PREDICATE_INVALID',
      message: expect.stringContaining('PREDICATE_DEPTH_MAX, 100'),
    }),
  );
  expect(nested(20_000)).toThrow(expect.objectContaining({ code: 'PREDICATE_INVALID' }));
});

test('no where matches all rows', () => {
  expect([resolveWhere(Order, undefined), resolveWhere(Order, {}), resolveWhere(Order, { qty: undefined })]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('a template asks for equality, and null for absence', () => {
  expect(resolveWhere(Order, { status: 'new' })).toEqual({ op: 'eq', column: 'status', value: 'new' });
  expect(resolveWhere(Order, { status: 'new', note: null, qty: undefined })).toEqual({
    op: 'and',
    args: [
      { op: 'eq', column: 'status', value: 'new' },
      { op: 'isNull', column: 'note' },
    ],
  });
});

test('the schema alone serves as well as the type', () => {
  expect(resolveWhere(Order.schema, { qty: 1 })).toEqual(resolveWhere(Order, { qty: 1 }));
});

test('every comparison becomes plain data', () => {
  const built = resolveWhere(Order, (r: any) =>
    r.qty.eq(1).and(r.qty.ne(2), r.qty.lt(3), r.qty.le(4), r.qty.gt(5), r.qty.ge(6), r.qty.in([7, 8]), r.note.isNull()),
  );
  expect(built).toEqual({
    op: 'and',
    args: [
      { op: 'eq', column: 'qty', value: 1 },
      { op: 'ne', column: 'qty', value: 2 },
      { op: 'lt', column: 'qty', value: 3 },
      { op: 'le', column: 'qty', value: 4 },
      { op: 'gt', column: 'qty', value: 5 },
      { op: 'ge', column: 'qty', value: 6 },
      { op: 'in', column: 'qty', values: [7, 8] },
      { op: 'isNull', column: 'note' },
    ],
  });
});

test('text, list and range tests become plain data', () => {
  expect(loose((r) => r['symbol']!['startsWith']!('AC'))).toEqual({ op: 'startsWith', column: 'symbol', value: 'AC' });
  expect(loose((r) => r['symbol']!['endsWith']!('ME'))).toEqual({ op: 'endsWith', column: 'symbol', value: 'ME' });
  expect(loose((r) => r['symbol']!['contains']!('CM'))).toEqual({ op: 'contains', column: 'symbol', value: 'CM' });
  expect(loose((r) => r['tags']!['has']!('x'))).toEqual({ op: 'has', column: 'tags', value: 'x' });
  expect(loose((r) => r['note']!['isNotNull']!())).toEqual({ op: 'not', arg: { op: 'isNull', column: 'note' } });
  expect(loose((r) => r['qty']!['between']!(1, 5))).toEqual({
    op: 'and',
    args: [
      { op: 'ge', column: 'qty', value: 1 },
      { op: 'le', column: 'qty', value: 5 },
    ],
  });
});

test('json paths become plain data, in one call or several', () => {
  const whole = loose((r) => r['doc']!['at']!('a', 'b')['gt']!(5));
  expect(whole).toEqual({ op: 'gt', column: 'doc', path: ['a', 'b'], value: 5 });
  expect(loose((r) => r['doc']!['at']!('a')['at']!('b')['gt']!(5))).toEqual(whole);
  expect(loose((r) => r['doc']!['at']!('list', 0)['in']!(['x', true]))).toEqual({
    op: 'in',
    column: 'doc',
    path: ['list', 0],
    values: ['x', true],
  });
  expect(loose((r) => r['doc']!['at']!('list')['isNull']!())).toEqual({ op: 'isNull', column: 'doc', path: ['list'] });
});

test('chains of and stay flat, and or inside and does not', () => {
  const [a, b, c] = [1, 2, 3].map((value) => ({ op: 'eq', column: 'qty', value }));
  expect(resolveWhere(Order, (r: any) => r.qty.eq(1).and(r.qty.eq(2)).and(r.qty.eq(3)))).toEqual({
    op: 'and',
    args: [a, b, c],
  });
  expect(resolveWhere(Order, (r: any) => r.qty.eq(1).and(r.qty.eq(2).or(r.qty.eq(3))))).toEqual({
    op: 'and',
    args: [a, { op: 'or', args: [b, c] }],
  });
  expect(resolveWhere(Order, (r: any) => r.qty.eq(1).and(r.qty.eq(2)).not())).toEqual({
    op: 'not',
    arg: { op: 'and', args: [a, b] },
  });
  expect(resolveWhere(Order, (r: any) => r.qty.eq(1).and())).toEqual(a);
});

test('values are normalised by the kind of the column', () => {
  const uid = 'AAAAAAAA-0000-0000-0000-000000000000';
  expect(resolveWhere(Order, { uid })).toMatchObject({ value: uid.toLowerCase() });
  const price = resolveWhere(Order, { price: Decimal.from('1.5') }) as unknown as { value: Decimal };
  expect(String(price.value)).toBe('1.50');
});

test('the refs of a type are made once', () => {
  const seen: unknown[] = [];
  for (let time = 0; time < 2; time++) {
    resolveWhere(Order, (r: any) => {
      seen.push(r, r.qty);
      return r.qty.eq(1);
    });
  }
  expect([seen[0] === seen[2], seen[1] === seen[3]]).toEqual([true, true]);
});

const refused: readonly (readonly [string, () => unknown, string, RegExp])[] = [
  [
    'an unknown column in a template',
    () => resolveWhere(Order, { symbl: 'x' }),
    'COLUMN_UNKNOWN',
    /^Order: "symbl" in a template is not a column\. Did you mean symbol\?/,
  ],
  ['an unknown column with undefined', () => resolveWhere(Order, { symbl: undefined }), 'COLUMN_UNKNOWN', /symbl/],
  ['a system column', () => resolveWhere(Order, { _lsn: 1n }), 'COLUMN_UNKNOWN', /_lsn/],
  [
    'a column named like a method of objects',
    () => resolveWhere(Order, { toString: 1 }),
    'COLUMN_UNKNOWN',
    /There are id, symbol/,
  ],
  [
    'an unknown column in a builder',
    () => loose((r) => r['qyt']!['gt']!(5)),
    'COLUMN_UNKNOWN',
    /"qyt" in a predicate is not a column\. Did you mean qty\?/,
  ],
  ['a method of objects as a column', () => loose((r) => r['constructor']), 'COLUMN_UNKNOWN', /constructor/],
  ['a value of another kind', () => resolveWhere(Order, { qty: '5' }), 'VALUE_INVALID', /^Order\.qty:/],
  [
    'a decimal out of range',
    () => loose((r) => r['price']!['gt']!(Decimal.from('1e9'))),
    'VALUE_OUT_OF_RANGE',
    /^Order\.price:/,
  ],
  ['an infinity', () => loose((r) => r['qty']!['lt']!(Infinity)), 'VALUE_INVALID', /^Order\.qty:.*not finite/],
  [
    'a fraction beyond the range',
    () => loose((r) => r['qty']!['lt']!(3e9 + 0.5)),
    'VALUE_INVALID',
    /^Order\.qty:.*fraction/,
  ],
  [
    'null beside numbers beyond the range',
    () => loose((r) => r['qty']!['in']!([3e9, null])),
    'PREDICATE_INVALID',
    /in\(null\)/,
  ],
  [
    'a value of another kind in a list',
    () => loose((r) => r['status']!['in']!(['new', 'done'])),
    'VALUE_INVALID',
    /^Order\.status:/,
  ],
  [
    'null in a comparison',
    () => loose((r) => r['note']!['eq']!(null)),
    'PREDICATE_INVALID',
    /eq\(null\) would match nothing; use isNull/,
  ],
  [
    'undefined in a comparison',
    () => loose((r) => r['qty']!['lt']!(undefined)),
    'PREDICATE_INVALID',
    /lt\(undefined\)/,
  ],
  ['null in a list', () => loose((r) => r['note']!['in']!([null])), 'PREDICATE_INVALID', /in\(null\)/],
  ['in without a list', () => loose((r) => r['note']!['in']!('x')), 'PREDICATE_INVALID', /in\(\) takes an array/],
  [
    'a list beyond its bound',
    () => loose((r) => r['qty']!['in']!(Array.from({ length: 100_001 }, () => 1))),
    'PREDICATE_INVALID',
    /IN_VALUES_MAX, 100000/,
  ],
  [
    'negations beyond their bound',
    () => loose((r) => Array.from({ length: 100 }).reduce((inner: any) => inner.not(), r['qty']!['gt']!(1))),
    'PREDICATE_INVALID',
    /PREDICATE_DEPTH_MAX, 100/,
  ],
  [
    'more conditions than one or may join',
    () => loose((r) => r['qty']!['eq']!(0).or(...Array.from({ length: 10_000 }, (_, i) => r['qty']!['eq']!(i)))),
    'PREDICATE_INVALID',
    /join 10001 conditions, more than PREDICATE_TERMS_MAX, 10000/,
  ],
  [
    'text search in a number',
    () => loose((r) => r['qty']!['startsWith']!('1')),
    'PREDICATE_INVALID',
    /a column of kind int32 has no startsWith\(\)/,
  ],
  ['an order of lists', () => loose((r) => r['tags']!['lt']!(['x'])), 'PREDICATE_INVALID', /kind array has no lt/],
  ['an order of documents', () => loose((r) => r['doc']!['gt']!({})), 'PREDICATE_INVALID', /kind json has no gt/],
  ['has on a text', () => loose((r) => r['symbol']!['has']!('x')), 'PREDICATE_INVALID', /kind string has no has/],
  ['a path into a text', () => loose((r) => r['symbol']!['at']!('x')), 'PREDICATE_INVALID', /kind string has no at/],
  ['an element of another kind', () => loose((r) => r['tags']!['has']!(5)), 'VALUE_INVALID', /^Order\.tags/],
  ['an empty path', () => loose((r) => r['doc']!['at']!()), 'PREDICATE_INVALID', /at\(\) needs at least one step/],
  [
    'a step that is no step',
    () => loose((r) => r['doc']!['at']!('a', -1)),
    'PREDICATE_INVALID',
    /-1 is not a step of a path/,
  ],
  [
    'a path beyond its bound',
    () => loose((r) => r['doc']!['at']!(...Array.from({ length: 101 }, () => 'a'))),
    'PREDICATE_INVALID',
    /JSON_DEPTH_MAX, 100/,
  ],
  [
    'an object at a path',
    () => loose((r) => r['doc']!['at']!('a')['eq']!({ b: 1 })),
    'VALUE_INVALID',
    /^Order\.doc at a: eq\(\) takes .* got an object/,
  ],
  ['NaN at a path', () => loose((r) => r['doc']!['at']!('a')['gt']!(Number.NaN)), 'VALUE_INVALID', /got number/],
  [
    'a number as text at a path',
    () => loose((r) => r['doc']!['at']!('a')['contains']!(5)),
    'VALUE_INVALID',
    /contains\(\) takes a string, got number/,
  ],
  [
    'a builder that returns nothing',
    () => loose(() => undefined),
    'PREDICATE_INVALID',
    /must be a condition such as .*, not undefined/,
  ],
  [
    'a builder that returns true',
    () => loose(() => true),
    'PREDICATE_INVALID',
    /not true; combine conditions with \.and\(\)/,
  ],
  [
    'and with something else',
    () => loose((r) => r['qty']!['eq']!(1)['and']!(true)),
    'PREDICATE_INVALID',
    /the argument of \.and\(\) must be a condition/,
  ],
  ['a text as the where', () => resolveWhere(Order, 'x'), 'PREDICATE_INVALID', /not "x"/],
  ['a list as the where', () => resolveWhere(Order, []), 'PREDICATE_INVALID', /not an array/],
  ['null as the where', () => resolveWhere(Order, null), 'PREDICATE_INVALID', /not null/],
];

test.each(refused)('%s is refused', (_, resolve, code, message) => {
  expect(resolve).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
});

test('no message shows the value of a row', () => {
  expect(() => resolveWhere(Order, { qty: 'secret-4711' })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('secret-4711') }),
  );
});

test('an emptied template does not pass for all rows where rows would change', () => {
  expect(() => resolveTarget(Order, { qty: undefined })).toThrow(
    expect.objectContaining({ code: 'PREDICATE_INVALID' }),
  );
  expect([resolveTarget(Order, {}), resolveTarget(Order, { qty: 1, note: undefined })]).toEqual([
    undefined,
    { op: 'eq', column: 'qty', value: 1 },
  ]);
});

test('printing the refs inside a builder does not fail', () => {
  expect(resolveWhere(Order, (r: any) => (String(Object.keys(r)), r[Symbol.toPrimitive], r.qty.eq(1)))).toBeDefined();
});
