import { defineType, t } from '@weft/data';
import { expect, test } from 'vitest';
import { testTable, type TestTable } from '../store.fixture.ts';

const Doc = defineType(
  'Doc',
  {
    id: t.int32(),
    text: t.string().optional(),
    blob: t.bytes().optional(),
    tags: t.array(t.string()).optional(),
    doc: t.json<unknown>().optional(),
  },
  { key: 'id' },
);

function docOf(id: number, version = 0): object {
  return {
    id,
    text: `${id}/${version} `.padEnd(600, 'x'),
    blob: new Uint8Array(200).fill(id & 255),
    tags: [`t${id}`],
    doc: { id, version },
  };
}

function expectAll(made: TestTable, ids: Iterable<number>, version = 0): void {
  for (const id of ids) expect(made.port.get(id)).toEqual(docOf(id, version));
}

test('space of rows deleted here and there comes back while others are written, and nothing kept is lost', () => {
  const made = testTable(Doc);
  for (let id = 0; id < 8000; id++) made.write(docOf(id));
  const full = made.table.bytes;
  const kept: number[] = [];
  for (let id = 0; id < 8000; id++) {
    if (id % 5 === 0) kept.push(id);
    else made.port.delete(id);
  }
  // A fifth is left; a sweep looks at 64 rows with each write.
  for (let i = 0; i < 500; i++) made.update(0, { text: 'y' });
  made.update(0, { text: '0/0 '.padEnd(600, 'x') });
  expect(made.table.bytes).toBeLessThan(full * 0.6);
  expectAll(made, kept);
  made.port.clear();
});

test('values overwritten for ever take no more than half as much again as those alive', () => {
  const made = testTable(Doc);
  for (let id = 0; id < 3000; id++) made.write(docOf(id));
  const before = made.table.bytes;
  for (let version = 1; version <= 6; version++) for (let id = 0; id < 3000; id++) made.write(docOf(id, version));
  expect(made.table.bytes).toBeLessThan(before * 2);
  expectAll(
    made,
    Array.from({ length: 3000 }, (_, id) => id),
    6,
  );
  made.port.clear();
});

test('a snapshot reads its values while they are moved away beneath it', () => {
  const made = testTable(Doc);
  for (let id = 0; id < 6000; id++) made.write(docOf(id));
  const snapshot = made.snapshot();
  for (let id = 0; id < 6000; id++) if (id % 4 !== 0) made.port.delete(id);
  for (let i = 0; i < 500; i++) made.update(0, { text: `${i}` });
  for (let row = 0; row < 6000; row += 11) expect(made.table.rowCode.load(snapshot.columns, row)).toEqual(docOf(row));
  snapshot.release();
  expect(made.table.snapshots.pinnedBytes).toBe(0);
  made.port.clear();
});
