import type { WasmMemory } from '@weft/base';
import { wasm } from '@weft/base';
import type { ColumnReader } from '../column/reader.ts';
import { cellOfValue } from '../kind/cells.ts';
import { BITMAP_BYTES, ROW_BITS, ROW_MASK, ROWS_PER_PAGE } from '../memory/layout.ts';
import type { ColumnSchema, Kind, TypeSchema } from '../type/schema.ts';
import { cellTraits, kernelCellOf } from './cell.ts';
import type { DictionaryView, KernelPage } from './page.ts';

/*
 * For tests: pages in shared memory beside the same rows as plain values. Kernels read the former, the naive evaluator
 * the latter, so that neither can hide the other's mistakes. Memory is reused and what lies behind the last row is
 * whatever was there before, as in a table.
 */

const SEGMENT_PAGES = 64;
const SEGMENTS = 2;
/** Address 0 means "none" in a page's nulls, so nothing is put there. */
const START = 1024;
const CELLS_BYTES = ROWS_PER_PAGE * 8;

export interface FixturePage {
  /** Per row, per ordinal. */
  readonly rows: readonly (readonly unknown[])[];
  readonly live: readonly boolean[];
}

export interface Fixture {
  readonly pages: readonly FixturePage[];
  /** The page for a kernel with these inputs. */
  kernelPage(page: number, inputs: readonly number[]): KernelPage;
  readonly readers: readonly ColumnReader[];
  readonly dictionaries: (ordinal: number) => DictionaryView | undefined;
  /** Physical numbers of the live rows of a page. */
  liveRows(page: number): number[];
}

export const segments: readonly WasmMemory[] = Array.from(
  { length: SEGMENTS },
  () => new wasm.Memory({ initial: SEGMENT_PAGES, maximum: SEGMENT_PAGES, shared: true }),
);

export function testSchema(columns: Readonly<Record<string, Kind>>, optional: readonly string[]): TypeSchema {
  return {
    name: 'Sample',
    sqlName: 'sample',
    columns: Object.entries(columns).map(([name, kind], ordinal) => ({
      name,
      sqlName: name,
      ordinal,
      role: 'data' as const,
      kind,
      optional: optional.includes(name),
    })),
    key: [0],
    routing: 0,
    indexes: [],
    fingerprint: '0000000000000000',
  };
}

export function fixture(schema: TypeSchema, pages: readonly FixturePage[]): Fixture {
  const dictionaries = schema.columns.map(({ kind, ordinal }) =>
    kind.name === 'string' ? dictionaryOf(pages.flatMap(({ rows }) => rows.map((row) => row[ordinal]))) : undefined,
  );
  return {
    pages,
    kernelPage: (number, inputs) => place({ schema, page: pages[number], number, inputs, dictionaries }),
    readers: schema.columns.map((column) => plainReader(column, pages)),
    dictionaries: (ordinal) => dictionaries[ordinal],
    liveRows: (number) => pages[number].live.flatMap((live, row) => (live ? [(number << ROW_BITS) | row] : [])),
  };
}

function plainReader(schema: ColumnSchema, pages: readonly FixturePage[]): ColumnReader {
  const get = (row: number): unknown => pages[row >>> ROW_BITS].rows[row & ROW_MASK][schema.ordinal];
  return { schema, get, isNull: (row) => get(row) === undefined };
}

function dictionaryOf(values: readonly unknown[]): DictionaryView {
  const texts = [...new Set(values)].filter((value) => value !== undefined) as string[];
  return { length: texts.length, codeOf: (text) => texts.indexOf(text), get: (code) => texts[code] };
}

interface Placing {
  readonly schema: TypeSchema;
  readonly page: FixturePage;
  readonly number: number;
  readonly inputs: readonly number[];
  readonly dictionaries: readonly (DictionaryView | undefined)[];
}

/** Writes the columns that the kernel reads, and says where they are. */
function place({ schema, page, number, inputs, dictionaries }: Placing): KernelPage {
  const segment = number % SEGMENTS;
  const pageBytes = BITMAP_BYTES + inputs.length * (CELLS_BYTES + BITMAP_BYTES);
  const live = START + Math.floor(number / SEGMENTS) * pageBytes;
  const view = new DataView(segments[segment].buffer);
  page.live.forEach((isLive, row) => setBit(view, live, row, isLive));
  const cells = inputs.map((_, input) => live + BITMAP_BYTES + input * (CELLS_BYTES + BITMAP_BYTES));
  const nulls = inputs.map((ordinal, input) => {
    const values = page.rows.map((row) => row[ordinal]);
    const place = { column: schema.columns[ordinal], at: cells[input], dictionary: dictionaries[ordinal] };
    values.forEach((value, row) => setCell(view, place, row, value));
    values.forEach((value, row) => setBit(view, cells[input] + CELLS_BYTES, row, value === undefined));
    return values.includes(undefined) ? cells[input] + CELLS_BYTES : 0;
  });
  const dictionary = inputs.map((ordinal) => dictionaries[ordinal] !== undefined);
  return { segment, rows: page.rows.length, live, cells, nulls, dictionary };
}

function setBit(view: DataView, at: number, row: number, on: boolean): void {
  const byte = view.getUint8(at + (row >>> 3));
  const bit = 1 << (row & 7);
  view.setUint8(at + (row >>> 3), on ? byte | bit : byte & ~bit);
}

interface CellPlace {
  readonly column: ColumnSchema;
  readonly at: number;
  readonly dictionary: DictionaryView | undefined;
}

function setCell(view: DataView, { column, at, dictionary }: CellPlace, row: number, value: unknown): void {
  const cell = kernelCellOf(column.kind);
  if (cell === undefined) return;
  const where = at + (row << cellTraits[cell].shift);
  const number =
    value === undefined
      ? 0
      : dictionary !== undefined
        ? dictionary.codeOf(value as string)
        : cellOfValue(column.kind, value);
  if (cell === 'u8') view.setUint8(where, Number(number));
  else if (cell === 'u16') view.setUint16(where, Number(number), true);
  else if (cell === 'i16') view.setInt16(where, Number(number), true);
  else if (cell === 'i32') view.setInt32(where, Number(number), true);
  else if (cell === 'i64') view.setBigInt64(where, BigInt(number), true);
  else if (cell === 'f32') view.setFloat32(where, Number(number), true);
  else view.setFloat64(where, Number(number), true);
}
