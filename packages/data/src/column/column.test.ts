import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareValues, equalValues } from '../kind/compare.ts';
import { hashOfValue } from '../kind/routing.ts';
import { arrayKinds, scalarKinds, valuesOf } from '../kind/testing/kinds.ts';
import { ROW_BITS, ROWS_PER_PAGE } from '../memory/layout.ts';
import type { Kind } from '../type/schema.ts';
import { columnSchema, testColumn, type TestColumn } from './column.fixture.ts';
import type { Column } from './column.ts';
import { LsnColumn } from './lsn-column.ts';
import { Epochs } from '../memory/epochs.ts';
import { testArena, testMemory } from '../memory/memory.fixture.ts';

const wideEnum: Kind = { name: 'enum', members: Array.from({ length: 300 }, (_, i) => `m${i}`) };
const ordered: readonly Kind[] = [...scalarKinds, wideEnum];
const kinds: readonly Kind[] = [...ordered, arrayKinds[12], { name: 'json' }];
const routed = new Set([
  'bool',
  'int16',
  'int32',
  'int64',
  'decimal',
  'date',
  'timestamp',
  'localTimestamp',
  'string',
  'enum',
  'bytes',
  'uuid',
]);

function nameOf(kind: Kind): string {
  return 'members' in kind ? `enum of ${kind.members.length}` : JSON.stringify(kind);
}

/** Rows on either side of the end of a page. */
const rows = [0, 1, 7, 8, 4000, ROWS_PER_PAGE - 1, ROWS_PER_PAGE, ROWS_PER_PAGE + 9];

function filled(kind: Kind, values: readonly unknown[]): TestColumn {
  const made = testColumn(kind);
  made.addPage(0);
  made.addPage(1);
  for (const [i, value] of values.entries()) made.insert(rows[i], value);
  return made;
}

function expectHolds(kind: Kind, column: Column, row: number, expected: unknown): void {
  const held = column.get(row);
  expect(held === undefined).toBe(expected === undefined);
  expect(column.isNull(row)).toBe(expected === undefined);
  if (held !== undefined) expect(equalValues(kind, held, expected)).toBe(true);
}

function expectBounded(column: Column, row: number): void {
  if (column.isNull(row)) return;
  expect(column.prefixOf(row)).toBeGreaterThanOrEqual(column.zones.min(row >>> ROW_BITS));
  expect(column.prefixOf(row)).toBeLessThanOrEqual(column.zones.max(row >>> ROW_BITS));
}

for (const kind of kinds) {
  const optionalValues = fc.array(fc.option(valuesOf(kind), { nil: undefined }), {
    minLength: rows.length,
    maxLength: rows.length,
  });

  test(`${nameOf(kind)}: what is written is read, equals itself, and lies within the bounds of its page`, () => {
    fc.assert(
      fc.property(optionalValues, (values) => {
        const { column, clear } = filled(kind, values);
        for (const [i, value] of values.entries()) {
          expectHolds(kind, column, rows[i], value);
          expect(column.equals(rows[i], value)).toBe(true);
          expect(column.equals(rows[i], undefined)).toBe(value === undefined);
          expectBounded(column, rows[i]);
        }
        const nulls = values.filter((value, i) => value === undefined && rows[i] < ROWS_PER_PAGE).length;
        expect(column.zones.nulls(0)).toBe(nulls);
        clear();
      }),
      { numRuns: 30 },
    );
  });

  test(`${nameOf(kind)}: a frozen column keeps what it held through any writes to the live one`, () => {
    const write = fc.record({
      at: fc.nat(rows.length - 1),
      value: fc.option(valuesOf(kind), { nil: undefined }),
      isNew: fc.boolean(),
    });
    fc.assert(
      fc.property(optionalValues, fc.array(write, { maxLength: 30 }), (values, writes) => {
        const made = filled(kind, values);
        const frozen = made.freeze();
        const now = [...values];
        for (const { at, value, isNew } of writes) {
          if (isNew) {
            made.remove(rows[at]);
            made.insert(rows[at], value);
          } else made.column.replace(rows[at], value);
          now[at] = value;
        }
        for (const [i, row] of rows.entries()) {
          expectHolds(kind, frozen.column, row, values[i]);
          expectHolds(kind, made.column, row, now[i]);
          expectBounded(made.column, row);
          expectBounded(frozen.column, row);
        }
        expect(frozen.column.zones.nulls(1)).toBe(values.slice(6).filter((value) => value === undefined).length);
        frozen.close();
        made.clear();
        expect(made.memory.epochs.pinnedBytes).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
}

for (const kind of ordered) {
  test(`${nameOf(kind)}: order, equality, hash and prefix of rows agree with those of values`, () => {
    fc.assert(
      fc.property(valuesOf(kind), valuesOf(kind), (a, b) => {
        const { column, clear } = filled(kind, [a, b, undefined]);
        const order = Math.sign(compareValues(kind, a, b));
        expect(Math.sign(column.compareTo(rows[0], b))).toBe(order);
        expect(Math.sign(column.compareRows(rows[0], rows[1]))).toBe(order);
        expect(column.equals(rows[0], b)).toBe(order === 0);
        expect(column.compareRows(rows[0], rows[2])).toBeLessThan(0);
        expect(column.compareRows(rows[2], rows[2])).toBe(0);
        expect(column.hashOf(rows[0])).toBe(column.hashOfValue(a));
        if (routed.has(kind.name)) expect(column.hashOfValue(a)).toBe(hashOfValue(kind, a));
        expectPrefixes(column, a, b, order);
        clear();
      }),
      { numRuns: 100 },
    );
  });
}

function expectPrefixes(column: Column, a: unknown, b: unknown, order: number): void {
  const [x, y] = [column.prefixOf(rows[0]), column.prefixOf(rows[1])];
  expect([x, y]).toEqual([column.prefixOfValue(a), column.prefixOfValue(b)]);
  expect(Number.isFinite(x)).toBe(true);
  if (order < 0) expect(x).toBeLessThanOrEqual(y);
  if (order > 0) expect(x).toBeGreaterThanOrEqual(y);
  if (x === y && Math.abs(x) < column.exactBelow) expect(order).toBe(0);
  expect(column.prefixOf(rows[2])).toBe(Infinity);
}

test('prefixes order text that differs in the last byte that they hold, or in the first that they do not', () => {
  const texts = [
    '',
    '\0',
    'a',
    'aaaaa',
    'aaaaab',
    'aaaaa\u00e9',
    'aaaaa\uffff',
    'aaaaa😀',
    'aaaaaa',
    'aaaa😀',
    'aaaaéé',
    '\uffff',
    '😀',
    '語語',
    '語語a',
  ];
  const { column, clear, insert } = filled({ name: 'string' }, []);
  for (const [i, a] of texts.entries()) {
    insert(10 + i, a);
    for (const b of texts) {
      const order = Math.sign(compareValues({ name: 'string' }, a, b));
      const prefixes = Math.sign(column.prefixOfValue(a) - column.prefixOfValue(b));
      expect([order, 0]).toContain(prefixes);
    }
    expect(column.prefixOf(10 + i)).toBe(column.prefixOfValue(a));
  }
  clear();
});

test('the cell of an absent value is zero', () => {
  for (const kind of kinds) {
    const { column, clear } = filled(kind, [undefined]);
    const cells = column.cells(0)!;
    const bytes = new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength / ROWS_PER_PAGE);
    expect([nameOf(kind), ...bytes.filter((byte) => byte !== 0)]).toEqual([nameOf(kind)]);
    clear();
  }
});

test('a page of an emptied column gives its bytes back', () => {
  for (const kind of kinds) {
    const made = filled(kind, []);
    const before = made.memory.arena.takenBytes;
    made.insert(0, undefined);
    made.column.removePage(0);
    made.column.removePage(1);
    made.clear();
    expect(made.memory.arena.takenBytes).toBeLessThan(before);
    expect(made.column.bytes).toBe(0);
  }
});

test('the bitmap of absent values lies in the segment of the cells, where kernels want it', () => {
  const arena = testArena({ segmentsMax: 2 });
  arena.take(13);
  arena.take(13);
  const made = testColumn({ name: 'int32' }, { memory: { arena, epochs: new Epochs(arena) } });
  made.column.addPage(0, 1);
  made.live.addPage(0, 1);
  made.insert(3, undefined);
  expect(made.column.cells(0)!.buffer).toBe(arena.segments[1].buffer);
  expect(made.column.nulls!.pages[0]!.buffer).toBe(arena.segments[1].buffer);
});

test('what a column describes, one over the same memory adopts', () => {
  for (const kind of kinds) {
    const values = fc.sample(fc.option(valuesOf(kind), { nil: undefined }), { numRuns: rows.length, seed: 7 });
    const made = filled(kind, values);
    const frozen = made.freeze();
    const other = testColumn(kind, { memory: made.memory });
    other.heap.adopt(made.heap.describe());
    other.column.adopt(structuredClone(frozen.column.describe()));
    for (const [i, row] of rows.entries()) {
      expectHolds(kind, other.column, row, values[i]);
      expect(other.column.prefixOf(row)).toBe(made.column.prefixOf(row));
    }
    expect([other.column.zones.min(0), other.column.zones.nulls(0)]).toEqual([
      made.column.zones.min(0),
      made.column.zones.nulls(0),
    ]);
    frozen.close();
    made.clear();
  }
});

test('positions up to 2^53 are kept in a column of their own without bigints', () => {
  const column = new LsnColumn({ ...columnSchema({ name: 'int64' }, false), role: 'lsn' }, testMemory());
  column.addPage(0, 0);
  for (const [row, lsn] of [0, 1, 2 ** 31, 2 ** 32 + 5, 2 ** 53 - 1].entries()) {
    column.set(row, lsn);
    expect([column.get(row), column.prefixOf(row), column.prefixOfValue(lsn)]).toEqual([lsn, lsn, lsn]);
  }
  expect(column.zones.max(0)).toBe(2 ** 53 - 1);
  column.clear();
});
