import { WeftError } from '@weft/base';
import type { ColumnSchema, Kind } from '@weft/data';
import { expect, test } from 'vitest';
import { NONE, type CellReading } from './cell-run.ts';
import { gatherOf } from './gather-of.ts';
import type { Gather } from './gather.ts';

test('a cell that rows share is read once for all of them, and none is kept as none', () => {
  let reads = 0;
  const gather = gatherFor({ name: 'string' });
  const reading = readingOf((cell) => `${String(cell)} ${++reads}`);
  const cells = ['a', 'b', 'never'];
  expect(gather.putRun({ row: 0, count: 4, cells, indices: Int32Array.of(1, 0, NONE, 1) }, reading)).toBe(true);
  expect(gather.putRun({ row: 4, count: 2, cells, indices: Int32Array.of(0, 1) }, reading)).toBe(true);
  const { data, values } = gather.take(6);
  expect(Array.from({ length: 6 }, (_, row) => values![data[row] as number])).toEqual([
    'b 1',
    'a 2',
    undefined,
    'b 1',
    'a 2',
    'b 1',
  ]);
});

test('numbers of shared cells are made once, and last beyond a batch', () => {
  let reads = 0;
  const gather = gatherFor({ name: 'int64' });
  const reading = readingOf((cell) => {
    reads++;
    return BigInt(cell as number) + 1n;
  });
  const cells = [5, 7];
  const run = { row: 0, count: 3, cells, indices: Int32Array.of(1, NONE, 1) };
  expect(gather.putRun(run, reading)).toBe(true);
  const first = gather.take(3);
  expect([first.data[0], first.data[2], first.present?.[1]]).toEqual([8n, 8n, 0]);
  expect(gather.putRun(run, reading)).toBe(true);
  expect(gather.take(3).data[2]).toBe(8n);
  expect(reads).toBe(1);
});

test('64-bit integers reach the quick way as exact numbers, and beyond them the long way', () => {
  const gather = gatherFor({ name: 'float64' });
  const cells = BigInt64Array.of(
    0n,
    -1n,
    2n ** 53n - 1n,
    -(2n ** 53n),
    2n ** 53n,
    2n ** 63n - 1n,
    -(2n ** 63n),
    4_294_967_295n,
  );
  const quick: number[] = [];
  const reading = {
    ...readingOf(() => 0.5),
    quick: (cell: unknown) => (typeof cell === 'number' ? (quick.push(cell), cell) : NaN),
  };
  expect(gather.putRun({ row: 1, count: cells.length, cells, indices: undefined }, reading)).toBe(true);
  expect(quick).toEqual([0, -1, 2 ** 53 - 1, -(2 ** 53), 4_294_967_295]);
  const { data } = gather.take(9);
  expect(Array.from({ length: 8 }, (_, i) => data[i + 1])).toEqual([
    0,
    -1,
    2 ** 53 - 1,
    -(2 ** 53),
    0.5,
    0.5,
    0.5,
    4_294_967_295,
  ]);
});

test('64-bit integers that are kept as they stand are copied at once', () => {
  const gather = gatherFor({ name: 'int64' });
  const cells = BigInt64Array.of(2n ** 63n - 1n, -(2n ** 63n));
  const reading = { ...readingOf(() => expect.unreachable()), isSame: true };
  expect(gather.putRun({ row: 2000, count: 2, cells, indices: undefined }, reading)).toBe(true);
  const { data } = gather.take(2002);
  expect([data[2000], data[2001]]).toEqual([2n ** 63n - 1n, -(2n ** 63n)]);
});

test.each<[Kind, unknown[]]>([
  [{ name: 'int32' }, [1, 2]],
  [{ name: 'string' }, ['a', 'b']],
  [{ name: 'json' }, ['a', 'b']],
])('of %j a broken cell and a missing one stop a run, whether rows share cells or not', (kind, cells) => {
  const broken = readingOf(() => {
    throw new WeftError('VALUE_INVALID', 'T.c: no.');
  });
  const strict = { ...readingOf((cell) => cell), mayLack: false };
  for (const indices of [undefined, Int32Array.of(0, 1)])
    expect(gatherFor(kind).putRun({ row: 0, count: 2, cells, indices }, broken)).toBe(false);
  expect(gatherFor(kind).putRun({ row: 0, count: 2, cells: [cells[0], null], indices: undefined }, strict)).toBe(false);
  expect(gatherFor(kind).putRun({ row: 0, count: 2, cells, indices: Int32Array.of(0, NONE) }, strict)).toBe(false);
  const bug = readingOf(() => {
    throw new TypeError('a bug');
  });
  expect(() => gatherFor(kind).putRun({ row: 0, count: 2, cells, indices: undefined }, bug)).toThrow('a bug');
});

function gatherFor(kind: Kind): Gather {
  const column = { name: 'c', kind, ordinal: 0, optional: true, role: 'data' } as unknown as ColumnSchema;
  return gatherOf(column, 'T');
}

function readingOf(read: (cell: unknown) => unknown): CellReading {
  return { read, quick: undefined, isSame: false, mayLack: true };
}
