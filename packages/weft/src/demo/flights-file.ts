import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { zstdDecompressSync } from 'node:zlib';
import {
  parquetMetadataAsync,
  parquetRead,
  type AsyncBuffer,
  type FileMetaData,
  type ParquetReadOptions,
} from 'hyparquet';
import { assert } from '@weft/base';

/** The columns of the flights file, values as hyparquet gives them: `date` as milliseconds, numbers as bigint. */
export type FlightColumns = Readonly<
  Record<'date' | 'delay' | 'distance' | 'origin' | 'destination', ArrayLike<unknown>>
>;

/** A run of rows of the file, `to` exclusive. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

type Chunk = Parameters<NonNullable<ParquetReadOptions['onChunk']>>[0];

/** The Parquet file of flights, opened. Reading is synchronous work in all but name, so it belongs into a thread of its own. */
export class FlightsFile {
  readonly rows: number;
  /** The row groups, which are the unit of reading. */
  readonly groups: readonly RowRange[];
  readonly #file: AsyncBuffer;
  readonly #metadata: FileMetaData;

  private constructor(file: AsyncBuffer, metadata: FileMetaData) {
    this.#file = file;
    this.#metadata = metadata;
    this.rows = Number(metadata.num_rows);
    this.groups = rowGroups(metadata);
  }

  static async open(path = flightsPath()): Promise<FlightsFile> {
    const file = await fileBuffer(path);
    return new FlightsFile(file, await parquetMetadataAsync(file));
  }

  /** All columns of the rows of a range that lies in one row group. */
  async read(range: RowRange): Promise<FlightColumns> {
    const columns: Record<keyof FlightColumns, ArrayLike<unknown>> = {
      date: [],
      delay: [],
      distance: [],
      origin: [],
      destination: [],
    };
    await parquetRead({
      file: this.#file,
      metadata: this.#metadata,
      rowStart: range.from,
      rowEnd: range.to,
      compressors: { ZSTD: (input) => new Uint8Array(zstdDecompressSync(input)) },
      // A Date per row would be made only to be taken apart again.
      parsers: { timestampFromMicroseconds: (micros) => Number(micros) / 1000 },
      onChunk(chunk) {
        const name = chunk.columnName as keyof FlightColumns;
        columns[name] = joined(columns[name], clipped(chunk, range));
      },
    });
    for (const values of Object.values(columns))
      assert(values.length === range.to - range.from, 'a column of the file has another length');
    return columns;
  }
}

/** Where npm put the file. The package lists no data in its exports, so the way leads over a file that it does list. */
function flightsPath(): string {
  return fileURLToPath(new URL('../data/flights-3m.parquet', import.meta.resolve('vega-datasets')));
}

/** The part of a chunk inside the range; a chunk may reach beyond it. */
function clipped({ columnData, rowStart, rowEnd }: Chunk, { from, to }: RowRange): ArrayLike<unknown> {
  if (rowStart >= from && rowEnd <= to) return columnData;
  return Array.from(columnData).slice(Math.max(0, from - rowStart), Math.max(0, to - rowStart));
}

/** Chunks come in order. Nearly always there is one per column, which then is not copied. */
function joined(before: ArrayLike<unknown>, next: ArrayLike<unknown>): ArrayLike<unknown> {
  return before.length === 0 ? next : [...Array.from(before), ...Array.from(next)];
}

function rowGroups(metadata: FileMetaData): readonly RowRange[] {
  let from = 0;
  return metadata.row_groups.map((group) => {
    const range = { from, to: from + Number(group.num_rows) };
    from = range.to;
    return range;
  });
}

async function fileBuffer(path: string): Promise<AsyncBuffer> {
  const handle = await open(path);
  const { size } = await handle.stat();
  return {
    byteLength: size,
    async slice(start, end = size) {
      const bytes = new Uint8Array(end - start);
      await handle.read(bytes, 0, bytes.length, start);
      return bytes.buffer;
    },
  };
}
