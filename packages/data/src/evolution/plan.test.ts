import { WeftError } from '@weft/base';
import { expect, test } from 'vitest';
import { t } from '../type/builders.ts';
import type { AnyColumn } from '../type/column.ts';
import { defineType } from '../type/define-type.ts';
import type { TypeSchema } from '../type/schema.ts';
import { type ColumnStep, type EvolutionPlan, planEvolution } from './plan.ts';

const base = { id: t.string(), qty: t.int32(), note: t.string().optional() };

function schemaOf(columns: Record<string, AnyColumn>, options: object = {}): TypeSchema {
  return defineType('Order', columns, { key: 'id', ...options } as object).schema;
}

function plan(from: Record<string, AnyColumn>, to: Record<string, AnyColumn>, options: readonly object[] = []) {
  return planEvolution(schemaOf(from, options[0]), schemaOf(to, options[1]));
}

function refusalOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (WeftError.is(error, 'EVOLUTION_REFUSED')) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** The steps that leave every column where it is. */
function allKept({ from }: EvolutionPlan): ColumnStep[] {
  return from.columns.map(({ ordinal }) => ({ kind: 'keep', from: ordinal }));
}

test('an equal declaration changes nothing', () => {
  const made = plan(base, base);
  expect(made.changes).toEqual([]);
  expect(made.columns).toEqual(allKept(made));
});

test('optional and defaulted columns are added, with what stored rows get', () => {
  const made = plan(base, { ...base, tag: t.string().optional(), size: t.int16().default(3) });
  expect(made.columns).toEqual([
    { kind: 'keep', from: 0 },
    { kind: 'keep', from: 1 },
    { kind: 'keep', from: 2 },
    { kind: 'add' },
    { kind: 'add', default: 3 },
    { kind: 'keep', from: 3 },
    { kind: 'keep', from: 4 },
  ]);
  expect(made.changes).toEqual(['+ tag: string optional', '+ size: int16 default 3']);
});

test('a column that is not declared any more is dropped', () => {
  const made = plan(base, { id: t.string(), note: t.string().optional() });
  expect(made.changes).toEqual(['- qty: int32']);
  expect(made.columns.map((step) => 'from' in step && step.from)).toEqual([0, 2, 3, 4]);
});

test('a renamed column goes on from the old one, and back again', () => {
  const renamed = { id: t.string(), amount: t.int32().from('qty'), note: t.string().optional() };
  const there = plan(base, renamed);
  expect(there).toMatchObject({ changes: ['~ amount: was qty'], columns: allKept(there) });
  const back = plan(renamed, base);
  expect(back).toMatchObject({ changes: ['~ qty: was amount'], columns: allKept(back) });
});

test('where a column came from is no part of what a declaration is', () => {
  const columns = { id: t.string(), amount: t.int32() };
  const renamed = schemaOf({ ...columns, amount: t.int32().from('qty') });
  expect(renamed.fingerprint).toBe(schemaOf(columns).fingerprint);
});

test.each([
  ['int16 → int32', t.int16(), t.int32()],
  ['int16 → int64', t.int16(), t.int64()],
  ['int32 → int64', t.int32(), t.int64()],
  ['float32 → float64', t.float32(), t.float64()],
  ['int32 → int32 optional', t.int32(), t.int32().optional()],
  ['enum(a, b) → enum(a, b, c)', t.enum(['a', 'b']), t.enum(['a', 'b', 'c'])],
])('%s converts the column', (text, from, to) => {
  const made = plan({ id: t.string(), a: from }, { id: t.string(), a: to });
  expect(made.columns[1]).toEqual({ kind: 'convert', from: 1 });
  expect(made.changes).toEqual([`~ a: ${text}`]);
});

test('other defaults, SQL names and times to live touch no row', () => {
  const from = { id: t.string(), a: t.int32().default(1) };
  const to = { id: t.string(), a: t.int32().default(2).sqlName('alpha') };
  const made = plan(from, to, [
    { ttl: '1s', sqlName: 'orders' },
    { ttl: '2s', sqlName: 'order_lines' },
  ]);
  expect(made.columns).toEqual(allKept(made));
  expect(made.changes).toEqual([
    '~ a: int32 default 1 → int32 default 2',
    '~ a: SQL name a → alpha',
    '~ SQL name: orders → order_lines',
    '~ ttl: 1000 ms → 2000 ms',
  ]);
});

test('a time to live brings its column, and takes it along', () => {
  const added = plan(base, base, [{}, { ttl: '1s' }]);
  expect(added.columns.at(-1)).toEqual({ kind: 'add' });
  expect(added.changes).toEqual(['~ ttl: none → 1000 ms']);
  expect(plan(base, base, [{ ttl: '1s' }, {}]).columns).toHaveLength(5);
});

test('how rows are evicted may change', () => {
  const from = { id: t.string(), at: t.int32().index('ordered') };
  const made = plan(from, from, [{ evict: 'lru' }, { evict: { by: 'at', maxRows: 10 } }]);
  expect(made).toMatchObject({ changes: ['~ evict: lru → by at, at most 10 rows'], columns: allKept(made) });
  expect(plan(from, from, [{ evict: 'lru' }, {}]).changes).toEqual(['~ evict: lru → none']);
});

test('an index that goes on over renamed columns is shown as renamed, others as new or gone', () => {
  const from = { id: t.string(), a: t.int32().index(), b: t.int32().index('ordered'), c: t.int32().index() };
  const to = { id: t.string(), z: t.int32().index().from('a'), b: t.int64().index('ordered'), c: t.int32() };
  const made = plan(from, to, [{}, { indexes: [{ on: 'id', kind: 'unique' }] }]);
  expect(made.changes).toEqual([
    '~ z: was a',
    '~ b: int32 → int64',
    '~ index z: hash on z: was a',
    '+ index id: unique on id',
    '- index c: hash on c',
  ]);
});

test('columns may stand in another order', () => {
  const made = plan(base, { note: t.string().optional(), id: t.string(), qty: t.int32() });
  expect(made.changes).toEqual(['~ columns in another order']);
  expect(made.columns.map((step) => 'from' in step && step.from)).toEqual([2, 0, 1, 3, 4]);
});

test('a refusal prints every difference, and beside each refused one why and the way out', () => {
  const message = refusalOf(() =>
    plan(base, { id: t.string(), qty: t.int16(), tag: t.string(), x: t.bool().optional() }),
  );
  expect(message).toBe(
    [
      'Order: 2 of these changes are not made while rows are stored (declared against stored):',
      '  ~ qty: int32 → int16',
      '      refused: stored values may not fit into the narrower kind; add a column under another name, copy the values, and drop this one in a later version.',
      '  + tag: string',
      '      refused: every row needs a value, and rows that are stored have none; declare it .optional() or .default(value).',
      '  + x: bool optional',
      '  - note: string optional',
    ].join('\n'),
  );
});

test('a new required column that may be a dropped one under another name is asked about', () => {
  const renamed = refusalOf(() => plan(base, { id: t.string(), count: t.int64(), note: t.string().optional() }));
  expect(renamed).toContain(
    "declare it .optional() or .default(value), or, if it is qty under another name, .from('qty').",
  );
  const other = refusalOf(() => plan(base, { id: t.string(), count: t.bool(), note: t.string().optional() }));
  expect(other).toContain('declare it .optional() or .default(value).');
  const mistyped = refusalOf(() =>
    plan(base, { id: t.string(), count: t.int32().from('qyt'), note: t.string().optional() }),
  );
  expect(mistyped).toContain('no column qyt is stored; correct .from(), which names the column to go on from.');
});

const one = (a: AnyColumn) => ({ id: t.string(), a });
test.each<[string, AnyColumn, AnyColumn, RegExp]>([
  ['another kind', t.int32(), t.string(), /int32 does not become string/],
  ['a decimal of more digits', t.decimal(9, 2), t.decimal(18, 2), /decimal\(9, 2\) does not become decimal\(18, 2\)/],
  ['fewer members', t.enum(['a', 'b']), t.enum(['a']), /rows may hold the member "b"; keep it in the list/],
  ['members in another order', t.enum(['a', 'b']), t.enum(['b', 'a']), /keep the stored ones first/],
  [
    'members that are not shown',
    t.enum('abcdefghij'.split('')),
    t.enum('abcdefghji'.split('')),
    /keep the stored ones first/,
  ],
  ['a value that becomes required', t.int32().optional(), t.int32(), /rows may lack the value/],
  ['wider elements', t.array(t.int32()), t.array(t.int64()), /array\(int32\) does not become array\(int64\)/],
  ['a column that Weft fills', t.int32(), t.version(), /who fills a column never changes/],
])('%s is refused', (_, from, to, message) => {
  expect(refusalOf(() => plan(one(from), one(to)))).toMatch(message);
});

test('a rename from a column that is not stored is refused', () => {
  const to = { id: t.string(), b: t.int32().from('zzz') };
  expect(refusalOf(() => plan(one(t.int32()), to))).toMatch(/\+ b: int32\n.*no column zzz is stored/);
});

test('another key, another routing column and another kind of key are refused', () => {
  const columns = { id: t.string(), a: t.int32(), b: t.int32() };
  const message = refusalOf(() => plan(columns, columns, [{}, { key: 'a', routing: 'b' }]));
  expect(message).toMatch(/~ key: id → a\n.*tells rows apart/);
  expect(message).toMatch(/~ routing: id → b\n.*places rows/);
  const hidden = planEvolution.bind(null, defineType('Order', columns).schema, schemaOf(columns));
  expect(refusalOf(hidden)).toMatch(/~ key: hidden → id/);
  expect(refusalOf(() => plan({ id: t.int32() }, { id: t.int64() }))).toMatch(/the routing column keep their kind/);
});

test('a key column may be renamed', () => {
  const to = defineType('Order', { code: t.string().from('oid'), id: t.bool().optional() }, { key: 'code' });
  const from = defineType('Order', { oid: t.string() }, { key: 'oid' });
  expect(planEvolution(from.schema, to.schema).changes).toEqual(['~ code: was oid', '+ id: bool optional']);
});

test('a name that is stored beside the one it came from is refused', () => {
  const from = { id: t.string(), old: t.int32(), fresh: t.int32() };
  const to = { id: t.string(), fresh: t.int32().from('old') };
  expect(refusalOf(() => plan(from, to))).toMatch(/~ fresh: int32\n.*both fresh and old are stored/);
});

test('two columns that come from one, or from a column that stays, are no declaration', () => {
  const code = expect.objectContaining({ code: 'TYPE_INVALID' }) as unknown;
  expect(() => schemaOf({ id: t.string(), a: t.bool().from('x'), b: t.bool().from('x') })).toThrow(code as Error);
  expect(() => schemaOf({ id: t.string(), a: t.bool().from('b'), b: t.bool() })).toThrow(code as Error);
  expect(() => schemaOf({ id: t.string(), a: t.bool().from('no name') })).toThrow(code as Error);
});
