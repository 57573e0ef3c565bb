import type { RowBatch } from '@weft/data';
import type { Position } from './position.ts';
import type { Reject } from './reject.ts';

/** Rows out of a file, the records that are none, and where all of them stood. Plain data: it goes to other threads. */
export interface FileBatch extends RowBatch {
  readonly rejects: readonly Reject[];
  /** Records read, broken ones included. */
  readonly records: number;
  /** Where the file goes on behind them. */
  readonly end: Position;
  readonly places: RowPlaces;
}

/** Where each row of a batch stood, relative to `from`. */
export interface RowPlaces {
  readonly from: Position;
  /** First byte in `bytes`, and one past the last. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly lines: Uint32Array;
  readonly records: Uint32Array;
  /** The text that the rows stood in; of Parquet there is none. */
  readonly bytes: Uint8Array | undefined;
}

/** The position in front of a row, or behind the whole batch. */
export function positionBefore({ rows, places, end }: FileBatch, row: number): Position {
  if (row >= rows) return end;
  const { from, starts, lines, records, bytes } = places;
  return {
    bytes: bytes === undefined ? 0 : from.bytes + starts[row]!,
    lines: from.lines + lines[row]!,
    records: from.records + records[row]!,
  };
}
