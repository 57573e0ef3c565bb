import { batchWriterOf } from '@weft/client';
import type { BatchColumn } from '@weft/data';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGrid, defineType, t, type Space } from './index.ts';

const Reading = defineType(
  'Reading',
  {
    id: t.int32(),
    sensor: t.string(),
    value: t.float64().optional(),
    at: t.timestamp(),
    unit: t.string().default('K'),
  },
  { key: 'id', indexes: [{ on: 'sensor', kind: 'hash' }] },
);
/** Rows that may be refused by more than their key. */
const Badge = defineType(
  'Badge',
  { id: t.int32(), sensor: t.string() },
  { key: ['sensor', 'id'], indexes: [{ on: 'sensor', kind: 'unique' }] },
);

interface Row {
  readonly id: number;
  readonly sensor: string;
  readonly value?: number | undefined;
  readonly at: Date;
}

function columnsOf(rows: readonly Row[], names: readonly string[]): BatchColumn[] {
  const sensors = [undefined, ...new Set(rows.map(({ sensor }) => sensor))];
  const columns: BatchColumn[] = [
    { ordinal: 0, data: Int32Array.from(rows, ({ id }) => id) },
    { ordinal: 1, data: Uint32Array.from(rows, ({ sensor }) => sensors.indexOf(sensor)), values: sensors },
    {
      ordinal: 2,
      data: Float64Array.from(rows, ({ value }) => value ?? 0),
      present: Uint8Array.from(rows, ({ value }) => (value === undefined ? 0 : 1)),
    },
    { ordinal: 3, data: Float64Array.from(rows, ({ at }) => at.getTime()), as: 'millis' },
  ];
  return columns.slice(0, names.length);
}

const rows = fc.array(
  fc.record({
    id: fc.nat(500),
    sensor: fc.constantFrom('a', 'b', 'ü', 'a long name of a sensor', 'x'.repeat(400)),
    value: fc.option(fc.double({ noNaN: true }), { nil: undefined }),
    at: fc.nat(1e9).map((ms) => new Date(ms)),
  }),
  { maxLength: 400 },
);
const conflict = fc.constantFrom('replace' as const, 'fail' as const);

async function written(
  space: Space<never>,
  batch: readonly Row[],
  columns: readonly BatchColumn[],
  onConflict: 'replace' | 'fail',
): Promise<{ counts: unknown; refused: [number, string][] }> {
  const refused: [number, string][] = [];
  const counts = await batchWriterOf(space)!.writeBatch(
    { rows: batch.length, columns },
    { onConflict, onRefused: (row, { code }) => refused.push([row, code]) },
  );
  return { counts, refused: refused.toSorted(([a], [b]) => a - b) };
}

test.each([1, 3])(
  'a batch by column leaves the rows, counts and refusals of the same rows one by one, over %i partition(s)',
  async (partitions) => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        rows,
        conflict,
        fc.constantFrom(Reading, Badge),
        async (first, second, onConflict, type) => {
          const names = type === Reading ? ['id', 'sensor', 'value', 'at'] : ['id', 'sensor'];
          const grid = await createGrid({ types: [type], partitions, poison: true, segmentBytes: 256 << 20 });
          const twin = await createGrid({ types: [type], partitions, poison: true, segmentBytes: 256 << 20 });
          try {
            for (const batch of [first, second]) {
              const space = grid.space(type) as unknown as Space<never>;
              const result = await written(space, batch, columnsOf(batch, names), onConflict);
              const refused: [number, string][] = [];
              let inserted = 0;
              for (const [at, row] of batch.entries()) {
                const object = Object.fromEntries(names.map((name) => [name, row[name as keyof Row]])) as never;
                const { rejected, inserted: one } = await twin
                  .space(type)
                  .writeMany([object], { onConflict, onError: 'each' });
                inserted += one;
                for (const { error } of rejected) refused.push([at, error.code]);
              }
              expect(result).toEqual({ counts: { written: batch.length - refused.length, inserted }, refused });
            }
            const all = { orderBy: { id: 'asc' } } as never;
            expect(await grid.space(type).find(undefined, all)).toEqual(await twin.space(type).find(undefined, all));
            if (type === Reading)
              expect(await grid.space(Reading).count({ sensor: 'a' })).toBe(
                await twin.space(Reading).count({ sensor: 'a' }),
              );
          } finally {
            await grid.close();
            await twin.close();
          }
        },
      ),
      { numRuns: 25 },
    );
  },
);
