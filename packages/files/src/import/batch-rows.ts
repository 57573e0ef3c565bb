import type { BatchColumn, TypeSchema } from '@weft/data';
import type { FileBatch } from '../batch/file-batch.ts';

/** The rows of a batch as objects, from one on: for handles that take nothing else. */
export function* batchRows(
  { columns, rows }: FileBatch,
  { columns: schemas }: TypeSchema,
  from: number,
): Generator<object> {
  for (let row = from; row < rows; row++) {
    const object: Record<string, unknown> = {};
    for (const column of columns) {
      const value = valueAt(column, row);
      if (value !== undefined) object[schemas[column.ordinal]!.name] = value;
    }
    yield object;
  }
}

function valueAt({ data, values, as, present }: BatchColumn, row: number): unknown {
  if (present !== undefined && present[row] === 0) return undefined;
  const value = values === undefined ? data[row] : values[data[row] as number];
  return as === 'millis' ? new Date(value as number) : value;
}
