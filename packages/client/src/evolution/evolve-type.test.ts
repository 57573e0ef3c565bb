import { WeftError } from '@weft/base';
import { type AnyType, defineType, t } from '@weft/data';
import { expect, test } from 'vitest';
import { PlainSource, testCall, testHost, testPace } from '../client.fixture.ts';
import { Router } from '../router.ts';
import { WholeWriter, WRITE_AT_ONCE_ROWS } from '../whole-writer.ts';
import { evolveType } from './evolve-type.ts';
import { TypeVersions } from './type-versions.ts';

const First = defineType('Order', { id: t.string(), qty: t.int32() }, { key: 'id' });
const Second = defineType('Order', { id: t.string(), amount: t.int64().from('qty') }, { key: 'id' });
const changes = ['~ amount: int32 → int64', '~ amount: was qty'];

function open(partitions = 3) {
  const host = testHost();
  const sources = Array.from({ length: partitions }, (_, partition) => new PlainSource(First.schema, partition));
  const versions = new TypeVersions(First.schema, sources, (type, served) => new Router(type.schema, served, host));
  const pace = testPace(host);
  const evolve = (type = Second, options = {}) =>
    evolveType(versions as TypeVersions<unknown>, type.schema, pace, testCall(host, options));
  return { host, sources, versions, evolve };
}

test('all partitions go over, and the answer is what differed', async () => {
  const { versions, evolve } = open();
  const router = versions.handlesOf(First);
  for (const id of ['a', 'b', 'c', 'd']) router.write({ id, qty: 1 }, 'fail');
  await expect(evolve()).resolves.toEqual(changes);
  expect(versions.schema).toBe(Second.schema);
  expect(router.get('c')).toEqual({ id: 'c', qty: 1 });
  expect(versions.handlesOf(Second).get('d')).toEqual({ id: 'd', amount: 1n });
});

test('going over to the stored declaration changes nothing', async () => {
  const { sources, evolve } = open();
  await expect(evolve(First as never)).resolves.toEqual([]);
  expect(sources.map(({ aborted }) => aborted)).toEqual([0, 0, 0]);
});

test('a failure of one partition takes the others back, and the old declaration goes on', async () => {
  const { versions, sources, evolve } = open();
  sources[1]!.failure = new WeftError('UNIQUE_VIOLATION', 'Order: two rows');
  await expect(evolve()).rejects.toThrow('Order: two rows');
  expect(sources.map(({ aborted }) => aborted)).toEqual([1, 1, 1]);
  expect(versions.schema).toBe(First.schema);
  versions.handlesOf(First).write({ id: 'a', qty: 1 }, 'fail');
});

test('a call that is stopped before the turn takes everything back', async () => {
  const { host, sources, evolve, versions } = open();
  sources[2]!.canGoOver = false;
  const stop = new AbortController();
  const evolving = evolve(Second, { signal: stop.signal });
  while (!versions.gate.isClosed) await host.turns.next();
  stop.abort();
  await expect(evolving).rejects.toThrow('stopped by its signal');
  expect(sources.map(({ aborted }) => aborted)).toEqual([1, 1, 1]);
  expect(versions.gate.isClosed).toBe(false);
});

test('changes that begin while all wait to go over wait too, and find the new declaration', async () => {
  const { host, sources, evolve, versions } = open(1);
  const router = versions.handlesOf(First);
  router.write({ id: 'a', qty: 1 }, 'fail');
  sources[0]!.canGoOver = false;
  const evolving = evolve();
  while (!versions.gate.isClosed) await host.turns.next();
  const runs = { slice: { isOver: () => false }, of: () => ({ slice: { isOver: () => false } }) };
  const work = router.deleteMany({ op: 'eq', column: 'qty', value: 1 }, runs);
  expect(work.next()).toEqual({ done: false, value: undefined });
  sources[0]!.canGoOver = true;
  await evolving;
  let step = work.next();
  while (step.done !== true) step = work.next();
  expect(step.value).toBe(1);
});

test('a long write of all or nothing begins after the change of declaration that waits, one under way goes on', async () => {
  const { host, sources, evolve, versions } = open(2);
  const router = versions.handlesOf(First);
  const begin = (from: number) => {
    const type = First as unknown as AnyType;
    const writer = new WholeWriter({ type, router, onConflict: 'replace', onError: 'all' });
    for (let id = from; id < from + WRITE_AT_ONCE_ROWS + 1; id++) writer.take({ id: `${id}`, qty: id });
    return writer.finish({ isOver: () => true }, () => undefined);
  };
  const rows = (): number => sources.reduce((sum, source) => sum + source.rows, 0);
  const first = begin(0);
  first.next();
  const there = rows();
  expect(there).toBeGreaterThan(0);
  sources[0]!.canGoOver = false;
  const evolving = evolve();
  while (!versions.gate.isClosed) await host.turns.next();
  const second = begin(1000);
  for (let turns = 0; turns < 5; turns++) expect(second.next().done).toBe(false);
  expect(rows()).toBe(there);
  let step = first.next();
  while (step.done !== true) step = first.next();
  expect(rows()).toBe(WRITE_AT_ONCE_ROWS + 1);
  sources[0]!.canGoOver = true;
  await evolving;
  step = second.next();
  while (step.done !== true) step = second.next();
  expect(step.value.written).toBe(WRITE_AT_ONCE_ROWS + 1);
  expect(versions.handlesOf(Second).get('1000')).toEqual({ id: '1000', amount: 1000n });
});

test('work that was asked for before and begins after goes to the new declaration', async () => {
  const { evolve, versions } = open(1);
  const router = versions.handlesOf(First);
  router.write({ id: 'a', qty: 1 }, 'fail');
  const work = router.find({}, { slice: { isOver: () => false }, of: () => ({}) });
  await evolve();
  expect([...work].flatMap((batch) => batch ?? [])).toEqual([{ id: 'a', qty: 1 }]);
});

test('of several calls each waits for the one before', async () => {
  const { evolve, versions } = open();
  await expect(Promise.all([evolve(), evolve()])).resolves.toEqual([changes, []]);
  await expect(Promise.all([evolve(First as never), evolve()])).rejects.toThrow('narrower');
  expect(versions.evolving).toBeUndefined();
});

test('a call that waits for another can be stopped', async () => {
  const { sources, evolve } = open(1);
  sources[0]!.canGoOver = false;
  const first = evolve();
  const stop = new AbortController();
  const second = evolve(Second, { signal: stop.signal });
  stop.abort();
  await expect(second).rejects.toThrow('stopped by its signal');
  sources[0]!.canGoOver = true;
  await expect(first).resolves.toEqual(changes);
});

test('another declaration is refused with what differs, and told how to go over', () => {
  const { versions } = open();
  const refused = (type: typeof First): WeftError => {
    try {
      versions.handlesOf(type);
    } catch (error) {
      if (WeftError.is(error, 'TYPE_CONFLICT')) return error;
    }
    throw new Error('nothing was refused');
  };
  const error = refused(Second as never);
  expect(error.message).toContain('\n  ~ amount: int32 → int64\n  ~ amount: was qty');
  expect(error.hint).toContain('grid.evolve(Order)');
  const narrow = refused(defineType('Order', { id: t.string(), qty: t.int16() }, { key: 'id' }) as never);
  expect(narrow.message).toContain('refused: stored values may not fit');
  expect(narrow.hint).not.toContain('evolve');
});
