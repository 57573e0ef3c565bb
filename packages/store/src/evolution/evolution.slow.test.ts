import {
  defineType,
  finish,
  planEvolution,
  resolveChange,
  t,
  type Arena,
  type FindPlan,
  type PreparedEvolution,
} from '@weft/data';
import { expect, test } from 'vitest';
import { drained, gathered, pausing, smallArena, testTable, type TestTable } from '../store.fixture.ts';
import { expectIndexesInStep } from '../table/table.fixture.ts';
import { asLater, Later, shownThing, Thing, thing, type ThingRow } from './evolution.fixture.ts';

const plan = planEvolution(Thing.schema, Later.schema);

function filled(rows: number, arena?: Arena): TestTable {
  const made = testTable(Thing, arena === undefined ? {} : { arena });
  for (let id = 0; id < rows; id++) made.write(thing(id));
  return made;
}

test('after an evolution every row is as the next declaration has it, and its indexes hold all of them', () => {
  const made = filled(10_000);
  const prepared = drained(made.port.evolve(plan, pausing()));
  expect([prepared.failure, prepared.isReady]).toEqual([undefined, true]);
  expect(made.port.get(3)).toEqual({ ...shownThing(thing(3)), version: 1 });
  prepared.commit();
  for (const id of [0, 1, 8191, 8192, 9999]) expect(made.port.get(id)).toEqual(asLater(thing(id), 1));
  expectIndexesInStep(made.port.table);
  expect(made.port.table.columns.map(({ schema }) => schema)).toEqual(Later.schema.columns);
  finish(made.port.deleteMany(undefined));
  expect(made.port.rows).toBe(0);
  made.port.clear();
});

test('writes between the slices are in the next declaration, wherever the walk stands', () => {
  const made = filled(9000);
  const shifts = new Map<number, [number, number]>();
  for (let id = 0; id < 9000; id++) shifts.set(id, [0, 1]);
  const prepared = drained(made.port.evolve(plan, pausing()), (pause) => {
    const id = (pause * 37) % 9500;
    made.write(thing(id, pause));
    shifts.set(id, [pause, (shifts.get(id)?.[1] ?? 0) + 1]);
    const gone = (pause * 53) % 9000;
    made.port.delete(gone);
    shifts.delete(gone);
  });
  prepared.commit();
  expectIndexesInStep(made.port.table);
  const rows = gathered(made.port.find(made.plan(undefined, {})));
  expect(rows.length).toBe(shifts.size);
  for (const row of rows as { id: number }[]) {
    const [shift, version] = shifts.get(row.id)!;
    expect(row).toEqual(asLater(thing(row.id, shift), version));
  }
  made.port.clear();
});

function prepared(made: TestTable): PreparedEvolution {
  return drained(made.port.evolve(plan, pausing()));
}

const byNumber: FindPlan = { orderBy: [{ column: 'id', direction: 'asc' }] };

test('a read that began before goes on over its snapshot, by the declaration that it began with', () => {
  const made = filled(9000);
  const ready = prepared(made);
  const reading = made.port.find(byNumber, pausing());
  const first: object[] = [];
  while (first.length === 0) first.push(...(reading.next().value ?? []));
  ready.commit();
  for (let id = 0; id < 9000; id += 2) made.write(asLater(thing(id, 1), undefined));
  const rows = [...first, ...gathered(reading)];
  expect(rows).toEqual(Array.from({ length: 9000 }, (_, id) => ({ ...shownThing(thing(id)), version: 1 })));
  expect([made.port.table.snapshots.pinnedBytes, made.port.table.snapshots.openCount]).toEqual([0, 0]);
  made.port.clear();
});

// So few that the index proposes them, and more than one turn may read.
const some = { op: 'ge' as const, column: 'amount', value: 800 };

test.each([
  { where: undefined, writes: true },
  { where: some, writes: true },
  { where: some, writes: false },
])(
  'a read that waits for its snapshot gets the last one of the declaration that it began with',
  ({ where, writes }) => {
    const made = filled(9000);
    const ready = prepared(made);
    // A snapshot that others read, and a page copied since: the next one may not open for a while.
    const other = made.snapshot();
    made.write(thing(1, 5));
    const reading = made.port.find({ ...byNumber, ...(where === undefined ? {} : { where }) }, pausing());
    expect(reading.next()).toEqual({ done: false, value: undefined });
    ready.commit();
    if (writes) made.write(asLater(thing(1, 7), undefined));
    const rows = gathered(reading) as ThingRow[];
    const expected = Array.from({ length: 9000 }, (_, id) => thing(id, id === 1 ? 5 : 0));
    expect(rows.map(({ amount }) => amount)).toEqual(
      expected.map(({ amount }) => amount).filter((amount) => where === undefined || amount >= 800),
    );
    other.release();
    expect(made.port.table.snapshots.openCount).toBe(0);
    made.port.clear();
  },
);

test('a snapshot that opens after the flip is of the next declaration, though nothing was written since the last one', () => {
  const made = filled(2000);
  const ready = prepared(made);
  const before = made.snapshot();
  ready.commit();
  const after = made.snapshot();
  expect([before.schema, after.schema]).toEqual([Thing.schema, Later.schema]);
  expect(before.columns[2].get(5)).toBe(thing(5).amount);
  expect(after.columns[3].get(5)).toBe(BigInt(thing(5).amount));
  before.release();
  after.release();
  made.port.clear();
});

test('a change in slices and a log of writes keep the declaration as it is until they end', () => {
  const made = filled(9000);
  const ready = prepared(made);
  const changing = made.port.change(
    undefined,
    resolveChange(Thing.schema, (c: any) => c.inc('amount', 1)),
    pausing(),
  );
  changing.next();
  expect(ready.isReady).toBe(false);
  finish(changing);
  expect(ready.isReady).toBe(true);
  const log = made.port.undoable();
  expect(ready.isReady).toBe(false);
  log.end();
  ready.commit();
  expect((made.port.get(5) as { total: bigint }).total).toBe(BigInt(thing(5).amount + 1));
  made.port.clear();
});

const seatColumns = { id: t.int32(), hall: t.string(), place: t.int32().optional() };
const Seat = defineType('Seat', seatColumns, { key: 'id', routing: 'hall' });
const OwnSeat = defineType('Seat', seatColumns, {
  key: 'id',
  routing: 'hall',
  indexes: [{ on: ['hall', 'place'], kind: 'unique', name: 'seat' }],
});
const toOwn = planEvolution(Seat.schema, OwnSeat.schema);

function hall(seats: number): TestTable {
  const made = testTable(Seat);
  for (let id = 0; id < seats; id++) made.write({ id, hall: 'A', ...(id % 3 === 0 ? {} : { place: id }) });
  return made;
}

test('two rows with the values of a new unique index end the evolution, which names both and leaves no trace', () => {
  const made = hall(300);
  made.write({ id: 299, hall: 'A', place: 1 });
  const { takenBytes } = made.arena;
  const same = /Seat: the rows \(id 1, hall "A"\) and \(id 299, hall "A"\) have the same values .* index seat/;
  expect(() => drained(made.port.evolve(toOwn, pausing()))).toThrow(same);
  expect([made.table.follower, made.arena.takenBytes]).toEqual([undefined, takenBytes]);
  made.write({ id: 299, hall: 'A', place: 299 });
  drained(made.port.evolve(toOwn, pausing())).commit();
  expectIndexesInStep(made.port.table);
  expect(() => made.write({ id: 5, hall: 'A', place: 299 })).toThrow(/index seat/);
  made.port.clear();
});

test('a row that is written once all is filled, and breaks a new unique index, is written; the evolution fails', () => {
  const made = hall(300);
  const ready = drained(made.port.evolve(toOwn, pausing()));
  made.write({ id: 7, hall: 'A', place: 8 });
  expect(ready.failure).toMatchObject({ code: 'UNIQUE_VIOLATION' });
  made.write({ id: 10, hall: 'A', place: 11 });
  made.port.delete([11, 'A']);
  ready.abort();
  expect(made.table.follower).toBeUndefined();
  expect([made.port.rows, made.port.get([7, 'A'])]).toEqual([299, { id: 7, hall: 'A', place: 8 }]);
  made.port.clear();
});

test('where memory does not suffice, the evolution ends, takes everything back, and the table goes on', () => {
  const arena = smallArena(4);
  const made = filled(9000, arena);
  const quota = arena.governor.quota('Thing');
  const before = quota.usedBytes;
  // Room for some pages of the hidden columns, not for all.
  quota.setLimit(before + 750_000);
  let most = 0;
  const evolving = (): unknown =>
    drained(made.port.evolve(plan, pausing()), () => (most = Math.max(most, quota.usedBytes)));
  expect(evolving).toThrow(
    expect.objectContaining({ code: 'MEMORY_LIMIT', details: expect.objectContaining({ limit: 'quota' }) }),
  );
  expect(most).toBeGreaterThan(before);
  expect(made.port.get(8999)).toEqual({ ...shownThing(thing(8999)), version: 1 });
  finish(made.port.deleteMany({ op: 'lt', column: 'id', value: 60 }));
  expect(quota.usedBytes).toBeLessThanOrEqual(before);
  quota.setLimit(Infinity);
  prepared(made).commit();
  expect(made.port.get(8999)).toEqual(asLater(thing(8999), 1));
  made.port.clear();
});

test('one evolution at a time', () => {
  const made = filled(10);
  const ready = prepared(made);
  expect(() => drained(made.port.evolve(plan, pausing()))).toThrow(
    expect.objectContaining({ code: 'EVOLUTION_REFUSED' }),
  );
  ready.abort();
  prepared(made).commit();
  expect(made.port.table.schema).toBe(Later.schema);
  made.port.clear();
});

test('rows get their expiry when a time to live is declared, as if they had been written then', () => {
  const made = filled(3);
  const at = made.clock.ms;
  prepared(made).commit();
  const expiry = Later.schema.columns.findIndex(({ role }) => role === 'expiry');
  expect(made.port.table.columns[expiry].get(0)).toEqual(new Date(at + 86_400_000));
  made.port.clear();
});

test('texts of columns that were dropped go back a little with each write', () => {
  const made = testTable(Thing);
  for (let id = 0; id < 9000; id++) made.write({ ...thing(id), doc: { id, text: 'x'.repeat(200) } });
  const before = made.port.bytes;
  prepared(made).commit();
  for (let id = 0; id < 100; id++) made.write(asLater(thing(id), undefined));
  expect(made.port.table.follower).toBeUndefined();
  expect(before - made.port.bytes).toBeGreaterThan(9000 * 100);
  made.port.clear();
});

/** All that the account names, but for old pages. */
function accountedBytes(made: TestTable): number {
  const { columns, indexes, heap, rowMapBytes } = made.port.account()!;
  return [...columns, ...indexes, heap].reduce((sum, { bytes }) => sum + bytes, rowMapBytes);
}

test('the parts of an account add up while the declaration changes, and while what it dropped is given back', () => {
  const made = filled(9000);
  expect(accountedBytes(made)).toBe(made.port.bytes);
  const before = made.port.bytes;
  const ready = drained(made.port.evolve(plan, pausing()), () => expect(accountedBytes(made)).toBe(made.port.bytes));
  expect(made.port.bytes).toBeGreaterThan(before);
  expect(made.port.account()!.columns.map(({ name }) => name)).toContain('level');
  ready.commit();
  expect(made.port.table.follower).toBeDefined();
  expect(accountedBytes(made)).toBe(made.port.bytes);
  made.port.clear();
});
