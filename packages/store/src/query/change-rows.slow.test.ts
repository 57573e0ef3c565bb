import { finish, resolveChange, type Mutation } from '@weft/data';
import { expect, test } from 'vitest';
import { always, drained, gathered, pausing, testTable, type TestTable } from '../store.fixture.ts';
import { expectIndexesInStep } from '../table/table.fixture.ts';
import { Order, orderOf } from './query.fixture.ts';

const ROWS = 9000;
const plusOne: Mutation[] = resolveChange(Order.schema, (c: any) => c.inc('big', 1n));

function filled(rows = ROWS): TestTable {
  const made = testTable(Order);
  for (let id = 0; id < rows; id++) made.write({ ...orderOf(id), big: 0n });
  return made;
}

function bigs(made: TestTable): bigint[] {
  return gathered(made.port.find(made.plan(undefined, { orderBy: { id: 'asc' } }))).map(
    (row) => (row as { big: bigint }).big,
  );
}

test('a change in one turn reaches every row that matches, each once, though it makes others match', () => {
  const made = filled(500);
  const steps = resolveChange(Order.schema, (c: any) => c.inc('qty', 1));
  const before = finish(made.port.count(made.where((r: any) => r.qty.lt(50))));
  expect(
    finish(
      made.port.change(
        made.where((r: any) => r.qty.lt(50)),
        steps,
      ),
    ),
  ).toBe(before);
  expect(finish(made.port.count(made.where({ qty: 0 })))).toBe(0);
  expectIndexesInStep(made.table);
  made.port.clear();
});

test.each([undefined, { symbol: 'S3' }, (r: any) => r.qty.gt(50)])(
  'a change over many turns counts each row once while others are written',
  (where) => {
    const made = filled();
    const matches = finish(made.port.count(made.where(where)));
    const changed = drained(made.port.change(made.where(where), plusOne, pausing()), (pause) => {
      // Rows that do not match come and go meanwhile.
      made.clock.ms += 1000;
      made.write({ ...orderOf(1_000_000 + pause), symbol: 'X', qty: 0 });
      made.port.delete(1_000_000 + pause - 3);
    });
    expect(changed).toBeGreaterThanOrEqual(matches);
    expect(bigs(made).filter((big) => big === 1n).length).toBe(changed);
    expect(made.table.snapshots.openCount).toBe(0);
    made.port.clear();
  },
);

test('rows removed or changed before their turn came are not changed; all others are', () => {
  const made = filled();
  const gone = new Set<number>();
  const other = new Set<number>();
  const changed = drained(made.port.change(made.where({ flag: true }), plusOne, pausing()), (pause) => {
    made.clock.ms += 1000;
    // From the end, which the change reaches later.
    if (pause >= 100) return;
    const at = ROWS - 1 - pause * 2;
    made.port.delete(at);
    gone.add(at);
    const id = at - 1;
    made.write({ ...orderOf(id), big: 7n, flag: false });
    other.add(id);
  });
  expect(gone.size).toBeGreaterThan(10);
  const rows = gathered(made.port.find(made.plan())) as { id: number; big: bigint; flag: boolean }[];
  for (const { id, big, flag } of rows) expect([id, big]).toEqual([id, other.has(id) ? 7n : flag ? 1n : 0n]);
  expect(changed).toBe(rows.filter(({ big }) => big === 1n).length);
  expectIndexesInStep(made.table);
  made.port.clear();
});

test('a change that had to wait for its snapshot leaves rows alone that went while it waited', () => {
  const made = filled();
  const open = made.snapshot();
  made.write({ ...orderOf(0), big: 0n });
  const work = made.port.change(
    made.where({ flag: true }),
    resolveChange(Order.schema, (c: any) => c.set('qty', 7)),
    { slice: always },
  );
  // The snapshot is too young for another one: the work waits.
  expect(work.next()).toEqual({ done: false, value: undefined });
  made.clock.ms += 1000;
  const between = made.table.snapshots.tryAcquire(Infinity)!;
  for (let id = 0; id < 100; id++) made.port.delete(id);
  const matches = finish(made.port.count(made.where({ flag: true })));
  expect(drained(work)).toBe(matches);
  expectIndexesInStep(made.table);
  for (const snapshot of [open, between]) snapshot.release();
  made.port.clear();
});

test('deleting many over many turns removes all that matched and nothing else', () => {
  const made = filled();
  const matches = finish(made.port.count(made.where({ flag: true })));
  expect(drained(made.port.deleteMany(made.where({ flag: true }), pausing()), () => (made.clock.ms += 1000))).toBe(
    matches,
  );
  expect([finish(made.port.count(made.where({ flag: true }))), made.table.rowCount]).toEqual([0, ROWS - matches]);
  expectIndexesInStep(made.table);
  made.port.clear();
});

test('a change that fails leaves the rows before it changed and the failing one as it was', () => {
  const made = filled(10);
  made.write({ ...orderOf(5), big: 2n ** 63n - 1n });
  expect(() => finish(made.port.change(undefined, plusOne))).toThrow(
    expect.objectContaining({ code: 'NUMERIC_OVERFLOW' }),
  );
  expect(bigs(made)).toEqual([1n, 1n, 1n, 1n, 1n, 2n ** 63n - 1n, 0n, 0n, 0n, 0n]);
  expect(made.table.snapshots.openCount).toBe(0);
});

test('a change given up part way frees its snapshot', () => {
  const made = filled();
  const work = made.port.change(undefined, plusOne, pausing());
  for (let i = 0; i < 3; i++) work.next();
  work.return(0);
  expect(made.table.snapshots.openCount).toBe(0);
  made.port.clear();
});
