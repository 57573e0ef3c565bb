import { WeftError } from '@weft/base';
import { defineType, KeyCode, partitionOf, slotOfId, t, type AnyType, type RowBatch } from '@weft/data';
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

interface Inserted {
  readonly partition: number;
  readonly sensor: unknown;
  readonly made: unknown;
  readonly slot: number;
}

/** Writes a batch to partitions that take it by runs, and tells what they got. */
async function insertedByRuns(
  type: AnyType,
  columns: RowBatch['columns'],
  isRefused = (): boolean => false,
): Promise<{ rows: Inserted[]; result: BatchResult; refused: [number, string][] }> {
  const host = testHost();
  const { router } = testRouter(type, 3, host);
  const rows: Inserted[] = [];
  const ordinalOf = (...names: string[]): number => type.schema.columns.findIndex(({ name }) => names.includes(name));
  for (const source of router.sources) {
    source.inserter = () =>
      isRefused()
        ? undefined
        : {
            insert(runs, picks, slots) {
              for (const [i, row] of picks.entries())
                rows.push({
                  partition: source.partition,
                  sensor: runs[ordinalOf('sensor')]!.at(row),
                  made: runs[ordinalOf('id', '_key')]!.at(row),
                  slot: slots[i]!,
                });
              return picks.length;
            },
          };
  }
  const refused: [number, string][] = [];
  const result = await writeBatch(
    {
      router,
      batch: { rows: 600, columns },
      options: { onConflict: 'fail', onRefused: (row, { code }) => refused.push([row, code]) },
    },
    testPace(host),
    testCall(host, {}),
  );
  return { rows, result, refused };
}

const Loose = defineType('Loose', { sensor: t.string() }, { routing: 'sensor' });
const Note = defineType('Note', { id: t.id(), sensor: t.string() }, { routing: 'sensor' });
const sensors = Array.from({ length: 600 }, (_, i) => `s${i % 7}`);

test.each([
  ['hidden keys', Loose, [{ ordinal: 0, data: sensors }]],
  ['generated ids', Note, [{ ordinal: 1, data: sensors }]],
] as const)('rows that get %s go by runs, each to the partition of its slot', async (_, type, columns) => {
  const { rows, result } = await insertedByRuns(type, columns);
  expect(result).toEqual({ written: 600, inserted: 600 });
  expect(new Set(rows.map(({ made }) => made)).size).toBe(600);
  const keyCode = new KeyCode(type.schema);
  for (const { partition, sensor, made, slot } of rows) {
    expect(slot).toBe(keyCode.slotOfRouting(sensor));
    expect(partition).toBe(partitionOf(slot, 3));
    if (type === Note) expect(slotOfId(made as string)).toBe(slot);
    else expect(typeof made).toBe('bigint');
  }
});

test('an id that a row brings is kept, and one that it cannot have is refused as row by row', async () => {
  const { rows } = await insertedByRuns(Note, [{ ordinal: 1, data: sensors }]);
  const first = rows.filter(({ sensor }) => sensor === 's0');
  const ids = sensors.map((sensor, i) => (sensor === 's0' && i < 300 ? first[i / 7]!.made : undefined));
  const again = await insertedByRuns(Note, [
    { ordinal: 0, data: ids.with(3, 'no id').with(4, ids[0]) },
    { ordinal: 1, data: sensors },
  ]);
  expect(again.refused).toEqual([
    [3, 'KEY_INVALID'],
    [4, 'ROUTING_IMMUTABLE'],
  ]);
  expect(again.result).toEqual({ written: 598, inserted: 598 });
  // The first step went row by row.
  expect(again.rows.length).toBe(600 - 64);
  const kept = new Set(again.rows.map(({ made }) => made));
  expect(ids.slice(64).every((id) => id === undefined || kept.has(id))).toBe(true);
});

test('where partitions take no runs, rows that get their keys go one by one', async () => {
  const { rows, result } = await insertedByRuns(Note, [{ ordinal: 1, data: sensors }], () => true);
  expect(rows).toEqual([]);
  expect(result).toEqual({ written: 600, inserted: 600 });
});
