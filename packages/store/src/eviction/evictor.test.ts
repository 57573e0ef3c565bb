import { defineType, t, type AnyType } from '@weft/data';
import { expect, test } from 'vitest';
import { drained, pausing, testTable, type TestTable } from '../store.fixture.ts';
import { expectIndexesInStep } from '../table/table.fixture.ts';

const columns = { id: t.int32(), seen: t.int32().optional().index('ordered'), text: t.string().optional() };
const Lru = defineType('Lru', columns, { key: 'id', evict: { policy: 'lru', maxRows: 100 } });
const Oldest = defineType('Oldest', columns, { key: 'id', evict: { by: 'seen', maxRows: 100 } });

function filled(type: AnyType, rows = 100): TestTable {
  const made = testTable(type);
  for (let id = 0; id < rows; id++) made.write({ id, seen: (id * 37) % 1000, text: `text ${id}` });
  return made;
}

function idsOf({ table }: TestTable): number[] {
  const ids: number[] = [];
  for (let row = 0; row < table.live.rowCount; row++)
    if (table.live.has(row)) ids.push(table.columns[0].get(row) as number);
  return ids.toSorted((a, b) => a - b);
}

test('a type has no more rows than it may, and counts those that went', () => {
  const made = filled(Lru, 350);
  expect([made.table.rowCount, made.port.evicted]).toEqual([100, 250]);
  expectIndexesInStep(made.table);
  made.port.clear();
});

test('rows that were read or written lately stay', () => {
  const made = filled(Lru);
  made.write({ id: 1000 });
  // The hand has been round once: nothing counts as used but what is from now on.
  for (const id of [10, 20, 30]) made.port.get(id);
  made.update(40, { text: 'written' });
  for (let id = 2000; id < 2090; id++) made.write({ id });
  expect(idsOf(made)).toEqual(expect.arrayContaining([10, 20, 30, 40]));
  expect(idsOf(made).filter((id) => id < 100).length).toBeLessThan(12);
  made.port.clear();
});

test('by a column, rows with the smallest values go, and those without one last', () => {
  const made = filled(Oldest, 98);
  made.write({ id: 500 });
  made.write({ id: 501, seen: 5000 });
  for (let id = 1000; id < 1050; id++) made.write({ id, seen: 4000 });
  const smallest = Array.from({ length: 98 }, (_, id) => id).toSorted((a, b) => ((a * 37) % 1000) - ((b * 37) % 1000));
  expect(idsOf(made).filter((id) => id < 100)).toEqual(smallest.slice(50).toSorted((a, b) => a - b));
  expect(idsOf(made)).toEqual(expect.arrayContaining([500, 501]));
  made.port.clear();
});

test('replacing and changing rows makes none go', () => {
  const made = filled(Lru);
  for (let id = 0; id < 100; id++) made.write({ id, seen: 1 });
  for (let id = 0; id < 100; id++) made.update(id, { seen: 2 });
  expect([made.table.rowCount, made.port.evicted]).toEqual([100, 0]);
  made.port.clear();
});

test('rows that go are counted by reason', () => {
  const made = filled(Lru);
  for (const id of [1000, 1001]) made.write({ id });
  expect(made.table.evictions.counts).toEqual({ rows: 2, memory: 0 });
  made.port.clear();
});

test('a snapshot shows the rows that went after it opened', () => {
  const made = filled(Lru);
  const snapshot = made.snapshot();
  for (let id = 1000; id < 1100; id++) made.write({ id });
  const ids: unknown[] = [];
  for (let row = 0; row < snapshot.live.rowCount; row++)
    if (snapshot.live.has(row)) ids.push(snapshot.columns[0].get(row));
  expect(ids).toEqual(Array.from({ length: 100 }, (_, id) => id));
  snapshot.release();
  made.port.clear();
});

test('a change that pauses leaves rows alone that went meanwhile', () => {
  const made = filled(Lru);
  let id = 1000;
  const changed = drained(
    made.port.change(undefined, [{ op: 'set', column: 'text', value: 'changed' }], pausing()),
    () => made.write({ id: id++ }),
  );
  expect(changed).toBeLessThanOrEqual(100);
  expect(made.table.rowCount).toBe(100);
  expectIndexesInStep(made.table);
  made.port.clear();
});

test('a cache of one row holds the last', () => {
  const One = defineType('One', { id: t.int32() }, { key: 'id', evict: { policy: 'lru', maxRows: 1 } });
  const made = testTable(One);
  for (let id = 0; id < 10; id++) {
    made.write({ id });
    expect(idsOf(made)).toEqual([id]);
  }
  made.port.clear();
});

test('removing all rows is no eviction', () => {
  const made = filled(Lru);
  made.port.clear();
  expect(made.port.evicted).toBe(0);
  for (let id = 0; id < 100; id++) made.write({ id });
  expect([made.table.rowCount, made.port.evicted]).toEqual([100, 0]);
  made.port.clear();
});
