import {
  Arena,
  defineType,
  finish,
  Governor,
  newCounters,
  planEvolution,
  ROWS_PER_PAGE,
  t,
  type Slice,
} from '@weft/data';
import { PartitionLog } from '@weft/log';
import { describe, expect, test } from 'vitest';
import { always, drained, gathered, pausing, testTable, type TestTable } from '../store.fixture.ts';
import { expectIndexesInStep } from '../table/table.fixture.ts';
import { EXPIRED_PER_STEP } from './sweeper.ts';

const HOUR_MS = 3_600_000;
const Session = defineType(
  'Session',
  {
    id: t.int32(),
    user: t.string().index('hash'),
    score: t.int32().optional().index('ordered'),
    note: t.string().optional(),
    version: t.version(),
  },
  { key: 'id', ttl: '1h', indexes: [{ on: ['id', 'user'], kind: 'unique' }] },
);

function sessionOf(id: number): object {
  return { id, user: `u${id % 7}`, score: id % 5 === 0 ? undefined : id, note: 'x'.repeat(id % 50) };
}

function fill(made: TestTable, count: number, from = 0): void {
  for (let id = from; id < from + count; id++) made.write(sessionOf(id));
}

/** Sweeps to the end; how many rows went in each step between two pauses. */
function sweep(made: TestTable, slice: Slice = always): number[] {
  const counters = newCounters();
  const steps: number[] = [];
  let before = 0;
  const note = (): void => {
    steps.push(counters.rowsMatched - before);
    before = counters.rowsMatched;
  };
  drained(made.port.sweep({ slice, counters }), note);
  note();
  return steps;
}

test('rows that expire in one instant go a few in each step, and their memory comes back', () => {
  const made = testTable(Session);
  const deleted = testTable(Session);
  fill(deleted, 3 * ROWS_PER_PAGE);
  for (let id = 0; id < 3 * ROWS_PER_PAGE; id++) deleted.port.delete(id);
  fill(made, 3 * ROWS_PER_PAGE);
  expect(made.port.firstExpiryMs).toBe(made.clock.ms + HOUR_MS);
  made.clock.ms += HOUR_MS - 1;
  expect(sweep(made)).toEqual([0]);
  made.clock.ms++;
  const steps = sweep(made);
  expect(Math.max(...steps)).toBe(EXPIRED_PER_STEP);
  expect(steps.length).toBeGreaterThanOrEqual((3 * ROWS_PER_PAGE) / EXPIRED_PER_STEP);
  expect(made.table.rowCount).toBe(0);
  expect(made.port.firstExpiryMs).toBe(Infinity);
  expect(made.table.bytes).toBe(deleted.table.bytes);
});

test('a sweep finds the rows that expired among those that live, wherever they stand', () => {
  const made = testTable(Session);
  fill(made, 2 * ROWS_PER_PAGE);
  made.clock.ms += HOUR_MS / 2;
  for (let id = 0; id < 2 * ROWS_PER_PAGE; id += 3) made.write(sessionOf(id));
  made.clock.ms += HOUR_MS / 2;
  sweep(made);
  expect(made.table.rowCount).toBe(Math.ceil((2 * ROWS_PER_PAGE) / 3));
  expect(made.port.firstExpiryMs).toBe(made.clock.ms + HOUR_MS / 2);
  expectIndexesInStep(made.table);
  // What is left is not looked at again before it expires.
  const counters = newCounters();
  drained(made.port.sweep({ counters }));
  expect(counters.rowsRead).toBe(0);
});

test('rows that are written while a sweep pauses stay, and are found when their time comes', () => {
  const made = testTable(Session);
  fill(made, ROWS_PER_PAGE);
  made.clock.ms += HOUR_MS;
  drained(made.port.sweep({ slice: always }), (pause) => {
    // Into places that the sweep has passed, and behind it.
    for (const id of [pause, ROWS_PER_PAGE - 1 - pause]) made.write(sessionOf(id));
  });
  const written = made.table.rowCount;
  expect(written).toBeGreaterThan(100);
  expect(made.port.firstExpiryMs).toBe(made.clock.ms + HOUR_MS);
  made.clock.ms += HOUR_MS;
  expect(sweep(made).reduce((sum, n) => sum + n, 0)).toBe(written);
});

test('the clock may jump: rows that are there are seen again, and go when it says so', () => {
  const made = testTable(Session);
  fill(made, 100);
  made.clock.ms += 2 * HOUR_MS;
  expect(made.port.get(1)).toBe(undefined);
  made.clock.ms -= 2 * HOUR_MS;
  expect(made.port.get(1)).toMatchObject({ id: 1 });
  made.clock.ms -= 100 * HOUR_MS;
  expect(sweep(made)).toEqual([0]);
  expect(gathered(made.port.find({}))).toHaveLength(100);
  made.clock.ms += 1000 * HOUR_MS;
  sweep(made);
  expect(made.table.rowCount).toBe(0);
});

test('a read that waits for its view sees none of the rows that go meanwhile, nor the others that expired with them', () => {
  const made = testTable(Session);
  fill(made, 3000);
  // Pages that were copied for one view make the next wait.
  made.clock.ms += HOUR_MS - 60_000 - 1;
  const held = made.snapshot();
  for (let id = 0; id < 3000; id += 50) made.write(sessionOf(id));
  held.release();
  const work = made.port.count({ op: 'ge', column: 'id', value: 0 }, pausing());
  expect(work.next().done).toBe(false);
  made.clock.ms++;
  const sweeping = made.port.sweep({ slice: always });
  for (let step = 0; step < 10; step++) sweeping.next();
  expect(made.table.rowCount).toBe(3000 - 10 * EXPIRED_PER_STEP);
  made.clock.ms += 1000;
  // Those that were written again live on.
  expect(drained(work)).toBe(60);
});

test('each removal is told to the log as an expiry, many in one record', () => {
  const log = new PartitionLog({ partition: 0, clock: { monotonicMs: () => 0, wallMs: () => 0 }, isOn: true });
  const made = testTable(Session, { log });
  fill(made, 100);
  made.clock.ms += HOUR_MS;
  let records = 0;
  log.onRecord(() => records++);
  const before = log.lsn;
  sweep(made);
  expect(log.lsn - before).toBe(100);
  expect(records).toBe(Math.ceil(100 / EXPIRED_PER_STEP));
});

test('a write that finds no room takes that of rows that have expired first', () => {
  const Note = defineType('Note', { id: t.int32(), text: t.string() }, { key: 'id', ttl: '1h' });
  const governor = new Governor({ limitBytes: 32 << 20 });
  const arena = new Arena({ segmentBytes: 1 << 26, segmentsMax: 1, governor, poison: true });
  const made = testTable(Note, { arena });
  let written = 0;
  const write = (): boolean => made.write({ id: written++, text: `${written}`.padEnd(2000, '.') });
  expect(() => {
    for (;;) write();
  }).toThrow(/MEMORY_LIMIT|memory/i);
  const held = made.table.rowCount;
  made.clock.ms += HOUR_MS;
  for (let i = 0; i < held; i++) write();
  expect(made.port.get(written - 1)).toMatchObject({ id: written - 1 });
  expect(made.table.rowCount).toBe(held);
});

test('of a cache, rows that have expired go before others', () => {
  const Cached = defineType(
    'Cached',
    { id: t.int32() },
    { key: 'id', ttl: '1h', evict: { policy: 'lru', maxRows: 50 } },
  );
  const made = testTable(Cached);
  for (let id = 0; id < 50; id++) {
    made.write({ id });
    if (id === 9) made.clock.ms += HOUR_MS / 2;
  }
  for (let id = 0; id < 10; id++) made.port.get(id);
  made.clock.ms += HOUR_MS / 2;
  for (let id = 50; id < 60; id++) made.write({ id });
  expect(made.table.evictions.count).toBe(0);
  expect(made.table.rowCount).toBe(50);
});

test('a row that is written over one that expired is new, and so is one that has its unique values', () => {
  const Login = defineType(
    'Login',
    { id: t.int32(), group: t.int32(), name: t.string(), version: t.version() },
    { key: ['id', 'group'], routing: 'group', ttl: '1h', indexes: [{ on: ['group', 'name'], kind: 'unique' }] },
  );
  const made = testTable(Login);
  for (const id of [1, 2]) made.write({ id, group: 0, name: `name ${id}` });
  made.update({ id: 1, group: 0 }, { name: 'Ada' });
  expect(() => made.write({ id: 3, group: 0, name: 'Ada' })).toThrow(/UNIQUE_VIOLATION|another row already/);
  made.clock.ms += HOUR_MS;
  expect(made.write({ id: 1, group: 0, name: 'new' }, 'fail')).toBe(true);
  expect(made.port.get([1, 0])).toMatchObject({ name: 'new', version: 1 });
  expect(made.write({ id: 3, group: 0, name: 'name 2' })).toBe(true);
  expect(made.table.rowCount).toBe(2);
  expect([made.port.get([2, 0]), made.port.update([2, 0], { ordinals: [], values: [] }, undefined)]).toEqual([
    undefined,
    undefined,
  ]);
  expectIndexesInStep(made.table);
});

test('a write that is taken back does not bring back what had expired', () => {
  const made = testTable(Session);
  made.write(sessionOf(1));
  made.clock.ms += HOUR_MS;
  const log = made.port.undoable();
  const values: unknown[] = [];
  made.table.rowCode.stage(sessionOf(1), values);
  expect(log.write(values, 0, 'fail')).toBe(true);
  expect(log.undo()).toBe(true);
  log.end();
  expect(made.table.rowCount).toBe(0);
});

describe('a change of declaration', () => {
  const declare = (options: object, note = t.string().optional()) =>
    defineType('Thing', { id: t.int32(), group: t.int32(), name: t.string(), note }, { key: 'id', ...options });
  const prepare = (made: TestTable, to: ReturnType<typeof declare>) =>
    drained(made.port.evolve(planEvolution(made.port.schema, to.schema), pausing()));
  const rowOf = (id: number) => ({ id, group: 0, name: `name ${id % 10}`, note: undefined });

  test('of the ttl leaves rows what they have', () => {
    const made = testTable(declare({ ttl: '1h' }));
    made.write(rowOf(1));
    prepare(made, declare({ ttl: '2h' })).commit();
    made.write(rowOf(2));
    expect([1, 2].map((id) => made.port.expiryOf(id)! - made.clock.ms)).toEqual([HOUR_MS, 2 * HOUR_MS]);
    prepare(made, declare({ ttl: 'perWrite' })).commit();
    made.write(rowOf(3));
    expect([1, 2, 3].map((id) => made.port.expiryOf(id)! - made.clock.ms)).toEqual([HOUR_MS, 2 * HOUR_MS, Infinity]);
    made.clock.ms += HOUR_MS;
    expect(gathered(made.port.find({}))).toHaveLength(2);
    finish(made.port.sweep());
    expect(made.table.rowCount).toBe(2);
  });

  test('that lets rows live for ever brings none back', () => {
    const made = testTable(declare({ ttl: '1h' }));
    for (let id = 0; id < 1000; id++) {
      made.write(rowOf(id));
      if (id === 599) made.clock.ms += 1;
    }
    const ready = prepare(made, declare({}));
    made.clock.ms += HOUR_MS - 1;
    let turns = 0;
    while (!ready.isReady) turns++;
    expect(turns).toBe(Math.floor(600 / EXPIRED_PER_STEP));
    ready.commit();
    expect(gathered(made.port.find({}))).toHaveLength(400);
    made.clock.ms += 1000 * HOUR_MS;
    expect(gathered(made.port.find({}))).toHaveLength(400);
    expect(made.port.firstExpiryMs).toBe(Infinity);
  });

  test('to perWrite gives rows no expiry', () => {
    const made = testTable(declare({}));
    made.write(rowOf(1));
    prepare(made, declare({ ttl: 'perWrite' })).commit();
    expect(made.port.expiryOf(1)).toBe(Infinity);
    expect(made.port.schema.columns.at(-1)!.role).toBe('expiry');
  });

  test('with a unique index passes over rows that have expired', () => {
    const placed = (options: object) => declare({ key: ['id', 'group'], routing: 'group', ttl: '1h', ...options });
    const made = testTable(placed({}));
    for (let id = 0; id < 10; id++) made.write(rowOf(id));
    made.clock.ms += HOUR_MS / 2;
    for (let id = 10; id < 20; id++) made.write(rowOf(id));
    made.clock.ms += HOUR_MS / 2;
    prepare(made, placed({ indexes: [{ on: ['group', 'name'], kind: 'unique' }] })).commit();
    expect(gathered(made.port.find({}))).toHaveLength(10);
    expectIndexesInStep(made.port.table);
  });
});
