import type { ColumnSchema } from '../type/schema.ts';
import { absentOf, type BatchColumn } from './batch-column.ts';

const INDEXES: readonly number[] = [];

/** The values of one column in a batch, as columns take many at once (`Column.setRun`). */
export class ValueRun {
  /** By row: the value, its time where `isMillis`, or its position in `values`. */
  readonly data: ArrayLike<unknown>;
  readonly values: readonly unknown[] | undefined;
  readonly isMillis: boolean;
  /** Whether every row has a value, which `data` leads to. */
  readonly isComplete: boolean;
  readonly #present: Uint8Array | undefined;
  readonly #absent: () => unknown;

  /** `column`: absent where the batch does not have it. */
  constructor(schema: ColumnSchema, column: BatchColumn | undefined) {
    const isGiven = column !== undefined && schema.role !== 'version';
    this.data = isGiven ? column.data : INDEXES;
    this.values = isGiven ? column.values : undefined;
    this.isMillis = isGiven && column.as === 'millis';
    this.#present = isGiven ? column.present : new Uint8Array(0);
    this.#absent = absentOf(schema);
    this.isComplete = isGiven && column.present === undefined && !schema.optional && schema.default === undefined;
  }

  /** The value of a row of the batch, `undefined` where it has none. */
  at(row: number): unknown {
    if (this.#present !== undefined && !(this.#present[row]! > 0)) return this.#absent();
    const cell = this.data[row];
    const value = this.values === undefined ? cell : this.values[cell as number];
    if (value === undefined) return this.#absent();
    return this.isMillis ? new Date(value as number) : value;
  }
}
