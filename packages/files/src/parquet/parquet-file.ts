import { WeftError } from '@weft/base';
import type { AsyncBuffer, FileMetaData, SchemaElement } from 'hyparquet';
import { parquetMetadata } from 'hyparquet';
import { openFile, unreadable } from '../source/byte-source.ts';
import { stat } from 'node:fs/promises';
import { checkThrift } from './thrift-check.ts';

/** Bytes that a row group may claim to have, uncompressed. Compressed, a group is in memory as a whole. */
export const GROUP_BYTES_MAX = 2 * 1024 * 1024 * 1024;
/** Rows that a row group may claim to have, twice what the largest usual ones have: a few bytes can stand for any number of them. */
export const GROUP_ROWS_MAX = 128 * 1024 * 1024;

/** The mark at both ends and the length of the footer: less is no Parquet. */
const FILE_BYTES_MIN = 12;
/** At the end: how long the metadata before it is, and the mark `PAR1`. */
const END_BYTES = 8;
const MAGIC = 0x31524150;

/** An open Parquet file. */
export interface ParquetFile extends AsyncDisposable {
  readonly buffer: AsyncBuffer;
  readonly metadata: FileMetaData;
  /** Its columns at the top level. */
  readonly columns: readonly ParquetColumn[];
}

export interface ParquetColumn {
  readonly element: SchemaElement;
  /** What the column is made of, where it is no flat one. */
  readonly nested: string | undefined;
}

/** Opens a file and reads its footer. Throws FILE_UNREADABLE, FILE_INVALID. */
export async function openParquet(path: string): Promise<ParquetFile> {
  const { size } = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (size < FILE_BYTES_MIN)
    throw notParquet(new RangeError(size === 0 ? 'it is empty' : `it has ${size} bytes, fewer than the smallest has`));
  const handle = await openFile(path);
  const close = (): Promise<void> => handle.close();
  try {
    const buffer: AsyncBuffer = {
      byteLength: size,
      async slice(start, end = size) {
        if (!(start >= 0 && end >= start && end <= size)) throw new RangeError('a part of it lies outside of the file');
        const bytes = new Uint8Array(end - start);
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
        if (bytesRead !== bytes.length) throw new RangeError('the file became shorter');
        return bytes.buffer;
      },
    };
    const metadata = parquetMetadata(await footerOf(buffer), { geoparquet: false });
    checkMetadata(metadata, size);
    return { buffer, metadata, columns: topLevel(metadata.schema), [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw notParquet(error);
  }
}

/** The last bytes of the file, from its metadata on, which may be decoded. */
async function footerOf(buffer: AsyncBuffer): Promise<ArrayBuffer> {
  const { byteLength } = buffer;
  const end = new DataView(await buffer.slice(byteLength - END_BYTES));
  if (end.getUint32(4, true) !== MAGIC) throw new RangeError('it does not end with PAR1');
  const metadataBytes = end.getUint32(0, true);
  if (metadataBytes > byteLength - FILE_BYTES_MIN)
    throw new RangeError(`its metadata would have ${metadataBytes} bytes, more than the file`);
  const footer = await buffer.slice(byteLength - END_BYTES - metadataBytes);
  checkThrift(new DataView(footer, 0, metadataBytes), 0);
  return footer;
}

/** What the decoder throws, in one sentence. */
export function notParquet(error: unknown): unknown {
  if (WeftError.is(error)) return error;
  const message = error instanceof Error ? error.message.replace(/^parquet /, '') : String(error);
  // What a view of bytes says of a read beyond its end is no help to anybody.
  const why = /DataView|typed array|Invalid array/i.test(message)
    ? 'what it says of itself leads beyond its end'
    : message;
  return new WeftError('FILE_INVALID', `The file is no Parquet file, or it is damaged: ${why}.`, { cause: error });
}

function checkMetadata(metadata: FileMetaData, size: number): void {
  let rows = 0;
  for (const { columns, num_rows, total_byte_size } of metadata.row_groups) {
    const bytes = columns.reduce((sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0n), 0);
    if (Math.max(bytes, Number(total_byte_size)) > GROUP_BYTES_MAX)
      throw new WeftError(
        'FILE_UNSUPPORTED',
        `A row group of the file has ${bytes} bytes; GROUP_BYTES_MAX is ${GROUP_BYTES_MAX}.`,
        { hint: 'Write the file with smaller row groups.' },
      );
    if (num_rows > GROUP_ROWS_MAX)
      throw new WeftError(
        'FILE_UNSUPPORTED',
        `A row group of the file has ${num_rows} rows; GROUP_ROWS_MAX is ${GROUP_ROWS_MAX}.`,
        { hint: 'Write the file with smaller row groups.' },
      );
    if (
      !(Number.isInteger(Number(num_rows)) && num_rows >= 0n) ||
      columns.some(({ meta_data }) => Number(meta_data?.total_compressed_size ?? 0n) > size)
    )
      throw new RangeError('its footer contradicts its size');
    rows += Number(num_rows);
  }
  if (Number(metadata.num_rows) !== rows) throw new RangeError('its row groups do not add up to its rows');
}

function topLevel(schema: readonly SchemaElement[]): ParquetColumn[] {
  const columns: ParquetColumn[] = [];
  const depthFirst = (at: number): number => {
    let next = at + 1;
    // A damaged file may claim any number of children: there are no more than elements.
    for (let i = 0; i < (schema[at]?.num_children ?? 0) && next < schema.length; i++) next = depthFirst(next);
    return next;
  };
  for (let at = 1; at < schema.length; at = depthFirst(at)) {
    const element = schema[at]!;
    if (typeof element.name !== 'string') throw new RangeError('one of its columns has no name');
    columns.push({ element, nested: nestedAs(element) });
  }
  return columns;
}

function nestedAs({
  num_children = 0,
  repetition_type,
  converted_type,
  logical_type,
}: SchemaElement): string | undefined {
  if (converted_type === 'LIST' || logical_type?.type === 'LIST' || repetition_type === 'REPEATED') return 'a list';
  if (converted_type === 'MAP' || converted_type === 'MAP_KEY_VALUE' || logical_type?.type === 'MAP') return 'a map';
  return num_children > 0 ? 'a group of columns' : undefined;
}
