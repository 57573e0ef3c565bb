import type { Column, LiveRows, LsnColumn, RowLimits, RunInserter, TypeSchema, ValueRun } from '@weft/data';
import { createExpiry, type Expiry } from '../expiry/expiry.ts';
import type { UniqueHashIndex } from '../index/unique-hash-index.ts';
import type { ChangeRecorder } from './change-recorder.ts';
import type { Housekeeping } from './housekeeping.ts';
import type { Watched } from './row-watch.ts';
import type { SecondaryIndex } from './secondary-index.ts';
import type { TableContext } from './table-context.ts';
import { hashOfValues } from './values-probe.ts';
import type { WriteRoom } from './write-room.ts';

/** What rows are written to that do not come one by one from users. */
export interface RowParts {
  readonly schema: TypeSchema;
  readonly context: TableContext;
  readonly columns: readonly Column[];
  readonly live: LiveRows;
  readonly keyIndex: UniqueHashIndex;
  readonly keyColumns: readonly Column[];
  readonly indexes: readonly SecondaryIndex[];
  readonly housekeeping: Housekeeping;
  readonly recorder: ChangeRecorder;
  /** A work queue hears of rows. */
  readonly watched: Watched;
  /** The place of the next new row, on a page that is there. */
  readonly nextRow: () => number;
  /** The last row of a page is gone. */
  readonly removePage: (page: number) => void;
  readonly room: WriteRoom;
  readonly limits: RowLimits;
}

/**
 * Rows of a batch that are new, written column by column: keys go to the key index first, which tells how far the rows are new, then each
 * column takes its values in one loop. Several times as quick as row after row, where every cell is a call.
 */
export class NewRows implements RunInserter {
  readonly #parts: RowParts;
  readonly #declared: readonly number[];
  readonly #lsn: LsnColumn;
  readonly #slot: number;
  readonly #version: number;
  readonly #expiry: Expiry | undefined;

  constructor(parts: RowParts) {
    const { schema, columns } = parts;
    const ordinalOf = (role: string): number => schema.columns.findIndex((column) => column.role === role);
    this.#parts = parts;
    this.#declared = schema.columns
      .filter(({ role }) => role === 'data' || role === 'generatedId' || role === 'hiddenKey')
      .map(({ ordinal }) => ordinal);
    this.#lsn = columns[ordinalOf('lsn')] as LsnColumn;
    this.#slot = ordinalOf('slot');
    this.#version = ordinalOf('version');
    this.#expiry = createExpiry(schema, columns, parts.live, parts.context.clock);
  }

  insert(runs: readonly ValueRun[], picks: Int32Array, slots: Int32Array): number {
    const { live, nextRow, housekeeping } = this.#parts;
    const hashes = this.#hashes(runs, picks);
    for (let done = 0; ;) {
      const row = nextRow();
      const room = live.freeFrom(row, picks.length - done);
      const count = this.#enter(hashes, done, row, room);
      if (count > 0) {
        this.#store(row, runs, picks.subarray(done, done + count), slots.subarray(done, done + count));
        housekeeping.afterWrite(row + count - 1, true);
      }
      done += count;
      if (count < room || done === picks.length) return done;
    }
  }

  #hashes(runs: readonly ValueRun[], picks: Int32Array): Int32Array {
    const { keyColumns } = this.#parts;
    const hashes = new Int32Array(picks.length);
    if (keyColumns.length === 1) {
      const [column] = keyColumns;
      const run = runs[column.schema.ordinal];
      for (let i = 0; i < picks.length; i++) hashes[i] = column.hashOfValue(run.at(picks[i]));
      return hashes;
    }
    for (let i = 0; i < picks.length; i++) {
      const key = keyColumns.map(({ schema }) => runs[schema.ordinal].at(picks[i]));
      hashes[i] = hashOfValues(keyColumns, key);
    }
    return hashes;
  }

  /** Enters rows side by side into the key index, up to the first whose hash is there. How many. */
  #enter(hashes: Int32Array, from: number, row: number, room: number): number {
    const { keyIndex } = this.#parts;
    let count = 0;
    while (count < room && keyIndex.insertNew(hashes[from + count], row + count)) count++;
    return count;
  }

  #store(row: number, runs: readonly ValueRun[], picks: Int32Array, slots: Int32Array): void {
    const { context, columns, live, indexes, recorder } = this.#parts;
    const count = picks.length;
    for (const ordinal of this.#declared) columns[ordinal].setRun(row, runs[ordinal], picks);
    this.#stamp(row, slots);
    const { log } = context;
    const lsn = log.nextLsn(count) - count + 1;
    this.#lsn.setSequence(row, count, lsn);
    live.addRun(row, count);
    for (const index of indexes) for (let i = 0; i < count; i++) index.add(row + i);
    if (recorder.isHeard) this.#record(row, count);
  }

  /** One record for all of them. */
  #record(row: number, count: number): void {
    const { context, columns, recorder } = this.#parts;
    const slot = columns[this.#slot];
    context.log.group({}, () => {
      for (let at = row; at < row + count; at++)
        recorder.inserted(
          at,
          columns.map((column) => column.get(at)),
          slot.get(at) as number,
        );
    });
  }

  #stamp(row: number, slots: Int32Array): void {
    const { columns } = this.#parts;
    const slot = columns[this.#slot];
    for (let i = 0; i < slots.length; i++) slot.set(row + i, slots[i]);
    if (this.#version >= 0) for (let i = 0; i < slots.length; i++) columns[this.#version].set(row + i, 1);
    if (this.#expiry === undefined) return;
    const expiry = this.#expiry.stamp(undefined);
    for (let i = 0; i < slots.length; i++) columns[this.#expiry.ordinal].set(row + i, expiry);
  }
}
