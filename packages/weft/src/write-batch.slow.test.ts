import { batchWriterOf } from '@weft/client';
import { generateId, KeyCode, slotOfId, type AnyType, type BatchColumn } from '@weft/data';
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
  batch: readonly unknown[],
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

const Loose = defineType('Loose', { sensor: t.string(), value: t.int32() });
const Spread = defineType('Spread', { sensor: t.string(), value: t.int32() }, { routing: 'sensor' });
const Noted = defineType('Noted', { id: t.id(), sensor: t.string(), value: t.int32() });
const Placed = defineType('Placed', { id: t.id(), sensor: t.string(), value: t.int32() }, { routing: 'sensor' });
const Beside = defineType('Beside', { sensor: t.string(), value: t.int32(), id: t.id() }, { key: ['sensor', 'value'] });

interface Made {
  readonly sensor: string;
  readonly value: number;
  /** Which id the row brings: of its own sensor, of another's, no id at all, or none. */
  readonly brings: 'none' | 'own' | 'other' | 'text';
  readonly serial: number;
}

const madeRows = fc.record({
  rows: fc.array(
    fc.record({
      sensor: fc.constantFrom('a', 'b', 'ü', 'a long name of a sensor'),
      value: fc.nat(300),
      brings: fc.constantFrom('none' as const, 'none' as const, 'own' as const),
      serial: fc.nat(40),
    }),
    { maxLength: 600, size: 'max' },
  ),
  /** A row that brings an id it cannot have, where the batch is so long. */
  wrong: fc.option(fc.record({ at: fc.nat(600), brings: fc.constantFrom('other' as const, 'text' as const) })),
  hasIds: fc.boolean(),
});

function idOf(type: AnyType, { sensor, brings, serial }: Made): string | undefined {
  if (brings === 'none') return undefined;
  if (brings === 'text') return `no id ${serial}`;
  const slot = new KeyCode(type.schema).slotOfRouting(brings === 'own' ? sensor : `not ${sensor}`);
  return generateId({ slot, wallMs: 1e12, random: { uint32: () => serial } });
}

/** Each column that the type has; `ids` only where rows bring some. */
function madeColumns(type: AnyType, rows: readonly Made[], ids: readonly unknown[] | undefined): BatchColumn[] {
  const ordinalOf = (name: string): number => type.schema.columns.findIndex((column) => column.name === name);
  const sensors = [...new Set(rows.map(({ sensor }) => sensor))];
  const columns: BatchColumn[] = [
    {
      ordinal: ordinalOf('sensor'),
      data: Uint32Array.from(rows, ({ sensor }) => sensors.indexOf(sensor)),
      values: sensors,
    },
    { ordinal: ordinalOf('value'), data: Int32Array.from(rows, ({ value }) => value) },
  ];
  if (ids !== undefined) columns.push({ ordinal: ordinalOf('id'), data: ids });
  return columns;
}

/** The rows with those ids that were given, sorted: Weft's own differ from grid to grid. */
async function comparable(grid: Awaited<ReturnType<typeof createGrid>>, type: AnyType, given: ReadonlySet<unknown>) {
  const rows = (await grid.space(type).find()) as Readonly<Record<string, unknown>>[];
  const texts = rows.map((row) => JSON.stringify({ ...row, id: given.has(row['id']) ? row['id'] : undefined }));
  return { rows, texts: texts.toSorted() };
}

test.each([1, 3])(
  'rows whose keys Weft makes are the same by column and one by one, those that bring an id among them, over %i partition(s)',
  async (partitions) => {
    await fc.assert(
      fc.asyncProperty(
        madeRows,
        conflict,
        fc.constantFrom(Loose, Spread, Noted, Placed, Beside),
        async ({ rows, wrong, hasIds }, onConflict, type) => {
          const batch: Made[] = rows.map((row, at) => (at === wrong?.at ? { ...row, brings: wrong.brings } : row));
          const takesIds = hasIds && type !== Loose && type !== Spread;
          const ids = takesIds ? batch.map((row) => idOf(type, row)) : undefined;
          const grid = await createGrid({ types: [type], partitions, poison: true, segmentBytes: 256 << 20 });
          const twin = await createGrid({ types: [type], partitions, poison: true, segmentBytes: 256 << 20 });
          try {
            const space = grid.space(type as AnyType) as unknown as Space<never>;
            const result = await written(space, batch, madeColumns(type, batch, ids), onConflict);
            const refused: [number, string][] = [];
            let inserted = 0;
            for (const [at, { sensor, value }] of batch.entries()) {
              const object = { sensor, value, ...(ids?.[at] !== undefined && { id: ids[at] }) } as never;
              const one = await twin.space(type as AnyType).writeMany([object], { onConflict, onError: 'each' });
              inserted += one.inserted;
              for (const { error } of one.rejected) refused.push([at, error.code]);
            }
            expect(result).toEqual({ counts: { written: batch.length - refused.length, inserted }, refused });
            const given = new Set<unknown>(ids);
            const found = await comparable(grid, type, given);
            expect(found.texts).toEqual((await comparable(twin, type, given)).texts);
            if (type === Loose || type === Spread) return;
            const made = found.rows.filter((row) => !given.has(row['id']));
            expect(new Set(made.map((row) => row['id'])).size).toBe(made.length);
            const keyCode = new KeyCode(type.schema);
            for (const row of made) {
              const slot = slotOfId(row['id'] as string);
              if (type !== Noted) expect(slot).toBe(keyCode.slotOfRouting(row['sensor']));
              expect(slot).toBeGreaterThanOrEqual(0);
              if (type !== Beside) expect(await grid.space(type as AnyType).get(row['id'] as never)).toEqual(row);
            }
          } finally {
            await grid.close();
            await twin.close();
          }
        },
      ),
      { numRuns: 25 },
    );
  },
  30_000,
);
