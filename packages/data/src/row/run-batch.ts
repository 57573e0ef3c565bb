import { utf8Length } from '@weft/base';
import { ValueRun } from '../column/value-run.ts';
import type { ColumnSchema, TypeSchema } from '../type/schema.ts';
import { GENERATED_ID_LENGTH } from './generated-id.ts';
import type { RowBatch } from './row-batch.ts';

/** Longer texts are measured, shorter ones taken for three bytes a unit. */
const UNITS_BOUNDED_MAX = 1024;
const BYTES_PER_UNIT = 3;

/** A batch whose columns are ready to be stored by runs. */
export interface RunBatch {
  /** By ordinal. */
  readonly columns: readonly ValueRun[];
  /** Bytes at most of the long values of one row, and of those of its key. */
  readonly rowBytes: number;
  readonly keyBytes: number;
}

/** Infinity for bytes that are not worth measuring: such batches are stored row by row. */
export function runBatchOf(schema: TypeSchema, batch: RowBatch): RunBatch {
  const columns = schema.columns.map(
    (column) =>
      new ValueRun(
        column,
        batch.columns.find(({ ordinal }) => ordinal === column.ordinal),
      ),
  );
  const bytes = schema.columns.map((column) => longestBytes(column, columns[column.ordinal]!, batch.rows));
  return { columns, rowBytes: sum(bytes), keyBytes: sum(schema.key.map((ordinal) => bytes[ordinal]!)) };
}

function longestBytes({ kind, role }: ColumnSchema, run: ValueRun, rows: number): number {
  if (kind.name === 'json' || kind.name === 'array') return Infinity;
  if (kind.name !== 'string' && kind.name !== 'bytes') return 0;
  // Rows without an id get one.
  let longest = role === 'generatedId' ? GENERATED_ID_LENGTH : 0;
  const { values } = run;
  if (values !== undefined) for (const value of values) longest = Math.max(longest, bytesOf(value));
  // Defaults are among the values of rows.
  if (values === undefined || !run.isComplete)
    for (let row = 0; row < rows; row++) longest = Math.max(longest, bytesOf(run.at(row)));
  return longest;
}

function bytesOf(value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value !== 'string') return (value as Uint8Array).length;
  return value.length > UNITS_BOUNDED_MAX ? utf8Length(value) : value.length * BYTES_PER_UNIT;
}

function sum(bytes: readonly number[]): number {
  return bytes.reduce((total, each) => total + each, 0);
}
