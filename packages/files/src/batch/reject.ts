import { WeftError } from '@weft/base';

/** A record that is no row, and why. One line of the file of rejects. */
export interface Reject {
  /** Line of the file at which the record begins, from 1; of Parquet the row, from 1. */
  readonly line: number;
  /** The column that is to blame, as the type names it, where it is one. */
  readonly column?: string;
  readonly code: string;
  readonly message: string;
  /** The record as it stands in the file, RAW_MAX characters of it at most. */
  readonly raw: string;
}

/** Characters of a broken record that are kept. */
export const RAW_MAX = 64 * 1024;

const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of a broken record; bytes that are no UTF-8 become U+FFFD. */
export function rawText(bytes: Uint8Array, start: number, end: number): string {
  return lenient.decode(bytes.subarray(start, Math.min(end, start + 4 * RAW_MAX))).slice(0, RAW_MAX);
}

/** The reject of an error; errors that are not ours pass. */
export function rejectOf(error: unknown, place: { line: number; column: string | undefined; raw: string }): Reject {
  if (!WeftError.is(error)) throw error;
  const { line, column, raw } = place;
  return { line, ...(column === undefined ? {} : { column }), code: error.code, message: error.message, raw };
}
