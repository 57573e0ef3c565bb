import { WeftError } from '@weft/base';
import type { Key, RowValues, UndoableWrites } from '@weft/data';
import { NO_ROW } from '../index/key-probe.ts';
import type { Table } from './table.ts';

/**
 * Writes to one table that can be taken back exactly, the last one first, version and expiry included; only the lsn goes on, since
 * taking back is a change too. Each step undoes one write, so that within one turn the table passes through the states that it had,
 * and no unique index can refuse one of them.
 *
 * Memory for what was replaced is kept free until the log is done with, as far as others let it.
 */
export class UndoLog implements UndoableWrites {
  readonly #table: Table;
  readonly #onEnd: () => void;
  /** Ordinals of the columns that replacing a row changes, but for its version. */
  readonly #changing: readonly number[];
  readonly #lsn: number;
  readonly #steps: Step[] = [];
  /** The lsns of rows that we changed last: another one says that somebody else has changed the row since. Rows may move, lsns do not. */
  readonly #ours = new Set<number>();
  #replacedBytes = 0;

  /** `onEnd` is told once that no more is written or taken back. */
  constructor(table: Table, onEnd: () => void = () => undefined) {
    this.#table = table;
    this.#onEnd = onEnd;
    const { columns, key, routing } = table.schema;
    const isChanging = (role: string, ordinal: number): boolean =>
      !key.includes(ordinal) && ordinal !== routing && role !== 'slot' && role !== 'lsn' && role !== 'version';
    this.#changing = columns.filter(({ role, ordinal }) => isChanging(role, ordinal)).map(({ ordinal }) => ordinal);
    this.#lsn = columns.findIndex(({ role }) => role === 'lsn');
  }

  write(values: RowValues, slot: number, onConflict: 'replace' | 'fail'): boolean {
    const table = this.#table;
    const key = table.keyCode.of(values);
    const row = table.find(key);
    const replaced = row === NO_ROW ? undefined : this.#contents(row);
    const isOurs = row !== NO_ROW && this.#ours.has(this.#lsnOfRow(row));
    const lsn = isOurs ? this.#lsnOfRow(row) : 0;
    const replacedBytes = this.#replacedBytes + (row === NO_ROW ? 0 : this.#heldBytes(row));
    table.reservedBytes = table.roomBytes + 2 * replacedBytes;
    try {
      const isNew = table.write(values, slot, onConflict);
      this.#replacedBytes = replacedBytes;
      this.#steps.push({ key, replaced, isOurs });
      this.#ours.delete(lsn);
      this.#ours.add(values[this.#lsn] as number);
      return isNew;
    } finally {
      table.reservedBytes = 0;
    }
  }

  undo(): boolean {
    const step = this.#steps.pop();
    if (step === undefined) return true;
    const row = this.#table.findToChange(step.key);
    // Deleted or evicted meanwhile: it does not come back, and nothing of ours stays.
    if (row === NO_ROW) return true;
    const lsn = this.#lsnOfRow(row);
    if (!this.#ours.has(lsn)) return false;
    if (step.replaced === undefined) this.#table.remove(row);
    else if (!this.#restore(row, step.replaced)) return false;
    this.#ours.delete(lsn);
    if (step.isOurs) this.#ours.add(this.#lsnOfRow(this.#table.find(step.key)));
    return true;
  }

  end(): void {
    this.#onEnd();
  }

  #restore(row: number, { values, version }: Contents): boolean {
    try {
      this.#table.patch(row, this.#changing, values, version);
    } catch (error) {
      // Another call has taken the memory, or a value of a unique index, that the row had.
      if (WeftError.is(error)) return false;
      throw error;
    }
    return true;
  }

  #contents(row: number): Contents {
    const { columns } = this.#table;
    return {
      values: this.#changing.map((ordinal) => columns[ordinal].get(row)),
      version: this.#table.versionOf(row),
    };
  }

  #heldBytes(row: number): number {
    let bytes = 0;
    for (const ordinal of this.#changing) bytes += this.#table.columns[ordinal].heldBytes(row);
    return bytes;
  }

  #lsnOfRow(row: number): number {
    return this.#table.columns[this.#lsn].get(row) as number;
  }
}

interface Step {
  readonly key: Key;
  /** What the row held before; `undefined` where there was none. */
  readonly replaced: Contents | undefined;
  /** Whether that was an earlier write of this log, and not what others had made of the row. */
  readonly isOurs: boolean;
}

interface Contents {
  readonly values: readonly unknown[];
  readonly version: number;
}
