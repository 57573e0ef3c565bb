import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cellAt } from '../batch/cell-run.ts';
import { decompressors } from './codecs.ts';
import { bytesOf, file, flat, ROWS, type Written } from './columns.fixture.ts';
import { openGroup } from './group-reader.ts';
import { cellsOf, plainBytes } from './pages.fixture.ts';
import { openParquet } from './parquet-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-groups-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('columns of every type and encoding are the cells that hyparquet reads, from any row on', async () => {
  const path = join(folder, 'columns.parquet');
  await fc.assert(
    fc.asyncProperty(file, fc.nat({ max: 60 }), fc.integer({ min: 1, max: 40 }), async (columns, from, step) => {
      const bytes = bytesOf(columns);
      writeFileSync(path, bytes);
      const expected = await parquetReadObjects({
        file: bytes.buffer as ArrayBuffer,
        utf8: false,
        compressors: decompressors,
      });
      expect(await cellsFrom(path, from, step)).toEqual(
        columns.map(({ element: { name } }) => expected.slice(from).map((row) => plainBytes(row[name] ?? undefined))),
      );
    }),
    { numRuns: 150 },
  );
});

test('whatever bytes a chunk holds, it ends with cells or an error', () => {
  const columns = fc.sample(file, { numRuns: 20, seed: 1 });
  const chunks = columns.flatMap((all) => all.map((one) => ({ bytes: chunkOf([one]), column: flat(one) })));
  fc.assert(
    fc.property(
      fc.constantFrom(...chunks),
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 30 }),
      ({ bytes, column }, changes, step) => {
        const harmed = new Uint8Array(bytes);
        for (const [at, byte] of changes) harmed[at % harmed.length] = byte;
        try {
          expect(cellsOf(harmed, column, 60, step)).toHaveLength(60);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

async function cellsFrom(path: string, from: number, step: number): Promise<unknown[][]> {
  const parquet = await openParquet(path);
  try {
    const [group] = parquet.metadata.row_groups;
    const reader = await openGroup(parquet, group!, parquet.columns, { rows: ROWS, batchRows: step });
    const cells: unknown[][] = parquet.columns.map(() => []);
    reader.skip(from);
    for (let row = from; row < ROWS; row += step) {
      const count = Math.min(step, ROWS - row);
      for (const [i, runs] of reader.take(count).entries())
        for (let at = 0; at < count; at++) cells[i]!.push(plainBytes(cellAt(runs, at)));
    }
    return cells;
  } finally {
    await parquet[Symbol.asyncDispose]();
  }
}

/** The pages of a file of one column: all between the mark and the indexes behind them. */
function chunkOf(columns: readonly Written[]): Uint8Array {
  return bytesOf(columns).subarray(4);
}
