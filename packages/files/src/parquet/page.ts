import type { Encoding, PageHeader } from 'hyparquet';
import { NONE, type CellRun } from '../batch/cell-run.ts';
import { decompressed } from './codecs.ts';
import { claimed, type FlatColumn } from './flat-column.ts';
import { pageValues, sized, type PageValues } from './page-values.ts';
import { RunReader } from './run-reader.ts';

/** A page of data, whose cells are taken some rows at a time. */
export class Page {
  #rows: number;
  /** 1 for each row that has a value, 0 for the others; absent where all must have one. */
  readonly #levels: RunReader | undefined;
  readonly #values: PageValues;

  constructor(rows: number, levels: RunReader | undefined, values: PageValues) {
    this.#rows = rows;
    this.#levels = levels;
    this.#values = values;
  }

  /** Rows that were not taken yet. */
  get rows(): number {
    return this.#rows;
  }

  /** The cells of the next rows, `count` of them at most. `indices` are overwritten, and may be a part of what is returned. */
  take(row: number, count: number, indices: Int32Array): CellRun {
    const levels = this.#levels;
    const values = this.#values;
    this.#rows -= count;
    if (levels === undefined || levels.pass(count, 1) || onesOf(levels, count, indices) === count) {
      const cells = values.take(count, indices);
      return { row, count, cells, indices: values.isCoded ? indices : undefined };
    }
    return { row, count, cells: spread(values, count, indices), indices };
  }
}

/** Reads levels, and how many of them are 1. */
function onesOf(levels: RunReader, count: number, into: Int32Array): number {
  levels.read(into, count);
  let ones = 0;
  for (let i = 0; i < count; i++) ones += into[i]!;
  return ones;
}

/** Makes indices of levels. */
function spread(values: PageValues, count: number, indices: Int32Array): ArrayLike<unknown> {
  let present = 0;
  for (let i = 0; i < count; i++) present += indices[i]!;
  const dense = new Int32Array(present);
  const cells = values.take(present, dense);
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (indices[i] === 0) indices[i] = NONE;
    else {
      indices[i] = values.isCoded ? dense[at]! : at;
      at++;
    }
  }
  return cells;
}

/** What a page stands in: the column of its chunk, and the dictionary before it. */
export interface PagePlace {
  readonly column: FlatColumn;
  readonly dictionary: ArrayLike<unknown> | undefined;
}

/** Opens a page of data of either form. `bytes`: as they stand in the file. Throws where the page is damaged. */
export function openPage(header: PageHeader, bytes: Uint8Array, rows: number, place: PagePlace): Page {
  const { encoding, levels, values } =
    header.data_page_header === undefined
      ? partsOfSecondForm(header, bytes, place.column)
      : partsOfFirstForm(header, bytes, place.column);
  const count = (): number => (levels === undefined ? rows : countOnes(levels, rows));
  return new Page(
    rows,
    levels === undefined ? undefined : new RunReader(levels, 1),
    pageValues(values, encoding, place.column, { dictionary: place.dictionary, count }),
  );
}

interface PageParts {
  readonly encoding: Encoding;
  readonly levels: Uint8Array | undefined;
  readonly values: Uint8Array;
}

/** Levels and values are compressed together. */
function partsOfFirstForm(
  { data_page_header, uncompressed_page_size }: PageHeader,
  compressed: Uint8Array,
  { codec, isOptional }: FlatColumn,
): PageParts {
  const { encoding } = data_page_header!;
  const bytes = decompressed(compressed, uncompressed_page_size, codec);
  if (!isOptional) return { encoding, levels: undefined, values: bytes };
  const { first: levels, rest: values } = sized(bytes);
  return { encoding, levels, values };
}

/** Levels stand in front, never compressed, and the header has their length. */
function partsOfSecondForm(
  { data_page_header_v2, uncompressed_page_size }: PageHeader,
  bytes: Uint8Array,
  { codec, isOptional }: FlatColumn,
): PageParts {
  const header = data_page_header_v2!;
  const start = claimed(header.repetition_levels_byte_length, bytes.length, 'bytes');
  const end = start + claimed(header.definition_levels_byte_length, bytes.length - start, 'bytes');
  const values = decompressed(
    bytes.subarray(end),
    uncompressed_page_size - end,
    header.is_compressed === false ? 'UNCOMPRESSED' : codec,
  );
  return { encoding: header.encoding, levels: isOptional ? bytes.subarray(start, end) : undefined, values };
}

const STEP = 4096;

/** How many values a page has, by its levels. */
function countOnes(levels: Uint8Array, rows: number): number {
  const reader = new RunReader(levels, 1);
  const step = new Int32Array(STEP);
  let ones = 0;
  for (let done = 0; done < rows; done += STEP) ones += onesOf(reader, Math.min(STEP, rows - done), step);
  return ones;
}
