import { WeftError } from '@weft/base';
import {
  avg,
  count,
  Decimal,
  defineType,
  distinct,
  resolveAggregate,
  resolveChange,
  resolveFind,
  resolveTarget,
  resolveWhere,
  t,
} from '@weft/data';
import { RecordReader } from '@weft/log';
import { FrameWriter, readPlain, writePlain } from '@weft/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aggregateOf, changeOf, shapeOf, targetOf, whereOf } from './plans.ts';

const Order = defineType(
  'Order',
  {
    id: t.string(),
    qty: t.int32(),
    big: t.int64().optional(),
    price: t.decimal(10, 2).optional(),
    at: t.timestamp().optional(),
    raw: t.bytes().optional(),
    tags: t.array(t.string()).optional(),
    doc: t.json().optional(),
    version: t.version(),
  },
  { key: 'id' },
);
const { schema } = Order;

/** What a value comes to over the network. */
function sent<T>(value: T): T {
  const frame = new FrameWriter();
  writePlain(frame, value);
  return readPlain(new RecordReader(frame.copy(0))) as T;
}

const conditions: readonly ((r: any) => any)[] = [
  (r) => r.qty.gt(5),
  (r) => r.qty.gt(3e9).or(r.qty.in([1, 3e9]), r.qty.ne(-3e9).not()),
  (r) => r.big.between(-5n, 2n ** 80n).and(r.price.eq(Decimal.from('1.50')), r.at.lt(new Date(1000))),
  (r) => r.id.startsWith('a').and(r.id.endsWith('b')).or(r.id.contains('c').not()),
  (r) => r.tags.has('x').or(r.tags.isNull(), r.raw.eq(Uint8Array.of(1, 2))),
  (r) =>
    r.doc
      .at('a', 0)
      .ge('x')
      .or(r.doc.at('b').isNull(), r.doc.at('c').in([1, 'y', true])),
  (r) => r.doc.eq({ a: [1, null] }),
];

test.each(conditions.map((condition) => [String(condition), condition] as const))(
  'the condition %s asks the same at the host',
  (_, condition) => {
    const predicate = resolveWhere(Order, condition);
    expect(resolveWhere(Order, whereOf(sent(predicate)))).toEqual(predicate);
  },
);

test('no condition stands for all rows, also where they are changed', () => {
  expect(whereOf(sent(undefined))).toBeUndefined();
  expect(resolveTarget(Order, targetOf(sent(undefined)))).toBeUndefined();
});

test('conditions as deep and as wide as they may be ask the same at the host', () => {
  const deep = resolveWhere(Order, (r: any) => {
    let condition = r.qty.gt(0);
    for (let i = 0; i < 49; i++) condition = condition.not().or(r.qty.lt(i));
    return condition;
  });
  const wide = resolveWhere(Order, (r: any) => r.qty.gt(0).or(...Array.from({ length: 9999 }, (_, i) => r.qty.lt(i))));
  for (const predicate of [deep, wide]) expect(resolveWhere(Order, whereOf(sent(predicate)))).toEqual(predicate);
});

test('finds, aggregates and changes ask the same at the host', () => {
  const find = resolveFind(schema, (r: any) => r.qty.gt(1), {
    select: ['qty', 'id'],
    orderBy: { qty: 'desc', id: 'asc' },
    limit: 3,
    offset: 2,
  } as never);
  expect(resolveFind(schema, whereOf(sent(find).where), shapeOf(sent(find)) as never)).toEqual(find);
  const aggregate = resolveAggregate(schema, {
    by: ['at'],
    select: { n: count(), mean: avg('price'), ids: distinct('id') },
    where: { qty: 1 },
    having: (r: any) => r.n.gt(1),
    orderBy: { mean: 'desc' },
    limit: 5,
  });
  expect(resolveAggregate(schema, aggregateOf(sent(aggregate)))).toEqual(aggregate);
  const steps = resolveChange(schema, (c: any) =>
    c
      .set('qty', 1)
      .inc('price', Decimal.from('0.25'))
      .unset('raw')
      .push('tags', 'a', 'b')
      .pull('tags', 'c')
      .at('doc', 'a', 1)
      .set({ x: null })
      .at('doc', 'b')
      .push(1, 'z')
      .at('doc', 'c')
      .unset(),
  );
  expect(resolveChange(schema, changeOf(sent(steps)))).toEqual(steps);
});

const words = [
  'and or not eq ne lt in isNull startsWith has set unset inc push pull',
  'id qty big price at raw tags doc version nothing __proto__ constructor',
  'asc desc count sum distinct toString ~predicate',
].flatMap((line) => line.split(' '));
const word = fc.constantFrom('', ...words);
const scalar = fc.oneof(
  word,
  fc.constantFrom(undefined, null, true, Number.NaN, -0, 1e300, 2 ** 31, Infinity),
  fc.integer(),
  fc.bigInt(),
  fc.date({ noInvalidDate: false }),
  fc.uint8Array({ maxLength: 4 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constant(Decimal.from('1.5')),
);
const { garbage } = fc.letrec((tie) => ({
  garbage: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalar,
    fc.array(tie('garbage'), { maxLength: 4 }),
    fc.dictionary(word, tie('garbage'), { maxKeys: 4 }),
    fc.record(
      {
        op: word,
        column: fc.oneof(word, tie('garbage')),
        value: tie('garbage'),
        values: tie('garbage'),
        args: tie('garbage'),
        arg: tie('garbage'),
        path: fc.oneof(fc.array(scalar, { maxLength: 3 }), tie('garbage')),
        asked: tie('garbage'),
      },
      { requiredKeys: ['op'] },
    ),
    fc.record(
      {
        where: tie('garbage'),
        select: tie('garbage'),
        by: tie('garbage'),
        having: tie('garbage'),
        orderBy: tie('garbage'),
        limit: tie('garbage'),
        name: word,
        fn: word,
        direction: word,
      },
      { requiredKeys: [] },
    ),
  ),
}));

const readings: Readonly<Record<string, (value: any) => unknown>> = {
  condition: (value) => resolveWhere(Order, whereOf(value)),
  target: (value) => resolveTarget(Order, targetOf(value)),
  find: (value) => resolveFind(schema, undefined, shapeOf(value) as never),
  aggregate: (value) => resolveAggregate(schema, aggregateOf(value)),
  change: (value) => resolveChange(schema, changeOf(value)),
};

test.each(Object.entries(readings))('whatever comes as a %s, it is one, or an ordinary error', (_, read) => {
  fc.assert(
    fc.property(garbage, (value) => {
      try {
        read(sent(value));
      } catch (error) {
        expect(WeftError.is(error) ? error.code : error).toMatch(/^[A-Z_]+$/);
      }
    }),
    { numRuns: Number(process.env['WEFT_RUNS'] ?? 1000) },
  );
});

test('lists of a length that no caller could give are ordinary errors', () => {
  const long = Array.from({ length: 300_000 }, () => ({ op: 'isNull', column: 'qty' }));
  const refused = (run: () => unknown, code: string): void =>
    expect(run).toThrow(expect.objectContaining({ code: expect.stringMatching(code) }));
  refused(() => resolveWhere(Order, whereOf({ op: 'or', args: long })), 'PREDICATE_INVALID');
  refused(() => resolveWhere(Order, whereOf({ op: 'in', column: 'qty', values: long })), 'PREDICATE_INVALID');
  refused(() => resolveWhere(Order, whereOf({ op: 'isNull', column: 'doc', path: long })), 'PREDICATE_INVALID');
  const values = Array.from({ length: 300_000 }, () => 'x');
  expect(resolveChange(schema, changeOf([{ op: 'push', column: 'tags', values }])).length).toBe(300);
});
