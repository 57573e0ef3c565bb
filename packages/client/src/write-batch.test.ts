import { WeftError } from '@weft/base';
import { defineType, t, type RowBatch } from '@weft/data';
import { expect, test } from 'vitest';
import { testCall, testHost, testPace, testRouter } from './client.fixture.ts';
import { batchWriterOf, writeBatch, type BatchResult } from './write-batch.ts';

const Item = defineType(
  'Item',
  {
    id: t.int32(),
    at: t.timestamp(),
    tag: t.string().default('none'),
    n: t.int32().optional(),
    list: t.array(t.int32()).default([1]),
  },
  { key: 'id' },
);

const batch: RowBatch = {
  rows: 3,
  columns: [
    { ordinal: 0, data: Int32Array.of(1, 2, 3) },
    { ordinal: 1, data: Float64Array.of(0, 1000, 2000), as: 'millis' },
    { ordinal: 2, data: Uint16Array.of(1, 0, 1), values: [undefined, 'a'] },
    { ordinal: 3, data: Int32Array.of(7, 8, 9), present: Uint8Array.of(1, 0, 1) },
  ],
};

function setUp(): {
  write: (options?: object, end?: Parameters<typeof testCall>[1]) => Promise<BatchResult>;
  get: (id: number) => unknown;
  refused: [number, string][];
  failing: Set<number>;
} {
  const host = testHost();
  const { router } = testRouter(Item, 2, host);
  const refused: [number, string][] = [];
  const failing = new Set<number>();
  for (const source of router.sources) {
    const { write } = source;
    source.write = (values, slot, onConflict) => {
      const id = values[0] as number;
      if (failing.has(id)) throw new WeftError(id === 3 ? 'MEMORY_LIMIT' : 'UNIQUE_VIOLATION', 'no');
      if (onConflict === 'fail' && router.get(id) !== undefined) throw new WeftError('KEY_EXISTS', 'there');
      return write.call(source, values, slot, onConflict);
    };
  }
  return {
    refused,
    failing,
    get: (id) => router.get(id),
    write: (options = {}, end = {}) =>
      writeBatch(
        {
          router,
          batch,
          options: { onConflict: 'replace', onRefused: (row, { code }) => refused.push([row, code]), ...options },
        },
        testPace(host),
        testCall(host, end),
      ),
  };
}

test('rows of a batch are stored as if they had been objects, defaults included', async () => {
  const { write, get } = setUp();
  expect(await write()).toEqual({ written: 3, inserted: 3 });
  expect(get(1)).toEqual({ id: 1, at: new Date(0), tag: 'a', n: 7, list: [1] });
  expect(get(2)).toEqual({ id: 2, at: new Date(1000), tag: 'none', n: undefined, list: [1] });
  expect(await write()).toEqual({ written: 3, inserted: 0 });
});

test('a row that cannot be stored is told, and the others are written', async () => {
  const { write, get, refused, failing } = setUp();
  failing.add(1);
  failing.add(2);
  expect(await write()).toEqual({ written: 1, inserted: 1 });
  expect(refused).toEqual([
    [0, 'UNIQUE_VIOLATION'],
    [1, 'UNIQUE_VIOLATION'],
  ]);
  expect(get(3)).toBeDefined();
});

test("an error that is not the row's own ends the writing and says how many rows are dealt with", async () => {
  const { write, get, failing } = setUp();
  failing.add(3);
  await expect(write()).rejects.toMatchObject({ code: 'MEMORY_LIMIT', details: { written: 2, done: 2 } });
  failing.clear();
  expect(await write({ from: 2 })).toEqual({ written: 1, inserted: 1 });
  expect(get(3)).toBeDefined();
});

test('onConflict fail refuses rows that exist', async () => {
  const { write, refused } = setUp();
  await write({ from: 2 });
  expect(await write({ onConflict: 'fail' })).toEqual({ written: 2, inserted: 2 });
  expect(refused).toEqual([[2, 'KEY_EXISTS']]);
});

test('handles that write no batches are told by the lack of a writer', () => {
  expect(batchWriterOf({ write: () => undefined })).toBeUndefined();
});
