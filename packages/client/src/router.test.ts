import {
  avg,
  count,
  defineType,
  finish,
  finishAggregate,
  max,
  resolveAggregate,
  resolveFind,
  resolveWhere,
  sum,
  t,
  type AnyType,
  type FindPlan,
  WHOLE,
} from '@weft/data';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testHost, testRouter } from './client.fixture.ts';
import type { Runs } from './router.ts';

const Trade = defineType(
  'Trade',
  { id: t.int32(), account: t.string(), qty: t.int32().optional(), price: t.float64() },
  { key: ['account', 'id'] },
);
const Note = defineType(
  'Note',
  { id: t.id(), account: t.string(), text: t.string().optional() },
  { routing: 'account' },
);
const Loose = defineType('Loose', { n: t.int32() });

const runs: Runs = { slice: WHOLE, of: () => ({}) };

const rows = fc.array(
  fc.record({
    id: fc.nat(5),
    account: fc.constantFrom('a', 'b', 'c', 'd', 'ü'),
    qty: fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined }),
    price: fc.integer({ min: 0, max: 9 }),
  }),
  { maxLength: 40 },
);

function filled(type: AnyType, partitions: number, inputs: readonly object[]): ReturnType<typeof testRouter> {
  const made = testRouter(type, partitions);
  for (const row of inputs) made.router.write(row, 'replace');
  return made;
}

function found({ router }: ReturnType<typeof testRouter>, plan: FindPlan): object[] {
  const all: object[] = [];
  for (const batch of router.find(plan, runs)) all.push(...(batch ?? []));
  return all;
}

test('one and three partitions give the same rows, windows, counts and groups', () => {
  const shape = fc.record({
    limit: fc.option(fc.nat(10), { nil: undefined }),
    offset: fc.nat(5),
    by: fc.constantFrom('asc', 'desc'),
  });
  fc.assert(
    fc.property(
      rows,
      shape,
      fc.constantFrom(undefined, { account: 'a' }, (r: any) => r.qty.gt(0)),
      (inputs, { limit, offset, by }, where) => {
        const [one, three] = [filled(Trade, 1, inputs), filled(Trade, 3, inputs)];
        const ordered = resolveFind(Trade.schema, where, {
          orderBy: { qty: by, account: 'asc', id: 'desc' } as never,
          limit,
          offset,
        });
        expect(found(three, ordered)).toEqual(found(one, ordered));
        const bare = resolveFind(Trade.schema, where, {
          orderBy: { qty: by, account: 'asc', id: 'desc' } as never,
          select: ['price'],
          limit,
          offset,
        });
        expect(found(three, bare)).toEqual(found(one, bare));
        const unordered = resolveFind(Trade.schema, where, { limit, offset });
        expect(found(three, unordered).length).toBe(found(one, unordered).length);
        const predicate = resolveWhere(Trade, where);
        expect(finish(three.router.count(predicate, runs))).toBe(finish(one.router.count(predicate, runs)));
        const plan = resolveAggregate(Trade.schema, {
          by: ['qty'],
          select: { n: count(), sum: sum('price'), avg: avg('price'), max: max('account') },
          where,
          orderBy: { qty: 'asc' },
        });
        expect(finishAggregate(plan, finish(three.router.aggregate(plan, runs)))).toEqual(
          finishAggregate(plan, finish(one.router.aggregate(plan, runs))),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('a row is found where it was written, whatever the number of partitions', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 9 }), (inputs, partitions) => {
      const { router, sources } = filled(Trade, partitions, inputs);
      for (const { account, id } of inputs) expect(router.get({ account, id })).toMatchObject({ account, id });
      expect(sources.reduce((sum_, source) => sum_ + source.rows, 0)).toBe(
        new Set(inputs.map(({ account, id }) => `${account} ${id}`)).size,
      );
    }),
    { numRuns: 100 },
  );
});

test('a predicate that fixes the routing value asks one partition, any other asks all', () => {
  const { router, sources } = filled(Trade, 3, [{ id: 1, account: 'a', price: 1 }]);
  const askedBy = (where: unknown): number => {
    const before = sources.map(({ asked }) => asked);
    finish(router.count(resolveWhere(Trade, where), runs));
    return sources.filter(({ asked }, i) => asked > before[i]!).length;
  };
  expect(askedBy({ account: 'a' })).toBe(1);
  expect(askedBy((r: any) => r.account.eq('a').and(r.qty.gt(1)))).toBe(1);
  expect(askedBy((r: any) => r.account.eq('a').or(r.qty.gt(1)))).toBe(3);
  expect(askedBy({ id: 1 })).toBe(3);
  expect(askedBy(undefined)).toBe(3);
});

test('a generated id leads to its partition by itself, for reading and in a predicate', () => {
  const { router, sources } = testRouter(Note, 3);
  for (let i = 0; i < 30; i++) {
    const { values } = router.write({ account: `a${i}` }, 'replace');
    const [id] = values as [string];
    expect(router.get(id)).toMatchObject({ id, account: `a${i}` });
    expect(router.sourcesFor(resolveWhere(Note, { id }))).toEqual([
      router.sourcesFor(resolveWhere(Note, { account: `a${i}` }))[0],
    ]);
  }
  expect(sources.every((source) => source.rows > 0)).toBe(true);
  expect(router.sourcesFor(resolveWhere(Note, { id: 'mine' })).length).toBe(3);
});

test('an id that was generated for another routing value is refused, and so is a key that is no generated id', () => {
  const { router } = testRouter(Note, 3);
  const [id] = router.write({ account: 'a' }, 'replace').values as [string];
  expect(() => router.write({ id, account: 'elsewhere' }, 'replace')).toThrow(
    expect.objectContaining({ code: 'ROUTING_IMMUTABLE' }),
  );
  expect(() => router.write({ id: 'mine', account: 'a' }, 'replace')).toThrow(
    expect.objectContaining({ code: 'KEY_INVALID' }),
  );
  expect(router.write({ id, account: 'a', text: 'new' }, 'replace').isNew).toBe(false);
});

test('rows without a declared key never replace each other', () => {
  const { router, sources } = testRouter(Loose, 3);
  for (let i = 0; i < 50; i++) expect(router.write({ n: 1 }, 'replace').isNew).toBe(true);
  expect(sources.reduce((rows_, source) => rows_ + source.rows, 0)).toBe(50);
});

test('work over several partitions that is given up frees all of it', () => {
  const { router, sources } = filled(
    Trade,
    3,
    Array.from({ length: 30 }, (_, id) => ({ id, account: `a${id % 9}`, price: 1 })),
  );
  for (const options of [{}, { orderBy: { id: 'asc' } as never }]) {
    const work = router.find(resolveFind(Trade.schema, undefined, options), { slice: WHOLE, of: () => ({}) });
    for (let i = 0; i < 4; i++) work.next();
    work.return();
    expect(sources.map(({ open }) => open)).toEqual([0, 0, 0]);
  }
});

test('time and randomness come from the host', () => {
  const host = testHost();
  const [a] = testRouter(Note, 1, host).router.write({ account: 'a' }, 'replace').values as [string];
  const [b] = testRouter(Note, 1, testHost()).router.write({ account: 'a' }, 'replace').values as [string];
  expect(a).toBe(b);
  expect(a.slice(3, 13)).toBe('01HF7YAT00');
});
