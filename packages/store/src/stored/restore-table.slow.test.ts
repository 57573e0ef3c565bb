import { t, defineType, type AnyType } from '@weft/data';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tradeOf, Trade } from '../snapshot/snapshot.fixture.ts';
import { testTable, type TestTable } from '../store.fixture.ts';
import { expectIndexesInStep, Indexed } from '../table/table.fixture.ts';
import { cutOf } from './table-cut.ts';
import { restoreTable } from './restore-table.ts';
import type { StoredTable } from './stored-table.ts';
import { allRows, KeptPages, pace, storedIn } from './stored.fixture.ts';
import { writeTable } from './write-table.ts';

async function restored(type: AnyType, stored: StoredTable, kept: KeptPages): Promise<TestTable> {
  const made = testTable(type);
  await restoreTable(made.table, JSON.parse(JSON.stringify(stored)) as StoredTable, kept, pace);
  return made;
}

/** Rows at the moment at which a table is written, without any other snapshot open. */
function rowsOf(made: TestTable): Map<number, unknown[]> {
  return allRows(made.table);
}

const id = fc.nat(400);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('write' as const), id, version: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), id }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('update' as const), id, qty: fc.nat(999) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fill' as const), from: fc.nat(300), count: fc.nat(100) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take(made: TestTable, action: Step): void {
  if (action.kind === 'write') made.write(tradeOf(action.id, action.version));
  else if (action.kind === 'delete') made.port.delete(action.id);
  else if (action.kind === 'update')
    made.update(action.id, { qty: action.qty, memo: `u${action.qty}`.repeat(action.id % 40) });
  else for (let at = 0; at < action.count; at++) made.write(tradeOf(action.from + at, 9));
}

test('a table that is written while it changes comes back as it was, and goes on as one that never went', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60 }),
      fc.array(step, { maxLength: 60 }),
      fc.array(step, { maxLength: 40 }),
      async (before, during, after) => {
        const made = testTable(Trade);
        const kept = new KeptPages();
        let waiting: Step[] = [];
        for (const round of [before, during]) {
          for (const action of waiting) take(made, action);
          for (const action of round) take(made, action);
          const rows = rowsOf(made);
          waiting = [...after];
          const { stored } = storedIn(kept, made, () => {
            const next = waiting.shift();
            if (next !== undefined) take(made, next);
          });
          const back = await restored(Trade, stored, kept);
          expect(allRows(back.table)).toEqual(rows);
          expectIndexesInStep(back.table);
          expect([back.table.heap.liveBytes, back.table.rowCount]).toEqual([
            [...rows.keys()].reduce((sum, row) => sum + heldBy(back, row), 0),
            rows.size,
          ]);
          const model = new Map([...rows.values()].map((values) => [values[0], values]));
          for (const action of after) take(back, action);
          for (const [key] of model)
            expect(back.port.get(key as never) === undefined).toBe(back.table.find(key as never) < 0);
          expectIndexesInStep(back.table);
          back.port.clear();
        }
        made.port.clear();
        expect(made.table.snapshots.pinnedBytes).toBe(0);
      },
    ),
    { numRuns: Number(process.env['WEFT_RUNS'] ?? 25) },
  );
});

/** Bytes of the heap that a row holds, lengths of values included. */
function heldBy({ table }: TestTable, row: number): number {
  let bytes = 0;
  for (const column of table.columns) {
    if (column.isNull(row)) continue;
    const held = column.heldBytes(row);
    const isInHeap =
      column.schema.kind.name === 'string'
        ? column.formOf(row >>> 13) === 'refs'
        : held > 0 || ['bytes', 'json', 'array'].includes(column.schema.kind.name);
    if (isInHeap) bytes += held + (held < 128 ? 1 : held < 16_384 ? 2 : 3);
  }
  return bytes;
}

test('every sort of index answers as before', async () => {
  const made = testTable(Indexed);
  for (let id = 0; id < 3000; id++)
    made.write({
      id,
      group: `g${id % 5}`,
      ...(id % 3 === 0 ? {} : { amount: id % 50 }),
      ...(id % 4 === 0 ? {} : { name: `name ${id % 70} ${'x'.repeat(id % 90)}` }),
      ...(id % 7 === 0 ? { code: `c${id}` } : {}),
    });
  for (let id = 0; id < 3000; id += 11) made.port.delete([`g${id % 5}`, id] as never);
  const kept = new KeptPages();
  const back = await restored(Indexed, storedIn(kept, made).stored, kept);
  expect(allRows(back.table)).toEqual(allRows(made.table));
  expectIndexesInStep(back.table);
  made.port.clear();
  back.port.clear();
});

const Wide = defineType(
  'Wide',
  { id: t.int32(), a: t.int32(), b: t.string().optional(), c: t.string() },
  { key: 'id' },
);

test('a second snapshot writes what was written since the first, and hashes no more than that', () => {
  const made = testTable(Wide);
  // Pages that are full: the last one is written anew whenever rows may have come behind it.
  for (let id = 0; id < 5 * 8192; id++) made.write({ id, a: id, b: `b${id % 3}`, c: `text ${id}` });
  const kept = new KeptPages();
  const first = storedIn(kept, made);
  expect(first.written).toBeGreaterThan(25);
  kept.hashed = 0;
  const second = storedIn(kept, made);
  expect([second.written, second.stored.columns]).toEqual([0, first.stored.columns]);
  // Lists are hashed, and no page but that which the heap goes on with.
  const lists = kept.hashed;
  expect(lists).toBeLessThan(15);
  made.update(2 * 8192 + 5, { a: -1 });
  kept.hashed = 0;
  const third = storedIn(kept, made);
  const changed = ['a', '_lsn'].length;
  // Each of the two has a page and a list.
  expect([third.written, kept.hashed]).toEqual([2 * changed, lists + changed]);
  made.port.clear();
});

test('a page that is written again and again between two snapshots is noticed once, and not copied', () => {
  const made = testTable(Wide);
  for (let id = 0; id < 8192; id++) made.write({ id, a: id, c: 'c' });
  const kept = new KeptPages();
  storedIn(kept, made);
  const { epochs } = made.table.parts.memory;
  const copied = epochs.copiedBytes;
  for (let a = 0; a < 10; a++) {
    made.update(7, { a, c: `${a}` });
    const back = storedIn(kept, made);
    expect(back.written).toBeGreaterThan(2);
  }
  expect(epochs.copiedBytes).toBe(copied);
  made.port.clear();
});

test('long values that are overwritten where they lie make their page another one', async () => {
  const Doc = defineType('Doc', { id: t.int32(), body: t.bytes() }, { key: 'id' });
  const made = testTable(Doc);
  for (let id = 0; id < 100; id++) made.write({ id, body: new Uint8Array(3000).fill(id) });
  const kept = new KeptPages();
  storedIn(kept, made);
  made.update(3, { body: new Uint8Array(2000).fill(200) });
  const back = await restored(Doc, storedIn(kept, made).stored, kept);
  expect(allRows(back.table)).toEqual(allRows(made.table));
  for (let id = 0; id < 100; id++) expect(back.update(id, { body: new Uint8Array(10) })).toBeDefined();
  made.port.clear();
  back.port.clear();
});

test('texts that no row holds any more are codes to give away, after a restoration as before', async () => {
  const made = testTable(Wide);
  for (let id = 0; id < 50; id++) made.write({ id, a: 0, c: `only ${id}` });
  for (let id = 0; id < 40; id++) made.port.delete(id);
  const kept = new KeptPages();
  const back = await restored(Wide, storedIn(kept, made).stored, kept);
  const { dictionary } = back.table.columns[3] as never as { dictionary: { length: number; usedCount: number } };
  expect([dictionary.length, dictionary.usedCount]).toEqual([50, 10]);
  for (let id = 100; id < 140; id++) back.write({ id, a: 0, c: `new ${id}` });
  expect([dictionary.length, dictionary.usedCount]).toEqual([50, 50]);
  made.port.clear();
  back.port.clear();
});

test('an empty table, and one whose rows all went, come back empty and take rows', async () => {
  const made = testTable(Trade);
  const kept = new KeptPages();
  for (let round = 0; round < 2; round++) {
    const back = await restored(Trade, storedIn(kept, made).stored, kept);
    expect(back.table.rowCount).toBe(0);
    back.write(tradeOf(1, 1));
    expect(back.port.get(1 as never)).toBeDefined();
    back.port.clear();
    for (let at = 0; at < 9000; at++) made.write(tradeOf(at, 0));
    for (let at = 0; at < 9000; at++) made.port.delete(at);
  }
  made.port.clear();
});

test('a snapshot whose old pages pass the budget is given up, and leaves nothing pinned', () => {
  const made = testTable(Wide, { pinnedBytesMax: 100_000 });
  for (let id = 0; id < 8192; id++) made.write({ id, a: id, c: `text ${id}` });
  let turn = 0;
  expect(() => storedIn(new KeptPages(), made, () => made.update(turn++, { a: -turn, c: 'another' }))).toThrow(
    expect.objectContaining({ code: 'SNAPSHOT_TOO_OLD' }),
  );
  expect(made.table.snapshots.openCount).toBe(0);
  made.port.clear();
});

test('pages go out one at a time, so that no more than one of them is held', () => {
  const made = testTable(Wide);
  for (let id = 0; id < 9000; id++) made.write({ id, a: id, c: `text ${id}` });
  const cut = cutOf(made.table);
  const kept = new KeptPages();
  const work = writeTable(cut, 0, kept, { isOver: () => false });
  const first = work.next().value as { name: string; bytes: Uint8Array };
  expect(kept.hashed).toBe(1);
  expect(kept.hash(first.bytes)).toBe(first.name);
  cut.snapshot.release();
  made.port.clear();
});
