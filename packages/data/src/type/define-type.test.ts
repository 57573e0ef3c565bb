import { expect, test } from 'vitest';
import { Decimal } from '../value/decimal.ts';
import { t } from './builders.ts';
import { defineType } from './define-type.ts';
import type { TypeSchema } from './schema.ts';

const loose = defineType as unknown as (name: unknown, columns: unknown, options?: unknown) => { schema: TypeSchema };

test('declared columns come first and in order, then those that Weft keeps', () => {
  const { schema } = defineType('Order', { id: t.id(), qty: t.int32() }, { ttl: '1d' });
  expect(schema.columns.map(({ name, role, ordinal }) => [name, role, ordinal])).toEqual([
    ['id', 'generatedId', 0],
    ['qty', 'data', 1],
    ['_slot', 'slot', 2],
    ['_lsn', 'lsn', 3],
    ['_expiry', 'expiry', 4],
  ]);
  expect(schema.ttlMs).toBe(86_400_000);
});

test('the t.id() column is the key and the routing column where nothing else is declared', () => {
  const { schema } = defineType('Order', { qty: t.int32(), id: t.id() });
  expect([schema.key, schema.routing]).toEqual([[1], 1]);
});

test('a type without a key gets a hidden one, which routes', () => {
  const { schema } = defineType('Tick', { price: t.float64() });
  expect(schema.columns.map((column) => column.name)).toEqual(['price', '_key', '_slot', '_lsn']);
  expect([schema.key, schema.routing]).toEqual([[1], 1]);
});

test('a hidden key may be routed by a declared column', () => {
  const { schema } = defineType('Tick', { symbol: t.string(), price: t.float64() }, { routing: 'symbol' });
  expect([schema.key, schema.routing]).toEqual([[2], 0]);
});

test('a compound key keeps its order and its first column routes', () => {
  const { schema } = defineType('Position', { a: t.int32(), b: t.string() }, { key: ['b', 'a'] });
  expect([schema.key, schema.routing]).toEqual([[1, 0], 1]);
});

test('indexes are named by their columns, and by their kind where that name is taken', () => {
  const { schema } = defineType(
    'Order',
    { id: t.id(), at: t.timestamp().index().index('ordered'), symbol: t.string() },
    {
      indexes: [
        { on: ['symbol', 'at'], kind: 'ordered' },
        { on: 'symbol', name: 'bySymbol' },
        { on: 'id', kind: 'unique' },
      ],
    },
  );
  expect(schema.indexes).toEqual([
    { name: 'at', kind: 'hash', columns: [1] },
    { name: 'at_ordered', kind: 'ordered', columns: [1] },
    { name: 'symbol_at', kind: 'ordered', columns: [2, 1] },
    { name: 'bySymbol', kind: 'hash', columns: [2] },
    { name: 'id', kind: 'unique', columns: [0] },
  ]);
});

test('SQL names are snake case unless the declaration says otherwise', () => {
  const { schema } = defineType('HTTPRequest', { sentAt: t.timestamp(), order: t.string().sqlName('order_no') }, {});
  expect(schema.sqlName).toBe('http_request');
  expect(schema.columns.slice(0, 2).map((column) => column.sqlName)).toEqual(['sent_at', 'order_no']);
  expect(defineType('Order', { a: t.bool() }, { sqlName: 'orders' }).schema.sqlName).toBe('orders');
});

test('a default is normalised by the kind of its column', () => {
  const { schema } = defineType('A', { price: t.decimal(9, 2).default(Decimal.from('1.5')) });
  expect(String(schema.columns[0]!.default)).toBe('1.50');
});

test('a schema is frozen to its depths', () => {
  const { schema } = defineType('A', { status: t.enum(['x', 'y']), tags: t.array(t.string()).default([]) });
  const [status] = schema.columns as [TypeSchema['columns'][0]];
  expect(
    [schema, schema.columns, status, status.kind, (status.kind as { members: unknown }).members].every(Object.isFrozen),
  ).toBe(true);
});

test('a builder is not changed by what is called on it', () => {
  const text = t.string();
  text.optional().index().sqlName('other');
  expect(defineType('A', { text }).schema).toMatchObject({
    columns: [{ optional: false, sqlName: 'text' }, {}, {}, {}],
    indexes: [],
  });
});

const refused: readonly (readonly [string, () => unknown, RegExp])[] = [
  ['a type name with a blank', () => loose('My Type', { a: t.bool() }), /^"My Type": a type's name is a letter/],
  ['a type name that is no text', () => loose(5, { a: t.bool() }), /^5: a type's name/],
  ['a type name of 64 characters', () => loose('A'.repeat(64), { a: t.bool() }), /63 characters at most/],
  ['no columns', () => loose('A', {}), /^A: a type needs at least one column/],
  ['columns that are no object', () => loose('A', null), /^A: the columns must be an object/],
  ['a leading underscore', () => loose('A', { _lsn: t.int64() }), /^A\._lsn: a column's name is a letter/],
  [
    'something else than a column',
    () => loose('A', { a: 'string' }),
    /^A\.a: is not a column; write for example t\.string\(\)/,
  ],
  ['an unknown option', () => loose('A', { a: t.bool() }, { keys: 'a' }), /"keys" is not an option of defineType/],
  ['options that are no object', () => loose('A', { a: t.bool() }, 5), /the options must be an object/],
  [
    'more columns than COLUMNS_MAX',
    () => loose('A', Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`c${index}`, t.bool()]))),
    /1001 columns are more than COLUMNS_MAX, 1000/,
  ],
  ['two versions', () => loose('A', { a: t.version(), b: t.version() }), /a and b are both t\.version\(\)/],
  ['two ids', () => loose('A', { a: t.id(), b: t.id() }), /a and b are both t\.id\(\)/],
  [
    'one SQL name twice',
    () => loose('A', { fooBar: t.bool(), foo_bar: t.bool() }),
    /fooBar and foo_bar have the same SQL name foo_bar/,
  ],
  [
    'an SQL name in capitals',
    () => loose('A', { a: t.bool().sqlName('A') }),
    /^A\.a: the SQL name "A" must be a lower-case letter/,
  ],
  [
    'an unknown key',
    () => loose('A', { number: t.int32() }, { key: 'nummer' }),
    /the key column "nummer" is not a column; did you mean number\?/,
  ],
  ['an empty key', () => loose('A', { a: t.bool() }, { key: [] }), /a key has at least one column/],
  ['one key column twice', () => loose('A', { a: t.bool() }, { key: ['a', 'a'] }), /the key column a is there twice/],
  [
    'an optional key',
    () => loose('A', { a: t.int32().optional() }, { key: 'a' }),
    /^A\.a: a key column cannot be optional/,
  ],
  [
    'a float as the key',
    () => loose('A', { a: t.float64() }, { key: 'a' }),
    /a column of kind float64 cannot be a key column/,
  ],
  ['a version as the key', () => loose('A', { a: t.version() }, { key: 'a' }), /a key column cannot be t\.version\(\)/],
  [
    'an unknown routing column',
    () => loose('A', { a: t.int32() }, { key: 'a', routing: 'zzz' }),
    /the routing column "zzz" is not a column; there are a/,
  ],
  [
    'an optional routing column',
    () => loose('A', { a: t.int32(), b: t.string().optional() }, { key: 'a', routing: 'b' }),
    /a routing column cannot be optional/,
  ],
  [
    'a routing column of json',
    () => loose('A', { a: t.int32(), b: t.json() }, { key: 'a', routing: 'b' }),
    /kind json cannot be a routing column/,
  ],
  [
    'a malformed ttl',
    () => loose('A', { a: t.bool() }, { ttl: '1 day' }),
    /the ttl "1 day" is not a duration above zero/,
  ],
  ['a ttl of nothing', () => loose('A', { a: t.bool() }, { ttl: 0 }), /the ttl 0 is not a duration above zero/],
  [
    'an index over an unknown column',
    () => loose('A', { a: t.bool() }, { indexes: [{ on: 'b' }] }),
    /the index column "b" is not a column/,
  ],
  ['an index over json', () => loose('A', { a: t.json().index() }), /^A\.a: a column of kind json cannot be indexed/],
  [
    'a compound index over lists',
    () => loose('A', { a: t.array(t.bool()) }, { indexes: [{ on: ['a'] }] }),
    /kind array cannot be indexed/,
  ],
  [
    'an index over the version',
    () => loose('A', { a: t.bool(), v: t.version() }, { indexes: [{ on: ['v', 'a'], kind: 'ordered' }] }),
    /^A\.v: an index column cannot be t\.version\(\): it changes/,
  ],
  [
    'an unknown kind of index',
    () => loose('A', { a: t.bool().index('btree' as never) }),
    /"btree" is not a kind of index/,
  ],
  [
    'one index twice',
    () => loose('A', { a: t.bool().index() }, { indexes: [{ on: 'a' }] }),
    /there are two hash indexes on a/,
  ],
  ['one index twice on a column', () => loose('A', { a: t.bool().index().index() }), /^A\.a: has two hash indexes/],
  [
    'one index name twice',
    () => loose('A', { a: t.bool().index(), b: t.bool() }, { indexes: [{ on: 'b', name: 'a' }] }),
    /two indexes with the name a/,
  ],
  [
    'an index name that is no name',
    () => loose('A', { a: t.bool() }, { indexes: [{ on: 'a', name: '1' }] }),
    /the index name "1" is not an identifier/,
  ],
  [
    'an index that names a column twice',
    () => loose('A', { a: t.bool() }, { indexes: [{ on: ['a', 'a'] }] }),
    /an index names a column twice/,
  ],
  [
    'an index without columns',
    () => loose('A', { a: t.bool() }, { indexes: [{ on: [] }] }),
    /an index has at least one column/,
  ],
  ['an index that is a text', () => loose('A', { a: t.bool() }, { indexes: ['a'] }), /"a" is not an index; write/],
  [
    'indexes that are no list',
    () => loose('A', { a: t.bool() }, { indexes: 'a' }),
    /the option indexes must be an array/,
  ],
  [
    'a unique index without the routing column',
    () => loose('A', { id: t.id(), mail: t.string().index('unique') }),
    /the unique index mail must include the routing column, which is id/,
  ],
  [
    'a unique index under a hidden key',
    () => loose('A', { mail: t.string().index('unique') }),
    /the type has only a hidden key/,
  ],
  ['a decimal of 19 digits', () => loose('A', { a: t.decimal(19, 2) }), /^A\.a: the precision of a decimal is 1 to 18/],
  ['a decimal of no digits', () => loose('A', { a: t.decimal(0, 0) }), /the precision of a decimal is 1 to 18/],
  [
    'a scale beyond the precision',
    () => loose('A', { a: t.decimal(4, 5) }),
    /the scale of a decimal is 0 to its precision \(4\), not 5/,
  ],
  ['a decimal element of 19 digits', () => loose('A', { a: t.array(t.decimal(19, 2)) }), /precision of a decimal/],
  ['an enum without members', () => loose('A', { a: t.enum([]) }), /an enum needs at least one member/],
  ['an empty member', () => loose('A', { a: t.enum(['x', '']) }), /members are strings that are not empty, not ""/],
  ['one member twice', () => loose('A', { a: t.enum(['x', 'x']) }), /the member "x" is there twice/],
  ['a member of half a character', () => loose('A', { a: t.enum(['\ud800']) }), /is not well-formed Unicode/],
  [
    '65,536 members',
    () => loose('A', { a: t.enum(Array.from({ length: 65_536 }, (_, at) => `m${at}`)) }),
    /ENUM_MEMBERS_MAX, 65535/,
  ],
  ['members that are no list', () => t.enum('xy' as never), /the members must be an array of strings/],
  [
    'a default of another kind',
    () => loose('A', { a: t.int32().default('x' as never) }),
    /^A\.a: the default is not a value of the column/,
  ],
  [
    'a default out of range',
    () => loose('A', { a: t.int16().default(40_000) }),
    /^A\.a: the default is not a value of the column/,
  ],
  [
    'null as a default',
    () => loose('A', { a: t.int32().default(null as never) }),
    /a default must be a value; write \.optional\(\)/,
  ],
  [
    'an unknown form of timestamps',
    () => t.timestamp({ as: 'nanos' as never }),
    /"nanos" is neither 'date' nor 'micros'/,
  ],
  ['a list of json', () => t.array(t.json() as never), /the element cannot be json/],
  ['a list of optional elements', () => t.array(t.string().optional() as never), /the element cannot be optional/],
  [
    'a list of elements with a default',
    () => t.array(t.string().default('x') as never),
    /the element cannot have a default/,
  ],
  ['a list of indexed elements', () => t.array(t.string().index()), /the element cannot have an index/],
  ['a list of ids', () => t.array(t.id() as never), /the element cannot be a column that Weft fills/],
  ['a list of nothing', () => t.array(undefined as never), /the element is not a column/],
  [
    'an optional version',
    () => (t.version() as never as { optional(): unknown }).optional(),
    /t\.version\(\) cannot be followed by \.optional\(\)/,
  ],
  [
    'an indexed id',
    () => (t.id() as never as { index(): unknown }).index(),
    /t\.id\(\) cannot be followed by \.index\(\)/,
  ],
  [
    'a default id',
    () => (t.id() as never as { default(value: string): unknown }).default('x'),
    /t\.id\(\) cannot be followed by \.default\(\)/,
  ],
];

test.each(refused)('%s is refused', (_, declare, message) => {
  expect(declare).toThrow(expect.objectContaining({ code: 'TYPE_INVALID', message: expect.stringMatching(message) }));
});
