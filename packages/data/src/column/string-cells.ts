/**
 * Text in the cells of a page, at a fixed stride: where a row's text lies follows from the row's number.
 *
 *     stride 6    [ o r a n g e ]   [ f i g · · +3 ]   [ · · · · · +6 ]
 *
 * A text as long as the stride fills its cell. After a shorter one the last byte says how many bytes of the cell are no text:
 * 0xC0 and that many. UTF-8 never ends with a byte of 0xC0 or more, so the two are told apart and no length is kept. What lies
 * between is undefined.
 */
import { compareUtf8, equalsUtf8, murmur3, readUtf8, utf8Length, writeUtf8 } from '@weft/base';
import { ROW_BITS, ROW_MASK } from '../memory/layout.ts';
import { prefixAt } from './text-prefix.ts';

/** Bytes of a text that lies in its cell, at most. */
export const INLINE_TEXT_MAX = 32;
const FREE = 0xc0;

/** The text of a row. Which page of the column `cells` are, the caller has seen. */
export function readCell(cells: Uint8Array, row: number): string {
  const stride = cells.length >>> ROW_BITS;
  const at = (row & ROW_MASK) * stride;
  const last = cells[at + stride - 1]!;
  return readUtf8(cells, at, last < FREE ? stride : stride + FREE - last);
}

/** Writes well-formed text. Its bytes, or -1 where it does not fit: then the cell is undefined. */
export function writeCell(cells: Uint8Array, row: number, text: string): number {
  const stride = cells.length >>> ROW_BITS;
  const { length } = text;
  if (length > stride) return -1;
  const at = (row & ROW_MASK) * stride;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return writeGeneral(cells, at, stride, text);
    cells[at + i] = unit;
  }
  if (length < stride) cells[at + stride - 1] = FREE + stride - length;
  return length;
}

/** Writes the cell of an absent value. */
export function clearCell(cells: Uint8Array, row: number): void {
  const stride = cells.length >>> ROW_BITS;
  const at = (row & ROW_MASK) * stride;
  cells.fill(0, at, at + stride);
}

export function touchCell(cells: Uint8Array, row: number): number {
  return cells[(row & ROW_MASK) * (cells.length >>> ROW_BITS)]!;
}

/** Bytes of the text. */
export function cellLength(cells: Uint8Array, row: number): number {
  const stride = cells.length >>> ROW_BITS;
  const last = cells[(row & ROW_MASK) * stride + stride - 1]!;
  return last < FREE ? stride : stride + FREE - last;
}

export function equalsCell(cells: Uint8Array, row: number, text: string): boolean {
  const stride = cells.length >>> ROW_BITS;
  const at = (row & ROW_MASK) * stride;
  const last = cells[at + stride - 1]!;
  return equalsUtf8(cells, at, last < FREE ? stride : stride + FREE - last, text);
}

/** Order of the row's text and `text`, by code point. */
export function compareCell(cells: Uint8Array, row: number, text: string): number {
  return compareUtf8(cells, startOf(cells, row), cellLength(cells, row), text);
}

/** Order of the texts of two rows, which may lie on two pages. */
export function compareCells(cellsA: Uint8Array, a: number, cellsB: Uint8Array, b: number): number {
  const startA = startOf(cellsA, a);
  const startB = startOf(cellsB, b);
  const lengthA = cellLength(cellsA, a);
  const lengthB = cellLength(cellsB, b);
  const shorter = Math.min(lengthA, lengthB);
  for (let i = 0; i < shorter; i++) {
    const order = cellsA[startA + i]! - cellsB[startB + i]!;
    if (order !== 0) return order;
  }
  return lengthA - lengthB;
}

export function cellPrefix(cells: Uint8Array, row: number): number {
  return prefixAt(cells, startOf(cells, row), cellLength(cells, row));
}

export function cellHash(cells: Uint8Array, row: number): number {
  const start = startOf(cells, row);
  return murmur3(cells, start, start + cellLength(cells, row), 0);
}

/** `cellHash` of the first `count` of these rows. */
export function hashCells(cells: Uint8Array, rows: Int32Array, count: number, hashes: Int32Array): void {
  const stride = cells.length >>> ROW_BITS;
  for (let i = 0; i < count; i++) {
    const at = (rows[i]! & ROW_MASK) * stride;
    const last = cells[at + stride - 1]!;
    hashes[i] = murmur3(cells, at, at + (last < FREE ? stride : stride + FREE - last), 0);
  }
}

function startOf(cells: Uint8Array, row: number): number {
  return (row & ROW_MASK) * (cells.length >>> ROW_BITS);
}

function writeGeneral(cells: Uint8Array, at: number, stride: number, text: string): number {
  const bytes = utf8Length(text);
  if (bytes > stride) return -1;
  writeUtf8(cells, at, text);
  if (bytes < stride) cells[at + stride - 1] = FREE + stride - bytes;
  return bytes;
}
