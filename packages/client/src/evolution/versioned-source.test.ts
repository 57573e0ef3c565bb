import { WeftError, type ErrorCode } from '@weft/base';
import { avg, count, defineType, distinct, max, min, planEvolution, sum, t, type AnyType } from '@weft/data';
import { beforeEach, expect, test } from 'vitest';
import { PlainSource, testHost } from '../client.fixture.ts';
import { LocalVerbs, localSpace } from '../local-space.ts';
import { Router } from '../router.ts';
import { TypeVersions } from './type-versions.ts';

const First = defineType(
  'Order',
  {
    id: t.string(),
    client: t.string(),
    qty: t.int32(),
    price: t.float32(),
    status: t.enum(['new', 'done']),
    memo: t.string().optional(),
    grade: t.int16().default(3),
    owner: t.string(),
  },
  { key: 'id' },
);

const Second = defineType(
  'Order',
  {
    id: t.string(),
    customer: t.string().from('client'),
    qty: t.int64(),
    price: t.float64(),
    status: t.enum(['new', 'done', 'void']),
    owner: t.string().optional(),
    note: t.string().optional(),
    tags: t.array(t.string()).default(['fresh']),
  },
  { key: 'id' },
);

const row1 = { id: 'a', client: 'c1', qty: 5, price: 0.1, status: 'new', memo: 'm', grade: 4, owner: 'o' } as const;
const row2 = { id: 'b', customer: 'c2', qty: 7n, price: 0.2, status: 'done', owner: 'p', note: 'n' } as const;
const single = Math.fround;

/** Handles of both declarations over one partition of plain rows that has gone over. */
function evolved<A extends AnyType, B extends AnyType>(first: A, second: B) {
  const source = new PlainSource(first.schema, 0);
  const host = testHost();
  const versions = new TypeVersions(first.schema, [source], (type, sources) => {
    return new LocalVerbs(type, new Router(type.schema, sources, host), { isClosed: false });
  });
  const old = localSpace<A>(versions.handlesOf(first));
  return {
    source,
    versions,
    old,
    goOver() {
      const plan = planEvolution(first.schema, second.schema);
      const step = source.evolve(plan);
      step.next();
      const prepared = step.next();
      if (prepared.done === true) prepared.value.commit();
      versions.commit(plan);
      return localSpace<B>(versions.handlesOf(second));
    },
  };
}

function open() {
  const { old, goOver, source } = evolved(First, Second);
  old.write(row1);
  return { old, now: goOver(), source };
}

let { old, now } = open();
beforeEach(() => {
  ({ old, now } = open());
});

function codeOf(call: () => unknown): ErrorCode | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (WeftError.is(error)) return error.code;
    throw error;
  }
}

test('a row of the old declaration is read by the new one, with defaults where it knew nothing', () => {
  expect(now.get('a')).toEqual({
    id: 'a',
    customer: 'c1',
    qty: 5n,
    price: single(0.1),
    status: 'new',
    owner: 'o',
    note: undefined,
    tags: ['fresh'],
  });
});

test('a row of the new declaration is read by the old one, dropped columns empty or at their default', () => {
  now.write(row2);
  expect(old.get('b')).toEqual({
    id: 'b',
    client: 'c2',
    qty: 7,
    price: single(0.2),
    status: 'done',
    memo: undefined,
    grade: 3,
    owner: 'p',
  });
});

test('what the old declaration writes is answered as it sees it', () => {
  const stored = old.write({ ...row1, id: 'c' });
  expect(stored).toEqual({ ...row1, id: 'c', price: single(0.1), memo: undefined, grade: 3 });
  expect(now.get('c')).toMatchObject({ qty: 5n, tags: ['fresh'] });
});

test('a row that the old declaration replaces keeps the columns that it does not know', () => {
  now.write({ ...row2, tags: ['x'] });
  old.write({ ...row1, id: 'b', qty: 1 });
  expect(now.get('b')).toMatchObject({ customer: 'c1', qty: 1n, note: 'n', tags: ['x'] });
});

test('numbers beyond the old kind are compared with what is stored', async () => {
  now.write({ ...row2, qty: 5_000_000_000n, price: 1e300 });
  const counts = (build: (r: any) => unknown): Promise<number> => Promise.resolve(old.count(build as never));
  expect(await Promise.all([3e9, 5e9, 7e9, -3e9].map((qty) => counts((r) => r.qty.gt(qty))))).toEqual([1, 0, 0, 2]);
  expect(await Promise.all([3e9, 5e9, 7e9].map((qty) => counts((r) => r.qty.le(qty))))).toEqual([1, 2, 2]);
  expect(await Promise.all([3e9, 5e9].map((qty) => counts((r) => r.qty.eq(qty))))).toEqual([0, 1]);
  expect(await Promise.all([3e9, 5e9].map((qty) => counts((r) => r.qty.ne(qty))))).toEqual([2, 1]);
  expect(await counts((r) => r.qty.in([5, 3e9]))).toBe(1);
  expect(await counts((r) => r.qty.in([5, 5e9]))).toBe(2);
  expect(await counts((r) => r.qty.in([3e9, 5e9]))).toBe(1);
  expect(await counts((r) => r.qty.in([3e9, 7e9]).not())).toBe(2);
  expect(await Promise.all([1e299, 1e300, -1e300].map((price) => counts((r) => r.price.gt(price))))).toEqual([1, 0, 2]);
  expect(await Promise.all([1e299, 1e300].map((price) => counts((r) => r.price.in([price]))))).toEqual([0, 1]);
  expect(await old.deleteMany({ qty: 3e9 })).toBe(0);
  expect(await old.deleteMany({ qty: 5e9 })).toBe(1);
});

test("defaults are each row's own", () => {
  old.write({ ...row1, id: 'c' });
  old.write({ ...row1, id: 'd' });
  expect(now.get('c')!.tags).not.toBe(now.get('d')!.tags);
});

test('a patch of the old declaration changes its columns; of a dropped one nothing is kept', () => {
  expect(old.update('a', { qty: 9, memo: 'gone', client: 'c9' })).toMatchObject({
    qty: 9,
    memo: undefined,
    client: 'c9',
  });
  expect(now.get('a')).toMatchObject({ qty: 9n, customer: 'c9' });
  expect(old.update('zzz', { qty: 9 })).toBeUndefined();
});

test('both delete and count the same rows', () => {
  now.write(row2);
  expect([old.count(), now.count()]).toEqual([2, 2]);
  expect(old.delete('b')).toBe(true);
  expect(now.get('b')).toBeUndefined();
  expect(now.delete('a')).toBe(true);
  expect(old.count()).toBe(0);
  expect(old.clear()).toBe(0);
});

test('predicates name old columns and compare old values', () => {
  now.write(row2);
  const ids = (where: Parameters<typeof old.find>[0]) =>
    old.find(where, { orderBy: { id: 'asc' } }).map(({ id }) => id);
  expect(ids({ client: 'c1' })).toEqual(['a']);
  expect(ids({ qty: 7 })).toEqual(['b']);
  expect(ids((r) => r.qty.in([5, 7]))).toEqual(['a', 'b']);
  expect(ids((r) => r.qty.gt(5).not())).toEqual(['a']);
  expect(ids({ price: single(0.2) })).toEqual(['b']);
  expect(ids((r) => r.price.ne(0.2))).toEqual(['a']);
  expect(ids((r) => r.price.in([0.1, 0.2]))).toEqual(['a', 'b']);
  expect(ids((r) => r.price.le(0.2))).toEqual(['a', 'b']);
  expect(ids((r) => r.price.lt(0.2))).toEqual(['a']);
  expect(ids((r) => r.price.gt(0.2))).toEqual([]);
  expect(ids((r) => r.price.ge(0.2))).toEqual(['b']);
  expect(ids((r) => r.status.lt('done'))).toEqual(['a']);
  expect(ids((r) => r.client.startsWith('c').and(r.owner.isNull().not()))).toEqual(['a', 'b']);
});

test('a dropped column is nothing, or its default, in every row: predicates are decided without looking', () => {
  now.write(row2);
  const counted = (where: Parameters<typeof old.count>[0]) => old.count(where);
  expect(counted({ memo: 'm' })).toBe(0);
  expect(counted((r) => r.memo.eq('m').not())).toBe(0);
  expect(counted({ memo: null })).toBe(2);
  expect(counted((r) => r.memo.isNull().and(r.qty.eq(5)))).toBe(1);
  expect(counted((r) => r.memo.eq('m').or(r.qty.eq(5)))).toBe(1);
  expect(counted((r) => r.memo.eq('m').and(r.qty.eq(5)).not())).toBe(1);
  expect(counted({ grade: 3 })).toBe(2);
  expect(counted((r) => r.grade.gt(3))).toBe(0);
  expect(old.find({ memo: 'm' })).toEqual([]);
  expect(old.deleteMany({ memo: 'm' })).toBe(0);
  expect(old.change({ memo: 'm' }, (c) => c.inc('qty', 1))).toBe(0);
});

test('rows are selected, ordered and cut by old columns', () => {
  now.write(row2);
  old.write({ ...row1, id: 'c', qty: 6 });
  const shape = { select: ['client', 'memo', 'grade'], orderBy: { grade: 'asc', qty: 'desc' }, limit: 2 } as const;
  expect(old.find({}, shape)).toEqual([
    { client: 'c2', memo: undefined, grade: 3 },
    { client: 'c1', memo: undefined, grade: 3 },
  ]);
  expect(old.find({}, { select: ['memo'], offset: 2 })).toEqual([{ memo: undefined }]);
});

test('aggregates are of old values under old names', () => {
  now.write({ ...row2, price: 0.3 });
  old.write({ ...row1, id: 'c', price: 0.3 });
  const select = { n: count(), owners: count('owner'), grades: sum('grade'), memos: count('memo') };
  expect(old.aggregate({ by: ['client'], select, orderBy: { client: 'asc' } })).toEqual([
    { client: 'c1', n: 2, owners: 2, grades: 6n, memos: 0 },
    { client: 'c2', n: 1, owners: 1, grades: 3n, memos: 0 },
  ]);
  expect(old.aggregate({ select: { s: sum('qty'), a: avg('qty'), top: max('price') } })).toEqual([
    { s: 17n, a: 17 / 3, top: single(0.3) },
  ]);
  expect(old.aggregate({ by: ['price'], select: { n: count() }, having: (r) => r.n.gt(1) })).toEqual([
    { price: single(0.3), n: 2 },
  ]);
  expect(old.aggregate({ by: ['client'], select: { n: count() }, where: { client: 'c2' } })).toEqual([
    { client: 'c2', n: 1 },
  ]);
  expect(old.aggregate({ by: ['client'], select: { n: count() }, where: { memo: 'm' } })).toEqual([]);
  expect(old.aggregate({ select: { n: count(), low: min('qty'), all: distinct('status') } })).toEqual([
    { n: 3, low: 5, all: expect.arrayContaining(['new', 'done']) as unknown },
  ]);
});

test('an integer beyond the old kind is shown by no call of the old declaration, and named by its column', () => {
  now.write({ ...row2, qty: 2n ** 31n });
  expect(() => old.get('b')).toThrow('Order.qty: a row holds a value beyond int32, now int64; deploy the program');
  expect(codeOf(() => old.find())).toBe('DECLARATION_OUTDATED');
  expect(codeOf(() => old.aggregate({ select: { top: max('qty') } }))).toBe('DECLARATION_OUTDATED');
  expect(old.find({}, { select: ['id'] })).toHaveLength(2);
  expect(old.count((r) => r.qty.gt(5))).toBe(1);
});

test.each([
  ['a double beyond the old kind', { price: 1e300 }, /Order\.price: a row holds a value beyond float32/],
  [
    'a member that the old kind lacks',
    { status: 'void' },
    /Order\.status: a row holds a value beyond enum\(new, done\)/,
  ],
  ['a value that became optional and is absent', { owner: undefined }, /Order\.owner: a row has no value/],
] as const)('%s cannot be shown', (_, part, message) => {
  now.write({ ...row2, ...part });
  expect(() => old.get('b')).toThrow(message);
});

test('an update of a row that could not be shown changes nothing, unless it makes it one that can', () => {
  now.write({ ...row2, qty: 2n ** 31n });
  expect(codeOf(() => old.update('b', { client: 'c3' }))).toBe('DECLARATION_OUTDATED');
  expect(now.get('b')!.customer).toBe('c2');
  expect(old.update('b', { qty: 8 })).toMatchObject({ qty: 8, client: 'c2' });
});

test('writes of a declaration that demands a dropped column are refused, other calls go on', () => {
  const Before = defineType('Order', { id: t.string(), need: t.int32(), x: t.int32() }, { key: 'id' });
  const After = defineType('Order', { id: t.string(), x: t.int32() }, { key: 'id' });
  const { old: before, goOver } = evolved(Before, After);
  before.write({ id: 'a', need: 1, x: 1 });
  const after = goOver();
  expect(codeOf(() => before.write({ id: 'b', need: 1, x: 1 }))).toBe('DECLARATION_OUTDATED');
  expect(codeOf(() => before.update('a', { x: 2 }))).toBe('DECLARATION_OUTDATED');
  expect(codeOf(() => before.get('a'))).toBe('DECLARATION_OUTDATED');
  expect(codeOf(() => before.count({ need: 1 }))).toBe('DECLARATION_OUTDATED');
  expect(codeOf(() => before.find({}, { select: ['id'], orderBy: { need: 'asc' } }))).toBe('DECLARATION_OUTDATED');
  expect(after.find()).toEqual([{ id: 'a', x: 1 }]);
  expect(before.find({ x: 1 }, { select: ['id'] })).toEqual([{ id: 'a' }]);
  expect(before.delete('a')).toBe(true);
});

test('a handle two declarations behind refuses, and serves again when its declaration is stored again', () => {
  const Third = defineType('Order', { id: t.string(), qty: t.int64() }, { key: 'id' });
  const Fourth = defineType('Order', { id: t.string(), qty: t.int64(), more: t.bool().optional() }, { key: 'id' });
  const Fifth = defineType('Order', { id: t.string(), qty: t.int64(), else: t.bool().optional() }, { key: 'id' });
  const { old: third, versions, goOver, source } = evolved(Third, Fourth);
  third.write({ id: 'a', qty: 1n });
  const fourth = goOver();
  const go = (from: AnyType, to: AnyType) => {
    const plan = planEvolution(from.schema, to.schema);
    const work = source.evolve(plan);
    work.next();
    const step = work.next();
    if (step.done === true) step.value.commit();
    versions.commit(plan);
  };
  go(Fourth, Fifth);
  expect(fourth.get('a')).toEqual({ id: 'a', qty: 1n, more: undefined });
  expect(codeOf(() => third.get('a'))).toBe('DECLARATION_OUTDATED');
  expect(codeOf(() => third.count())).toBe('DECLARATION_OUTDATED');
  expect(codeOf(() => versions.handlesOf(Third))).toBe('DECLARATION_OUTDATED');
  go(Fifth, Third);
  expect(third.get('a')).toEqual({ id: 'a', qty: 1n });
  expect(codeOf(() => fourth.get('a'))).toBe('DECLARATION_OUTDATED');
});
