import type { ColumnMetaData, RowGroup } from 'hyparquet';
import type { CellRun } from '../batch/cell-run.ts';
import { ChunkReader } from './chunk-reader.ts';
import type { FlatColumn } from './flat-column.ts';
import { notParquet, type ParquetColumn, type ParquetFile } from './parquet-file.ts';
import { storedForm } from './stored-form.ts';

/** The rows of a group, and how many of them are taken at once, at most. */
export interface GroupRows {
  readonly rows: number;
  readonly batchRows: number;
}

/** Reads columns of a row group side by side, some rows at a time. Throws FILE_INVALID. */
class GroupReader {
  readonly #chunks: readonly ChunkReader[];

  constructor(chunks: readonly ChunkReader[]) {
    this.#chunks = chunks;
  }

  /** The cells of the next rows by column. The next call overwrites them. */
  take(count: number): CellRun[][] {
    return guarded(() => this.#chunks.map((chunk) => chunk.take(count)));
  }

  skip(count: number): void {
    guarded(() => {
      for (const chunk of this.#chunks) chunk.skip(count);
    });
  }
}

/** Reads the bytes of some columns of a group. They are flat. */
export async function openGroup(
  { buffer }: ParquetFile,
  group: RowGroup,
  columns: readonly ParquetColumn[],
  rows: GroupRows,
): Promise<GroupReader> {
  const chunks: ChunkReader[] = [];
  try {
    for (const { element } of columns) {
      const stored = chunkOf(group, element.name);
      const column: FlatColumn = {
        element,
        type: stored.type,
        codec: stored.codec,
        isOptional: element.repetition_type !== 'REQUIRED',
        isText: ['text', 'json'].includes(storedForm(element).name),
      };
      if (stored.type !== element.type)
        throw new RangeError('a row group has a column of another type than its schema');
      // Some writers count the dictionary among the data, and say 0 for it or nothing.
      const start = Number(stored.dictionary_page_offset || stored.data_page_offset);
      const bytes = await buffer.slice(start, start + Number(stored.total_compressed_size));
      chunks.push(new ChunkReader(new Uint8Array(bytes), column, rows));
    }
  } catch (error) {
    throw notParquet(error);
  }
  return new GroupReader(chunks);
}

function chunkOf({ columns }: RowGroup, name: string): ColumnMetaData {
  const chunk = columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === name);
  if (chunk?.meta_data === undefined) throw new RangeError('a row group lacks a column of its schema');
  if (chunk.file_path !== undefined) throw new RangeError('its columns stand in other files');
  return chunk.meta_data;
}

/** What is thrown for damaged pages, as an error of ours. */
function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw notParquet(error);
  }
}
