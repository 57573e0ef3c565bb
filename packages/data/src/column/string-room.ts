import { orderOf, UNIT_BYTES } from '../memory/arena.ts';
import { HEAP_PAGE_BYTES } from '../memory/heap.ts';
import { ROWS_PER_PAGE } from '../memory/layout.ts';
import { DICTIONARY_TEXT_MAX, type Dictionary } from './dictionary.ts';
import { INLINE_TEXT_MAX } from './string-cells.ts';

/** Pages that leave a dictionary with one write, at most: some 0.6 ms each. */
export const PAGES_LEAVING_MAX = 3;
const REF_BYTES = 4;
/** What the heap puts before a text that a dictionary may hold. */
const TEXT_HEADER_BYTES_MAX = 2;
/** Pages of other columns are no larger. */
const ORDINARY_CELL_BYTES = 16;

/** The largest page of text, and with it the largest block that rewriting takes. */
export const INLINE_PAGE_BYTES_MAX = blockBytes(INLINE_TEXT_MAX);
/** A page of text that is rewritten: with cells of another size, or as refs with its texts in the heap. */
export const INLINE_REWRITE_BYTES = Math.max(
  INLINE_PAGE_BYTES_MAX,
  ROWS_PER_PAGE * (REF_BYTES + TEXT_HEADER_BYTES_MAX + INLINE_TEXT_MAX),
);
/** Of any column: `rewriteBytes` and `wideBytes` together at most, with the longest texts that a dictionary may hold. */
export const REWRITE_BYTES_MAX =
  leavingBytes(PAGES_LEAVING_MAX, 3 * DICTIONARY_TEXT_MAX, INLINE_TEXT_MAX) +
  INLINE_REWRITE_BYTES +
  wideBytes(INLINE_TEXT_MAX);

/** Room for rewriting one page, which has so many rows, where a text of so many bytes is too long for the dictionary. */
export function roomToLeaveAlone({ textBytesMax }: Dictionary, rows: number, bytes: number): number {
  const heapBytes = rows * (TEXT_HEADER_BYTES_MAX + textBytesMax) + 2 * HEAP_PAGE_BYTES;
  const longest = bytes > INLINE_TEXT_MAX ? textBytesMax : Math.max(textBytesMax, bytes);
  return Math.max(ROWS_PER_PAGE * REF_BYTES + heapBytes, blockBytes(Math.min(longest, INLINE_TEXT_MAX)));
}

/** Room for rewriting the pages of so many that leave `dictionary` with one write, of a text of so many bytes. */
export function roomToLeave({ textBytesMax }: Dictionary, pageCount: number, bytes: number): number {
  return leavingBytes(Math.min(pageCount, PAGES_LEAVING_MAX), textBytesMax, bytes);
}

/** What `rewriteBytes` and `wideBytes` of a column with this dictionary and cells so wide add up to at most, whatever is written. */
export function rewriteBytesMax(dictionary: Dictionary | undefined, widest: number): number {
  const leaving = dictionary === undefined ? 0 : roomToLeave(dictionary, PAGES_LEAVING_MAX, INLINE_TEXT_MAX);
  // With a page of codes goes the one of text that a row is put on; else two forms of one page of text.
  return Math.max(leaving, INLINE_REWRITE_BYTES) + INLINE_REWRITE_BYTES + wideBytes(widest);
}

/** Bytes that a page of text takes beyond a page of ordinary cells. */
export function wideBytes(stride: number): number {
  return Math.max(0, blockBytes(stride) - ROWS_PER_PAGE * ORDINARY_CELL_BYTES);
}

function leavingBytes(pages: number, textBytesMax: number, bytes: number): number {
  const longest = bytes > INLINE_TEXT_MAX ? textBytesMax : Math.max(textBytesMax, bytes);
  const refBytes = ROWS_PER_PAGE * (REF_BYTES + TEXT_HEADER_BYTES_MAX + textBytesMax);
  return pages * Math.max(refBytes, blockBytes(Math.min(longest, INLINE_TEXT_MAX)));
}

/** Bytes of the block that a page is cut from. */
function blockBytes(stride: number): number {
  return UNIT_BYTES << orderOf(ROWS_PER_PAGE * stride);
}
