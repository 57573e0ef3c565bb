import { Arena, Decimal, defineType, Heap, ROW_BYTES_MAX, ROWS_PER_PAGE, t, VALUE_BYTES_MAX } from '@weft/data';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { NO_ROW } from '../index/key-probe.ts';
import { smallArena, testTable, type TestTable } from '../store.fixture.ts';
import { expectIndexesInStep, Indexed, liveRows } from './table.fixture.ts';

const IDS = 6;
const groups = fc.constantFrom('a', 'ü');
const row = fc.record(
  {
    id: fc.nat(IDS - 1),
    group: groups,
    code: fc.option(fc.constantFrom('c1', 'c2', 'c3', 'c4', 'c5', 'c6'), { nil: undefined }),
    amount: fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined }),
    name: fc.option(fc.constantFrom('n', 'name one', 'name two', 'x'.repeat(300)), { nil: undefined }),
    price: fc.option(
      fc.nat(9).map((cents) => new Decimal(BigInt(cents), 2)),
      { nil: undefined },
    ),
  },
  { requiredKeys: ['id', 'group'] },
);
const nullable = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { nil: null });
const patch = fc.record(
  {
    code: nullable(fc.constantFrom('c1', 'c2', 'c3')),
    amount: nullable(fc.integer({ min: -3, max: 3 })),
    name: nullable(fc.constantFrom('n', 'name one')),
    price: nullable(fc.nat(5).map((cents) => new Decimal(BigInt(cents), 2))),
  },
  { requiredKeys: [] },
);
const key = fc.record({ id: fc.nat(IDS - 1), group: groups });
type Step =
  | { readonly op: 'write'; readonly row: { readonly id: number }; readonly onConflict: 'replace' | 'fail' }
  | { readonly op: 'patch'; readonly key: object; readonly patch: object }
  | { readonly op: 'delete'; readonly key: object }
  | { readonly op: 'clear' }
  | { readonly op: 'snapshot' };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      op: fc.constant('write' as const),
      row,
      onConflict: fc.constantFrom('replace' as const, 'fail' as const),
    }),
  },
  { weight: 5, arbitrary: fc.record({ op: fc.constant('patch' as const), key, patch }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.constant({ op: 'clear' as const }) },
  { weight: 1, arbitrary: fc.constant({ op: 'snapshot' as const }) },
);

function apply(made: TestTable, action: Step): void {
  if (action.op === 'write') made.write(action.row, action.onConflict);
  else if (action.op === 'patch') made.update(action.key, action.patch);
  else if (action.op === 'delete') made.port.delete(made.table.keyCode.check(action.key));
  else if (action.op === 'clear') made.port.clear();
}

function allRows(made: TestTable): object[] {
  return liveRows(made.table).map((at) => made.table.rowCode.load(made.table.columns, at));
}

test('every index agrees with a full scan after any writes, and a write that fails changes nothing', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const made = testTable(Indexed);
      const open: { snapshot: ReturnType<TestTable['snapshot']>; rows: object[] }[] = [];
      for (const action of steps) {
        if (action.op === 'snapshot') {
          open.push({ snapshot: made.snapshot(), rows: allRows(made) });
          continue;
        }
        const before = allRows(made);
        try {
          apply(made, action);
        } catch (error) {
          expect(['UNIQUE_VIOLATION', 'KEY_EXISTS']).toContain((error as { code: string }).code);
          expect(allRows(made)).toEqual(before);
        }
      }
      expectIndexesInStep(made.table);
      for (const { snapshot, rows } of open) {
        const seen: object[] = [];
        for (let at = 0; at < snapshot.live.rowCount; at++)
          if (snapshot.live.has(at)) seen.push(made.table.rowCode.load(snapshot.columns, at));
        expect(seen).toEqual(rows);
        snapshot.release();
      }
      made.port.clear();
      expect([made.table.rowCount, made.table.snapshots.pinnedBytes]).toEqual([0, 0]);
    }),
    { numRuns: 300 },
  );
});

function failure(run: () => unknown): { code: string; message: string; details: Record<string, unknown> } {
  try {
    run();
  } catch (error) {
    return error as never;
  }
  throw new Error('nothing was thrown');
}

test('a unique value that another row holds is refused, in an insert, a replacement and a patch', () => {
  const made = testTable(Indexed);
  made.write({ id: 1, group: 'a', code: 'c1' });
  made.write({ id: 2, group: 'a', code: 'c2' });
  const before = allRows(made);
  for (const run of [
    () => made.write({ id: 3, group: 'a', code: 'c1' }),
    () => made.write({ id: 2, group: 'a', code: 'c1' }),
    () => made.update({ group: 'a', id: 2 }, { amount: 7, code: 'c1' }),
  ]) {
    expect(failure(run)).toMatchObject({ code: 'UNIQUE_VIOLATION', details: { type: 'Indexed', index: 'code' } });
    expect(allRows(made)).toEqual(before);
    expectIndexesInStep(made.table);
  }
  expect(made.update({ group: 'a', id: 2 }, { code: 'c2' })).toMatchObject({ code: 'c2' });
});

test('unique indexes let any number of rows lack a value', () => {
  const made = testTable(Indexed);
  for (let id = 0; id < 5; id++) made.write({ id, group: 'a' });
  expect(made.table.rowCount).toBe(5);
  expectIndexesInStep(made.table);
});

test('the version counts the changes of its row, from 1', () => {
  const made = testTable(Indexed);
  made.write({ id: 1, group: 'a' });
  made.update({ group: 'a', id: 1 }, { amount: 5 });
  made.write({ id: 1, group: 'a' });
  expect(made.port.get(['a', 1])).toMatchObject({ version: 3 });
});

const Long = defineType(
  'Long',
  { id: t.string(), a: t.bytes().optional(), b: t.string().optional(), c: t.json<unknown>().optional() },
  { key: 'id' },
);
const eight = new Uint8Array(VALUE_BYTES_MAX);

test('a row beyond ROW_BYTES_MAX is refused as a whole, also where a patch makes it so', () => {
  const made = testTable(Long, { arena: new Arena({ segmentBytes: 1 << 26, segmentsMax: 2 }) });
  expect(failure(() => made.write({ id: 'k', a: eight, b: 'x'.repeat(VALUE_BYTES_MAX), c: 'y' }))).toMatchObject({
    code: 'ROW_TOO_LARGE',
    message: expect.stringContaining('id "k"'),
    details: { bytesMax: ROW_BYTES_MAX },
  });
  expect(made.table.rowCount).toBe(0);
  made.write({ id: 'k', a: eight, b: 'x'.repeat(VALUE_BYTES_MAX - 10) });
  expect(failure(() => made.update('k', { c: 'z'.repeat(10) }))).toMatchObject({
    code: 'ROW_TOO_LARGE',
    message: expect.stringContaining('id "k"'),
  });
  expect(made.update('k', { c: 'z' })).toMatchObject({ c: 'z' });
});

test('a key beyond KEY_BYTES_MAX is refused', () => {
  const made = testTable(Long);
  expect(failure(() => made.write({ id: 'é'.repeat(513) }))).toMatchObject({
    code: 'KEY_TOO_LARGE',
    details: { bytes: 1026, bytesMax: 1024 },
  });
  made.write({ id: 'é'.repeat(512) });
  expect(made.table.rowCount).toBe(1);
});

const Filler = defineType(
  'Filler',
  { id: t.int32(), text: t.string().optional(), tag: t.string().index() },
  { key: 'id' },
);

test('a store filled to the brim says MEMORY_LIMIT, changes nothing by it, and is usable again once rows are deleted', () => {
  const made = testTable(Filler, { arena: smallArena(1) });
  const fill = (from: number): number => {
    for (let id = from; ; id++) {
      try {
        made.write({ id, text: `${id} `.padEnd(1000 + (id % 700), 'x'), tag: `t${id % 10}` });
      } catch (error) {
        expect((error as { code: string }).code).toBe('MEMORY_LIMIT');
        return id;
      }
    }
  };
  const first = fill(0);
  expect(first).toBeGreaterThan(3000);
  expect(made.table.rowCount).toBe(first);
  expect(failure(() => made.update(0, { text: 'y'.repeat(100_000) })).code).toBe('MEMORY_LIMIT');
  expectIndexesInStep(made.table);
  for (let id = 0; id < first; id += 2) expect(made.port.delete(id)).toBe(true);
  expectIndexesInStep(made.table);
  // Every second value was released: the space comes back through compaction while others are written.
  const second = fill(first);
  expect(second - first).toBeGreaterThan(first / 4);
  for (let id = 1; id < first; id += 2)
    expect(made.port.get(id)).toMatchObject({ text: `${id} `.padEnd(1000 + (id % 700), 'x') });
  expectIndexesInStep(made.table);
  for (let id = 0; id < second; id++) made.port.delete(id);
  expect(made.table.rowCount).toBe(0);
  expect(fill(second) - second).toBeGreaterThan(first * 0.8);
});

test('a write that might find no number for a heap page fails before it begins', () => {
  const made = testTable(Filler);
  for (let id = 0; id < 10; id++) made.write({ id, text: 'a'.repeat(300), tag: 't' });
  const left = vi.spyOn(Heap.prototype, 'pagesLeft', 'get').mockReturnValue(1);
  expect(failure(() => made.update(5, { text: 'b'.repeat(40_000), tag: 'u' }))).toMatchObject({
    code: 'MEMORY_LIMIT',
    message: expect.stringContaining('65536 pages'),
  });
  expect(failure(() => made.write({ id: 10, tag: 't' })).code).toBe('MEMORY_LIMIT');
  expect([made.port.get(5), made.table.rowCount]).toEqual([{ id: 5, text: 'a'.repeat(300), tag: 't' }, 10]);
  expectIndexesInStep(made.table);
  // Enough for a page each of the two texts and for their dictionaries, which might be rewritten: 8,192 rows of short tags.
  left.mockReturnValue(10);
  made.update(5, { text: 'b'.repeat(40_000), tag: 'u' });
  left.mockRestore();
  expect(made.port.get(5)).toMatchObject({ tag: 'u' });
  expect(made.port.delete(5)).toBe(true);
  made.port.clear();
});

test('rows can be deleted from a full store though a snapshot wants copies: the snapshot goes', () => {
  const arena = smallArena(1);
  const made = testTable(Filler, { arena });
  for (let id = 0; id < 100; id++) made.write({ id, tag: 't' });
  const snapshot = made.snapshot();
  while (arena.hasRoom(1024, 1024)) arena.take(0);
  for (let id = 0; id < 100; id++) expect(made.port.delete(id)).toBe(true);
  expect(() => snapshot.check()).toThrow(expect.objectContaining({ code: 'SNAPSHOT_TOO_OLD' }));
  expectIndexesInStep(made.table);
});

test('a text that makes pages leave their dictionary fails before it begins where there is no room for the rewriting', () => {
  const arena = smallArena(1);
  const made = testTable(Filler, { arena });
  const text = 'd'.repeat(250);
  for (let id = 0; id < ROWS_PER_PAGE; id++) made.write({ id, text, tag: 't' });
  while (arena.hasRoom(3 << 20, 1 << 17)) arena.take(7);
  expect(failure(() => made.update(5, { text: 'l'.repeat(300) })).code).toBe('MEMORY_LIMIT');
  expect(made.port.get(5)).toMatchObject({ text });
  expectIndexesInStep(made.table);
});

test('a text too long for its cell fails before it begins where there is no room to rewrite its page', () => {
  const arena = smallArena(1);
  const Keyed = defineType('Keyed', { id: t.string(), qty: t.int32() }, { key: 'id' });
  const made = testTable(Keyed, { arena });
  for (let qty = 0; qty < 1000; qty++) made.write({ id: String(qty).padStart(8, 'k'), qty });
  const column = made.table.columns[0]!;
  const long = 'k'.repeat(40);
  const room = column.rewriteBytes(long);
  expect(room).toBeGreaterThan(column.rewriteBytes('k'));
  const taken: number[] = [];
  while (arena.hasRoom(room, 1 << 18)) taken.push(arena.take(8));
  expect(failure(() => made.write({ id: long, qty: 1 })).code).toBe('MEMORY_LIMIT');
  expect([made.table.rowCount, made.port.get('kkkkkkk5')]).toEqual([1000, { id: 'kkkkkkk5', qty: 5 }]);
  expectIndexesInStep(made.table);
  for (const unit of taken.splice(-8)) arena.give(unit, 8);
  made.write({ id: long, qty: 1 });
  expect([made.port.get(long), made.port.get('kkkkkkk6')]).toEqual([
    { id: long, qty: 1 },
    { id: 'kkkkkkk6', qty: 6 },
  ]);
  expectIndexesInStep(made.table);
});

test('many columns of text that repeats fill a store, and what their dictionaries might need is not held against them', () => {
  const names = Array.from({ length: 12 }, (_, i) => `c${i}`);
  const Wide = defineType(
    'Wide',
    { id: t.int32(), ...Object.fromEntries(names.map((name) => [name, t.string()])) },
    { key: 'id' },
  );
  const made = testTable(Wide, { arena: smallArena(1) });
  const text = 'v'.repeat(200);
  // Rewriting one page of each to refs would take 20 MB, more than there is.
  for (let id = 0; id < 2 * ROWS_PER_PAGE; id++)
    made.write({ id, ...Object.fromEntries(names.map((name) => [name, text])) });
  expect(made.update(3, { c4: `${text}!` })).toMatchObject({ c3: text, c4: `${text}!` });
  const long = Object.fromEntries(names.map((name) => [name, 'l'.repeat(300)]));
  expect(failure(() => made.update(5, long)).code).toBe('MEMORY_LIMIT');
  expect(made.port.get(5)).toMatchObject({ c0: text });
});

test('an emptied page gives its memory back and its rows are used again', () => {
  const made = testTable(Filler);
  for (let id = 0; id < 3 * ROWS_PER_PAGE; id++) made.write({ id, tag: `t${id % 3}` });
  const full = made.table.bytes;
  for (let id = 0; id < 2 * ROWS_PER_PAGE; id++) made.port.delete(id);
  expect(made.table.bytes).toBeLessThan(full * 0.7);
  for (let id = 0; id < 2 * ROWS_PER_PAGE; id++) made.write({ id, tag: `t${id % 3}` });
  expect(made.table.live.rowCount).toBe(3 * ROWS_PER_PAGE);
  expectIndexesInStep(made.table);
  made.port.clear();
});

test('clearing gives all shared memory back and the table starts anew', () => {
  const arena = smallArena(2);
  const made = testTable(Filler, { arena });
  const before = arena.takenBytes;
  for (let id = 0; id < 5000; id++) made.write({ id, text: 'x'.repeat(400), tag: `t${id}` });
  expect(made.port.clear()).toBe(5000);
  expect([arena.takenBytes, made.table.rowCount, made.table.find(7)]).toEqual([before, 0, NO_ROW]);
  made.write({ id: 7, tag: 't' });
  expect(made.port.get(7)).toEqual({ id: 7, text: undefined, tag: 't' });
});

const Routed = defineType('Routed', { id: t.id(), region: t.string(), n: t.int32() }, { routing: 'region' });

test('neither key nor routing value of a row ever changes', () => {
  const made = testTable(Routed);
  made.write({ id: '00001ARZ3NDEKTSV4RRF', region: 'eu', n: 1 });
  const row = liveRows(made.table)[0];
  const ordinal = Routed.schema.routing;
  expect(failure(() => made.table.patch(row, [ordinal], ['us']))).toMatchObject({ code: 'ROUTING_IMMUTABLE' });
  expect(failure(() => made.write({ id: '00001ARZ3NDEKTSV4RRF', region: 'us', n: 2 }))).toMatchObject({
    code: 'ROUTING_IMMUTABLE',
  });
  made.table.patch(row, [ordinal], ['eu']);
  expect(made.port.get('00001ARZ3NDEKTSV4RRF')).toMatchObject({ region: 'eu', n: 1 });
});

test('each change of the table takes a position, and a change that fails takes none', () => {
  const made = testTable(Indexed);
  const lsn = Indexed.schema.columns.findIndex(({ role }) => role === 'lsn');
  const positionOf = (id: number): unknown => made.table.columns[lsn].get(made.table.find(['a', id]));
  made.write({ id: 1, group: 'a', code: 'c1' });
  const first = positionOf(1) as number;
  failure(() => made.write({ id: 2, group: 'a', code: 'c1' }));
  made.write({ id: 2, group: 'a' });
  expect(positionOf(2)).toBe(first + 1);
  made.update({ group: 'a', id: 1 }, { amount: 1 });
  expect(positionOf(1)).toBe(first + 2);
  made.port.delete(['a', 1]);
  made.write({ id: 3, group: 'a' });
  expect(positionOf(3)).toBe(first + 4);
});

test('rows of a type with a time to live know when it ends, anew at each write', () => {
  const Mortal = defineType('Mortal', { id: t.int32() }, { key: 'id', ttl: '1h' });
  const made = testTable(Mortal);
  const expiry = Mortal.schema.columns.findIndex(({ role }) => role === 'expiry');
  made.write({ id: 1 });
  expect(made.table.columns[expiry].get(0)).toEqual(new Date(made.clock.ms + 3_600_000));
  made.clock.ms += 5000;
  made.write({ id: 1 });
  expect(made.table.columns[expiry].get(0)).toEqual(new Date(made.clock.ms + 3_600_000));
});
