import { Arena, defineType, Governor, GRANT_BYTES, t } from '@weft/data';
import { WeftError } from '@weft/base';
import { expect, test, vi } from 'vitest';
import { testTable, type TestTable } from '../store.fixture.ts';
import { expectIndexesInStep } from './table.fixture.ts';

const Note = defineType(
  'Note',
  {
    id: t.int32(),
    text: t.string(),
    tag: t.string().index(),
    at: t.int32().index('ordered'),
    blob: t.bytes().optional(),
  },
  { key: 'id' },
);

interface Full extends TestTable {
  readonly governor: Governor;
  readonly rows: number;
}

/** A table in a grid of 32 MiB that has no room for another row. */
function full(): Full {
  const governor = new Governor({ limitBytes: 2 * GRANT_BYTES });
  const made = testTable(Note, { arena: new Arena({ segmentBytes: 1 << 26, governor, poison: true }) });
  let rows = 0;
  while (codeOf(() => made.write(note(rows))) === 'done') rows++;
  return { ...made, governor, rows };
}

function note(id: number): object {
  return { id, text: `${id} `.padEnd(300 + (id % 200), 'x'), tag: `t${id % 7}`, at: -id, blob: new Uint8Array(40) };
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'done';
  } catch (error) {
    if (!WeftError.is(error)) throw error;
    return error.code;
  }
}

test('a full grid stays within its limit and takes changes that make no row longer, for ever', () => {
  const made = full();
  expect(made.rows).toBeGreaterThan(20_000);
  expect(made.arena.usedBytes).toBeGreaterThan(0.8 * made.governor.limitBytes);
  for (let round = 0; round < 20; round++)
    for (let id = round; id < made.rows; id += 20) {
      const text = `${id} `.padEnd(300 + (id % 200), String(round % 10));
      expect(codeOf(() => made.update(id, { text, at: id, tag: `t${(id + 1) % 7}`, blob: new Uint8Array(39) }))).toBe(
        'done',
      );
    }
  expect(codeOf(() => made.update(5, { text: 'y'.repeat(1_000_000) }))).toBe('MEMORY_LIMIT');
  expect(codeOf(() => made.write(note(made.rows)))).toBe('MEMORY_LIMIT');
  expect(made.arena.usedBytes).toBeLessThanOrEqual(made.governor.limitBytes);
  expectIndexesInStep(made.table);
  made.port.clear();
});

test('changes at the limit copy pages for a snapshot from the reserve, and take it away where that is used up', () => {
  const made = full();
  const snapshot = made.snapshot();
  expect(codeOf(() => made.update(1, { at: 7 }))).toBe('done');
  expect(snapshot.isClosed).toBe(false);
  expect(snapshot.columns[Note.schema.columns.findIndex(({ name }) => name === 'at')]!.get(1)).toBe(-1);
  for (let id = 0; id < made.rows; id++)
    expect(codeOf(() => made.update(id, { at: id, text: `${id}!`.padEnd(300, 'z') }))).toBe('done');
  expect(snapshot.isClosed).toBe(true);
  for (let id = 0; id < made.rows; id += 2) expect(made.port.delete(id)).toBe(true);
  expectIndexesInStep(made.table);
  made.port.clear();
});

test('after deletes here and there a full grid takes rows again, when it is asked a few times', () => {
  const made = full();
  for (let id = 0; id < made.rows; id += 20) made.port.delete(id);
  let written = 0;
  for (let tries = 0; tries < 2000; tries++)
    if (codeOf(() => made.write(note(made.rows + tries))) === 'done') written++;
  // Most of what went: a twentieth of the rows.
  expect(written).toBeGreaterThan(made.rows / 40);
  expectIndexesInStep(made.table);
  made.port.clear();
});

test('a quota bounds the rows of one type and leaves the others their room', () => {
  const governor = new Governor({ limitBytes: 4 * GRANT_BYTES });
  const arena = new Arena({ segmentBytes: 1 << 26, governor });
  const Other = defineType('Other', { id: t.int32(), text: t.string() }, { key: 'id' });
  const bounded = testTable(Note, { arena });
  const free = testTable(Other, { arena });
  governor.quota('Note').setLimit(12e6);
  let rows = 0;
  while (codeOf(() => bounded.write(note(rows))) === 'done') rows++;
  const quota = governor.quota('Note');
  expect(quota.usedBytes).toBeLessThanOrEqual(12e6);
  expect(quota.usedBytes).toBeGreaterThan(8e6);
  expect(quota.usedBytes).toBe(bounded.table.bytes);
  expect(codeOf(() => free.write({ id: 1, text: 'a' }))).toBe('done');
  quota.setLimit(20e6);
  expect(codeOf(() => bounded.write(note(rows)))).toBe('done');
  quota.setLimit(1e6);
  expect(codeOf(() => bounded.update(0, { at: 5 }))).toBe('done');
  expect(codeOf(() => bounded.write(note(rows + 1)))).toBe('MEMORY_LIMIT');
  bounded.port.clear();
  expect(codeOf(() => bounded.write(note(0)))).toBe('MEMORY_LIMIT');
  quota.setLimit(Infinity);
  expect(codeOf(() => bounded.write(note(0)))).toBe('done');
});

test('in a small grid writes of several texts look closely only once it is nearly full', () => {
  const texts = { a: t.string(), b: t.string(), c: t.string(), d: t.string(), e: t.string() };
  const Texts = defineType('Texts', { id: t.int32(), ...texts }, { key: 'id' });
  const governor = new Governor({ limitBytes: 4 * GRANT_BYTES });
  const made = testTable(Texts, { arena: new Arena({ segmentBytes: 1 << 26, governor }) });
  const looksClosely = vi.spyOn(made.arena, 'hasRoomBesideReserve');
  const write = (id: number): void => {
    made.write({ id, a: `a${id % 9}`, b: `b${id % 9}`, c: `c${id % 9}`, d: 'd', e: `${id}`.padEnd(200) });
  };
  for (let id = 0; id < 1000; id++) write(id);
  expect(looksClosely).not.toHaveBeenCalled();
  expect(
    codeOf(() => {
      for (let id = 1000; ; id++) write(id);
    }),
  ).toBe('MEMORY_LIMIT');
  expect(looksClosely).toHaveBeenCalled();
  expectIndexesInStep(made.table);
  made.port.clear();
});
