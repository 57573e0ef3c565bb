import { defineType, finish, planEvolution, rowCodeOf, t, type RowValues, type UndoableWrites } from '@weft/data';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { smallArena, testTable, type TestTable } from '../store.fixture.ts';
import { expectIndexesInStep, Indexed, liveRows } from './table.fixture.ts';

const row = fc.record(
  {
    id: fc.nat(5),
    group: fc.constantFrom('a', 'ü'),
    code: fc.option(fc.constantFrom('c1', 'c2', 'c3'), { nil: undefined }),
    amount: fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined }),
    name: fc.option(fc.constantFrom('n', 'x'.repeat(300)), { nil: undefined }),
  },
  { requiredKeys: ['id', 'group'] },
);

function writeTo(log: UndoableWrites, type: typeof Indexed, input: object): boolean {
  const values: RowValues = type.schema.columns.map(() => undefined);
  rowCodeOf(type.schema).stage(input, values);
  return log.write(values, 0, 'replace');
}

function allRows({ table }: TestTable): Map<number, object> {
  return new Map(liveRows(table).map((at) => [at, table.rowCode.load(table.columns, at)]));
}

/** Whether the write was let through. */
function attempt(write: () => unknown): boolean {
  try {
    write();
    return true;
  } catch (error) {
    expect((error as { code: string }).code).toBe('UNIQUE_VIOLATION');
    return false;
  }
}

test('writes that are taken back leave every row, version and index as they were, also under a snapshot', () => {
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 12 }),
      fc.array(row, { maxLength: 12 }),
      fc.boolean(),
      (held, given, look) => {
        const made = testTable(Indexed);
        for (const input of held) attempt(() => made.write(input));
        const before = allRows(made);
        const snapshot = look ? made.snapshot() : undefined;
        const log = made.port.undoable();
        const written = given.filter((input) => attempt(() => writeTo(log, Indexed, input)));
        for (const _ of written) expect(log.undo()).toBe(true);
        expect(allRows(made)).toEqual(before);
        expectIndexesInStep(made.table);
        snapshot?.release();
        made.port.clear();
      },
    ),
    { numRuns: 300 },
  );
});

test('each row ends as others left it last, and without others as it was before', () => {
  const others = fc.record({ row, at: fc.nat(11), how: fc.constantFrom('write', 'update', 'delete') });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), fc.array(others, { maxLength: 4 }), (given, acts) => {
      const made = testTable(Indexed);
      const log = made.port.undoable();
      const left = new Map<string, object | undefined>();
      // Without unique values: nothing but the row itself decides.
      given.forEach(({ code: _, ...input }, at) => {
        writeTo(log, Indexed, input);
        for (const { how, row: target } of acts.filter((act) => act.at === at)) {
          const key = { id: target.id, group: target.group };
          if (how === 'delete') made.port.delete(made.table.keyCode.check(key));
          else if (how === 'update') made.update(key, { amount: 99 });
          else made.write({ ...key, amount: 98 });
          left.set(JSON.stringify(key), made.port.get(made.table.keyCode.check(key)));
        }
      });
      for (let n = 0; n < given.length; n++) log.undo();
      for (let id = 0; id < 6; id++) {
        for (const group of ['a', 'ü']) {
          const key = { id, group };
          expect(made.port.get(made.table.keyCode.check(key))).toEqual(left.get(JSON.stringify(key)));
        }
      }
      expectIndexesInStep(made.table);
      made.port.clear();
    }),
    { numRuns: 300 },
  );
});

test('a value of a unique index that another row took meanwhile keeps the row as it is', () => {
  const made = testTable(Indexed);
  made.write({ id: 1, group: 'a', code: 'c1' });
  const log = made.port.undoable();
  writeTo(log, Indexed, { id: 1, group: 'a', code: 'c2' });
  made.write({ id: 2, group: 'a', code: 'c1' });
  expect(log.undo()).toBe(false);
  expect([...allRows(made).values()]).toMatchObject([{ code: 'c2' }, { code: 'c1' }]);
  expect(log.undo()).toBe(true);
  expectIndexesInStep(made.table);
});

test('a replaced row that went meanwhile stays away, and is none that stays written', () => {
  const made = testTable(Indexed);
  made.write({ id: 1, group: 'a', amount: 1 });
  const log = made.port.undoable();
  writeTo(log, Indexed, { id: 1, group: 'a', amount: 2 });
  made.port.delete(made.table.keyCode.check({ id: 1, group: 'a' }));
  expect(log.undo()).toBe(true);
  expect(allRows(made).size).toBe(0);
});

test('the expiry of a replaced row comes back too', () => {
  const Timed = defineType('Timed', { id: t.int32(), n: t.int32() }, { key: 'id', ttl: '1h' });
  const made = testTable(Timed);
  const expiryOf = (): unknown => {
    const { ordinal } = Timed.schema.columns.find(({ role }) => role === 'expiry')!;
    return made.table.columns[ordinal].get(made.table.find(1));
  };
  made.write({ id: 1, n: 1 });
  const before = expiryOf();
  made.clock.ms += 60_000;
  const log = made.port.undoable();
  writeTo(log, Timed as never, { id: 1, n: 2 });
  expect(expiryOf()).not.toEqual(before);
  log.undo();
  expect(expiryOf()).toEqual(before);
});

test('a batch that uses up the memory can be taken back whole', () => {
  const Doc = defineType('Doc', { id: t.int32(), text: t.string() }, { key: 'id' });
  const made = testTable(Doc, { arena: smallArena(1) });
  const text = (id: number, mark: string): string => `${mark}${id}`.padEnd(40_000, mark);
  for (let id = 0; id < 100; id++) made.write({ id, text: text(id, 'a') });
  const log = made.port.undoable();
  let written = 0;
  const fill = (): void => {
    for (; ; written++) writeTo(log, Doc as never, { id: written, text: text(written, 'b') });
  };
  expect(fill).toThrow(expect.objectContaining({ code: 'MEMORY_LIMIT' }));
  expect(written).toBeGreaterThan(50);
  for (; written > 0; written--) expect(log.undo()).toBe(true);
  expect([...allRows(made).values()]).toEqual(Array.from({ length: 100 }, (_, id) => ({ id, text: text(id, 'a') })));
});

test('a declaration is not exchanged while writes may still be taken back', () => {
  const V1 = defineType('Kept', { id: t.int32(), n: t.int32() }, { key: 'id' });
  const V2 = defineType('Kept', { id: t.int32(), m: t.int32().default(1), n: t.int32() }, { key: 'id' });
  const made = testTable(V1);
  made.write({ id: 1, n: 1 });
  const log = made.port.undoable();
  writeTo(log, V1 as never, { id: 1, n: 2 });
  const prepared = finish(made.port.evolve(planEvolution(V1.schema, V2.schema)));
  expect(prepared.isReady).toBe(false);
  expect(log.undo()).toBe(true);
  log.end();
  expect(prepared.isReady).toBe(true);
  prepared.commit();
  expect(made.port.get(1)).toEqual({ id: 1, m: 1, n: 1 });
});
