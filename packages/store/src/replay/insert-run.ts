import { longBytesOf, ValueRun, type ColumnSchema, type LsnColumn, type RowValues } from '@weft/data';
import { DamagedRecord } from '@weft/log';
import type { RowParts } from '../table/new-rows.ts';
import type { Table } from '../table/table.ts';
import { hashOfValues } from '../table/values-probe.ts';

/** Rows of one run at most: some 0.2 ms of work. */
export const RUN_ROWS_MAX = 256;
/** Fewer are written row by row. */
const RUN_ROWS_MIN = 4;
const BYTES_PER_UNIT = 3;

/**
 * Rows that records add one behind the other, with the very values that they had, written column by column as those of a batch are
 * (`table/new-rows.ts`): keys go to the key index first, which tells how far the rows are new, then each column takes its values in one loop.
 */
export class InsertRun {
  readonly #table: Table;
  readonly #parts: RowParts;
  readonly #keys: readonly number[];
  readonly #long: readonly ColumnSchema[];
  readonly #lsn: number;
  /** By ordinal: the values of the run, and the same as columns take them. */
  readonly #data: readonly unknown[][];
  readonly #runs: readonly ValueRun[];
  readonly #picks = Int32Array.from({ length: RUN_ROWS_MAX }, (_, at) => at);
  readonly #hashes = new Int32Array(RUN_ROWS_MAX);
  /** For a row whose hash is there already. */
  readonly #insertOne: (values: RowValues) => void;

  constructor(table: Table, insertOne: (values: RowValues) => void) {
    const { columns } = table.schema;
    this.#table = table;
    this.#parts = table.rowParts;
    this.#insertOne = insertOne;
    this.#keys = this.#parts.keyColumns.map(({ schema }) => schema.ordinal);
    this.#long = columns.filter(({ kind }) => ['string', 'bytes', 'json', 'array'].includes(kind.name));
    this.#lsn = columns.findIndex(({ role }) => role === 'lsn');
    this.#data = columns.map(() => []);
    this.#runs = columns.map(
      (column) => new ValueRun(asGiven(column), { ordinal: column.ordinal, data: this.#data[column.ordinal] }),
    );
  }

  /** Whether these rows, RUN_ROWS_MAX at most, can be written so: room for all of them is certain, and nobody wants to hear of each. */
  takes(rows: readonly RowValues[]): boolean {
    const { watched, housekeeping, room } = this.#parts;
    if (rows.length < RUN_ROWS_MIN || this.#table.follower !== undefined) return false;
    if (watched.by !== undefined || housekeeping.evictor !== undefined) return false;
    return room.hasPlentyForRows(rows.length, Math.ceil(this.#longBytes(rows) / rows.length));
  }

  /** `rows`: whole, with their system columns. Throws DamagedRecord for a row that is there. */
  write(rows: readonly RowValues[]): void {
    this.#gather(rows);
    const { live, nextRow, housekeeping } = this.#parts;
    for (let done = 0; done < rows.length;) {
      const row = nextRow();
      const room = live.freeFrom(row, rows.length - done);
      const count = this.#enter(done, row, room);
      if (count > 0) {
        this.#store(row, done, count);
        housekeeping.afterReplay(row + count - 1, true);
      }
      done += count;
      if (count < room) this.#insertOne(rows[done++]);
    }
    for (const data of this.#data) data.length = 0;
  }

  #longBytes(rows: readonly RowValues[]): number {
    let bytes = 0;
    for (const column of this.#long) {
      const { ordinal } = column;
      for (let i = 0; i < rows.length; i++) {
        const value = rows[i][ordinal];
        bytes += typeof value === 'string' ? value.length * BYTES_PER_UNIT : longBytesOf(column, value);
      }
    }
    return bytes;
  }

  #gather(rows: readonly RowValues[]): void {
    for (const { ordinal, optional, name } of this.#table.schema.columns) {
      const data = this.#data[ordinal];
      for (let i = 0; i < rows.length; i++) {
        const value = rows[i][ordinal];
        if (value === undefined && !optional)
          throw new DamagedRecord(`a record adds a row of ${this.#table.schema.name} without ${name}`);
        data[i] = value;
      }
    }
    const hashes = this.#hashes;
    const { keyColumns } = this.#parts;
    if (keyColumns.length === 1) {
      const [column] = keyColumns;
      const data = this.#data[this.#keys[0]];
      for (let i = 0; i < rows.length; i++) hashes[i] = column.hashOfValue(data[i]);
      return;
    }
    for (let i = 0; i < rows.length; i++)
      hashes[i] = hashOfValues(
        keyColumns,
        this.#keys.map((ordinal) => rows[i][ordinal]),
      );
  }

  /** Enters rows side by side into the key index, up to the first whose hash is there. How many. */
  #enter(from: number, row: number, room: number): number {
    const { keyIndex } = this.#parts;
    let count = 0;
    while (count < room && keyIndex.insertNew(this.#hashes[from + count], row + count)) count++;
    return count;
  }

  #store(row: number, from: number, count: number): void {
    const { columns, live, indexes } = this.#parts;
    const picks = this.#picks.subarray(from, from + count);
    for (let ordinal = 0; ordinal < columns.length; ordinal++)
      if (ordinal !== this.#lsn) columns[ordinal].setRun(row, this.#runs[ordinal], picks);
    const lsn = columns[this.#lsn] as LsnColumn;
    const lsns = this.#data[this.#lsn] as number[];
    for (let i = 0; i < count; i++) lsn.set(row + i, lsns[from + i]);
    live.addRun(row, count);
    for (const index of indexes) for (let i = 0; i < count; i++) index.add(row + i);
  }
}

/** As a column whose values all come from records: none is made up. */
function asGiven(column: ColumnSchema): ColumnSchema {
  const { default: _, ...rest } = column;
  return { ...rest, role: 'data' };
}
