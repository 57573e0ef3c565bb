import type { FileBatch } from '../batch/file-batch.ts';

/** Bytes of batches that lie ready between the reading and the writing thread, at most: some row groups of plain Parquet. */
export const AHEAD_BYTES_MAX = 32 * 1024 * 1024;
/** What a value takes that nobody can tell the size of at once, json for one: few batches of these lie ready. */
const UNKNOWN_BYTES = 2048;
const VALUE_BYTES = 16;

/** About what a batch takes in memory. */
export function bytesOfBatch({ columns, places, rows }: FileBatch): number {
  const { starts, ends, lines, records, bytes } = places;
  let total = (bytes?.byteLength ?? 0) + starts.byteLength + ends.byteLength + lines.byteLength + records.byteLength;
  for (const { data, values } of columns) {
    total += ArrayBuffer.isView(data) ? data.byteLength : bytesOfValues(data, rows);
    if (values !== undefined) total += bytesOfValues(values, values.length);
  }
  return total;
}

function bytesOfValues(values: ArrayLike<unknown>, count: number): number {
  let total = count * VALUE_BYTES;
  for (let i = 0; i < count; i++) {
    const value = values[i];
    if (typeof value === 'string') total += 2 * value.length;
    else if (ArrayBuffer.isView(value)) total += value.byteLength;
    else if (typeof value === 'object' && value !== null) total += UNKNOWN_BYTES;
  }
  return total;
}
