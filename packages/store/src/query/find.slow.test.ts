import {
  finish,
  finishAggregate,
  newCounters,
  resolveAggregate,
  count,
  countDistinct,
  sum,
  type FindPlan,
} from '@weft/data';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { drained, gathered, pausing, testTable, type TestTable } from '../store.fixture.ts';
import { Order, orderOf, orderPredicate, orderRow } from './query.fixture.ts';

const ROWS = 11_500;

function filled(): TestTable {
  const made = testTable(Order);
  for (let id = 0; id < ROWS; id++) made.write(orderOf(id));
  return made;
}

/** Writes all over the table, and lets time pass so that the next snapshot may open. */
function disturb(made: TestTable, pause: number): void {
  made.clock.ms += 1000;
  for (let i = 0; i < 5; i++) {
    const id = (pause * 5 + i) * 37;
    if (i === 0) made.port.delete(id % ROWS);
    else made.write({ ...orderOf(id % ROWS), qty: 50, symbol: 'S0' });
  }
}

const plans: readonly (readonly [string, (made: TestTable) => FindPlan])[] = [
  ['all rows', (made) => made.plan()],
  ['a scan', (made) => made.plan((r: any) => r.qty.gt(50))],
  ['an index with many rows', (made) => made.plan({ symbol: 'S3' })],
  ['an order', (made) => made.plan((r: any) => r.qty.gt(50), { orderBy: { qty: 'desc', id: 'asc' } })],
  [
    'the first of an order',
    (made) => made.plan((r: any) => r.big.gt(5n), { orderBy: { price: 'desc', id: 'asc' }, limit: 50, offset: 10 }),
  ],
  ['a window', (made) => made.plan((r: any) => r.flag.eq(true), { offset: 500, limit: 2000 })],
];

test.each(plans)('%s, with writes at every pause, answers as of one moment', (_, planOf) => {
  const made = filled();
  const plan = planOf(made);
  const expected = gathered(made.port.find(plan));
  expect(expected.length).toBeGreaterThan(10);
  let pauses = 0;
  const rows = gathered(made.port.find(plan, pausing()), () => disturb(made, pauses++));
  expect(rows).toEqual(expected);
  expect(made.table.snapshots.openCount).toBe(0);
  made.port.clear();
});

test('rows that an offset passes over are passed over in many turns', () => {
  const made = filled();
  const order = { orderBy: { price: 'desc', id: 'asc' } };
  const pausesOf = (plan: FindPlan): number => {
    let pauses = 0;
    gathered(made.port.find(plan, pausing()), () => pauses++);
    made.clock.ms += 1000;
    return pauses;
  };
  const without = pausesOf(made.plan({}, { ...order, limit: 5000 }));
  expect(pausesOf(made.plan({}, { ...order, limit: 5000, offset: 6000 }))).toBeGreaterThan(without + 50);
  made.port.clear();
});

test('work that is given up part way frees its snapshot', () => {
  const made = filled();
  for (const [, planOf] of plans) {
    const work = made.port.find(planOf(made), pausing());
    for (let i = 0; i < 4; i++) work.next();
    work.return();
    expect(made.table.snapshots.openCount).toBe(0);
    made.clock.ms += 1000;
  }
  made.port.clear();
});

test('a find that is overtaken by more changes than pages may be kept for ends with SNAPSHOT_TOO_OLD', () => {
  const made = testTable(Order, { pinnedBytesMax: 1 << 17 });
  for (let id = 0; id < ROWS; id++) made.write(orderOf(id));
  const work = made.port.find(
    made.plan((r: any) => r.flag.eq(true)),
    pausing(),
  );
  expect(() =>
    gathered(work, () => {
      for (let id = 0; id < 200; id++) made.write({ ...orderOf(id * 50), qty: 1 });
    }),
  ).toThrow(expect.objectContaining({ code: 'SNAPSHOT_TOO_OLD' }));
  expect(made.table.snapshots.openCount).toBe(0);
  made.port.clear();
});

test('a limit is enough to stop: no more rows are read than needed', () => {
  const made = filled();
  const { counters } = pausing();
  expect(gathered(made.port.find(made.plan({ symbol: 'S3' }, { limit: 1 }), { counters })).length).toBe(1);
  expect(counters.rowsRead).toBeLessThanOrEqual(256);
  expect(gathered(made.port.find(made.plan({}, { limit: 0 }))).length).toBe(0);
  made.port.clear();
});

test('select gives the asked columns in the asked order', () => {
  const made = filled();
  const [row] = gathered(made.port.find(made.plan({ id: 5 }, { select: ['symbol', 'id'] })));
  expect(Object.entries(row)).toEqual([
    ['symbol', 'S5'],
    ['id', 5],
  ]);
  made.port.clear();
});

test('the first rows of an order that an index keeps are walked, not sorted', () => {
  const made = filled();
  const { counters } = pausing();
  const rows = gathered(made.port.find(made.plan(undefined, { orderBy: { qty: 'desc' }, limit: 5 }), { counters })) as {
    qty: unknown;
  }[];
  expect(rows.map(({ qty }) => qty)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  expect(counters).toMatchObject({ access: 'index', index: 'qty', rowsRead: 5 });
  made.port.clear();
});

const orders = fc.constantFrom(
  { qty: 'asc' },
  { qty: 'desc' },
  { symbol: 'asc', qty: 'asc' },
  { symbol: 'desc', qty: 'desc' },
  { at: 'desc' },
  { at: 'asc', note: 'asc' },
);

test('rows walked along an index are those that sorting gives', () => {
  const window = fc.record({ offset: fc.nat(4), limit: fc.integer({ min: 1, max: 8 }) });
  fc.assert(
    fc.property(
      fc.array(orderRow, { minLength: 12, maxLength: 40 }),
      fc.option(orderPredicate, { nil: undefined }),
      orders,
      window,
      (rows, where, orderBy, { offset, limit }) => {
        const made = testTable(Order);
        for (const [id, row] of rows.entries()) made.write({ id, ...row });
        const plan = { ...made.plan(undefined, { orderBy }), ...(where === undefined ? {} : { where }) };
        const columns = Object.keys(orderBy);
        const keysOf = (found: object[]): unknown[] =>
          found.map((row) => columns.map((name) => (row as Record<string, unknown>)[name]));
        const all = gathered(made.port.find(plan));
        const some = gathered(made.port.find({ ...plan, offset, limit }));
        // Rows that tie may come in another order, so the ordering columns are compared, and each row once.
        expect(keysOf(some)).toEqual(keysOf(all.slice(offset, offset + limit)));
        expect(new Set(some.map((row) => (row as { id: number }).id)).size).toBe(some.length);
        made.port.clear();
      },
    ),
    { numRuns: 200 },
  );
});

test('a long answer and its count agree with each other, pausing or not', () => {
  const made = filled();
  for (const where of [
    undefined,
    made.where((r: any) => r.qty.gt(50)),
    made.where({ symbol: 'S3' }),
    made.where((r: any) => r.note.contains('9')),
  ]) {
    const expected = finish(made.port.count(where));
    made.clock.ms += 1000;
    expect(drained(made.port.count(where, pausing()))).toBe(expected);
    made.clock.ms += 1000;
    expect(gathered(made.port.find(where === undefined ? {} : { where }, pausing())).length).toBe(expected);
  }
  made.port.clear();
});

test('an aggregate that no kernel serves reads the snapshot that it opened to find that out', () => {
  const made = filled();
  const opened = vi.spyOn(made.table.snapshots, 'tryAcquire');
  const plan = resolveAggregate(Order.schema, { select: { n: countDistinct('note') } });
  const answer = drained(made.port.aggregate(plan, pausing()));
  expect(opened).toHaveBeenCalledTimes(1);
  expect(finishAggregate(plan, answer)).toEqual(finishAggregate(plan, finish(made.port.aggregate(plan))));
  expect(made.table.snapshots.openCount).toBe(0);
  made.port.clear();
});

test('an aggregate over a paused scan is as of one moment, by kernel, by rows and by index alike', () => {
  const made = filled();
  for (const where of [undefined, (r: any) => r.qty.gt(50), { symbol: 'S3' }, (r: any) => r.note.contains('9')]) {
    const plan = resolveAggregate(Order.schema, {
      by: ['status'],
      select: { n: count(), qty: sum('qty'), price: sum('price') },
      where,
      orderBy: { status: 'asc' },
    });
    const expected = finishAggregate(plan, finish(made.port.aggregate(plan)));
    made.clock.ms += 1000;
    let pauses = 0;
    const counters = newCounters();
    const answer = drained(made.port.aggregate(plan, { ...pausing(), counters }), () => disturb(made, pauses++));
    expect(finishAggregate(plan, answer)).toEqual(expected);
    expect(made.table.snapshots.openCount).toBe(0);
  }
  made.port.clear();
});
