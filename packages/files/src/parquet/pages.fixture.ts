/** Pages by hand, as no writer makes them. */
import type { Encoding, PageHeader } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { cellAt } from '../batch/cell-run.ts';
import { ChunkReader } from './chunk-reader.ts';
import type { FlatColumn } from './flat-column.ts';

/** The cells of a chunk, read `step` rows at a time. */
export function cellsOf(bytes: ArrayLike<number>, column: FlatColumn, rows: number, step = rows): unknown[] {
  const reader = new ChunkReader(Uint8Array.from(bytes), column, { rows, batchRows: step });
  const cells: unknown[] = [];
  for (let row = 0; row < rows; row += step) {
    const count = Math.min(step, rows - row);
    const runs = reader.take(count);
    for (let at = 0; at < count; at++) cells.push(plainBytes(cellAt(runs, at)));
  }
  return cells;
}

/** Bytes compare by what they hold, whatever their class. */
export function plainBytes(cell: unknown): unknown {
  return cell instanceof Uint8Array ? new Uint8Array(cell) : cell;
}

export function required(type: FlatColumn['type']): FlatColumn {
  return { element: { name: 'c', type }, type, codec: 'UNCOMPRESSED', isOptional: false, isText: false };
}

export function optional(type: FlatColumn['type']): FlatColumn {
  return { ...required(type), isOptional: true };
}

export function text(isOptional = true): FlatColumn {
  return { ...required('BYTE_ARRAY'), isOptional, isText: true };
}

export function dataHeader(data: {
  num_values: number;
  encoding: Encoding;
}): Partial<PageHeader> & Pick<PageHeader, 'type'> {
  const levels = { definition_level_encoding: 'RLE', repetition_level_encoding: 'RLE' } as const;
  return { type: 'DATA_PAGE', data_page_header: { ...data, ...levels } };
}

export function dataPage(data: { num_values: number; encoding: Encoding }, bytes: number[]): number[] {
  return page(dataHeader(data), bytes);
}

export function dictionaryPage(count: number): number[] {
  return page({ type: 'DICTIONARY_PAGE', dictionary_page_header: { num_values: count, encoding: 'PLAIN' } }, int32(1));
}

export function page(header: Partial<PageHeader> & Pick<PageHeader, 'type'>, bytes: number[]): number[] {
  const writer = new ByteWriter();
  writePageHeader(writer, { uncompressed_page_size: bytes.length, compressed_page_size: bytes.length, ...header });
  return [...writer.getBytes(), ...bytes];
}

export function int32(value: number): number[] {
  return [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255];
}

/** `count` integers: the first, and then others that are all the same. */
export function deltas(count: number, first: number, others: number): number[] {
  const block = 4096;
  const widths = (bits: number): number[] => [bits];
  const zigzag = (value: number): number[] => varint(value >= 0 ? value * 2 : -value * 2 - 1);
  const change = others - first;
  // A difference that stands once and zeros: the least of them, and 32 bits for each.
  const least = Math.min(change, 0);
  const bits = Array.from({ length: block }, (_, i) => int32((i === 0 ? change : 0) - least)).flat();
  return [...varint(block), ...varint(1), ...varint(count), ...zigzag(first), ...zigzag(least), ...widths(32), ...bits];
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
}
