import type { PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import type { CellRun } from '../batch/cell-run.ts';
import { decompressed } from './codecs.ts';
import { claimed, type FlatColumn } from './flat-column.ts';
import { openPage, type Page } from './page.ts';
import { PlainReader } from './plain-reader.ts';
import { checkThrift } from './thrift-check.ts';

/**
 * Reads the cells of one column of a row group, page by page, some rows at a time. No value is made for a row of a page that refers to a
 * dictionary. A page is decompressed when its first row is taken, and nothing is allocated by a count that only the file claims.
 */
export class ChunkReader {
  readonly #bytes: Uint8Array;
  readonly #view: { readonly view: DataView; offset: number };
  readonly #column: FlatColumn;
  readonly #indices: Int32Array;
  #dictionary: ArrayLike<unknown> | undefined;
  #page: Page | undefined;
  /** Rows that no page was opened for yet. */
  #rowsLeft: number;

  /** `bytes`: of the chunk; `rows`: of the group; `batchRows`: rows that are taken at once, at most. */
  constructor(
    bytes: Uint8Array,
    column: FlatColumn,
    { rows, batchRows }: { readonly rows: number; readonly batchRows: number },
  ) {
    this.#bytes = bytes;
    this.#view = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
    this.#column = column;
    this.#rowsLeft = rows;
    this.#indices = new Int32Array(Math.min(rows, batchRows));
  }

  /** The cells of the next rows. They are overwritten by the next call. Throws where the chunk is damaged, or has fewer. */
  take(count: number): CellRun[] {
    const runs: CellRun[] = [];
    for (let row = 0; row < count;) {
      const page = this.#openPage();
      const part = Math.min(page.rows, count - row);
      runs.push(page.take(row, part, this.#indices.subarray(row, row + part)));
      row += part;
    }
    return runs;
  }

  /** Passes over rows; pages that hold no others are not decompressed. */
  skip(count: number): void {
    for (let left = count; left > 0;) {
      const page = this.#page;
      if (page === undefined || page.rows === 0) left -= this.#nextPage(left);
      else {
        const part = Math.min(left, page.rows, this.#indices.length);
        page.take(0, part, this.#indices);
        left -= part;
      }
    }
  }

  #openPage(): Page {
    while (this.#page === undefined || this.#page.rows === 0) this.#nextPage(0);
    return this.#page;
  }

  /** Goes on to the next page. Answers its rows where they are no more than `passing`, and the page is passed over. */
  #nextPage(passing: number): number {
    if (this.#view.offset >= this.#bytes.length)
      throw new RangeError('one of its columns has another number of values than the file has rows');
    checkThrift(this.#view.view, this.#view.offset);
    const header = parquetHeader(this.#view);
    const bytes = this.#bytesOf(header);
    switch (header.type) {
      case 'DICTIONARY_PAGE':
        this.#dictionary = dictionaryOf(header, bytes, this.#column);
        return 0;
      case 'DATA_PAGE':
      case 'DATA_PAGE_V2': {
        const { num_values } = told(header.data_page_header ?? header.data_page_header_v2);
        const rows = claimed(num_values, this.#rowsLeft, 'values');
        this.#rowsLeft -= rows;
        if (rows <= passing) return rows;
        this.#page = openPage(header, bytes, rows, { column: this.#column, dictionary: this.#dictionary });
        return 0;
      }
      case 'INDEX_PAGE':
        return 0;
      default:
        throw new RangeError('it has a page of an unknown type');
    }
  }

  #bytesOf({ compressed_page_size }: PageHeader): Uint8Array {
    const { offset } = this.#view;
    const end = offset + claimed(compressed_page_size, this.#bytes.length - offset, 'bytes');
    this.#view.offset = end;
    return this.#bytes.subarray(offset, end);
  }
}

function dictionaryOf(header: PageHeader, compressed: Uint8Array, column: FlatColumn): ArrayLike<unknown> {
  const { num_values } = told(header.dictionary_page_header);
  const bytes = decompressed(compressed, header.uncompressed_page_size, column.codec);
  // No value of a type that a dictionary is written for has no bytes.
  return new PlainReader(bytes, column).take(claimed(num_values, bytes.length, 'values'));
}

function told<T>(part: T | undefined): T {
  if (part === undefined) throw new RangeError('a page of it does not say what it holds');
  return part;
}
