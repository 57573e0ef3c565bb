import { WeftError } from '@weft/base';
import { expiryOf, type Key, type Patch, type RowValues, type UndoableWrites, type WholeGroup } from '@weft/data';
import { NO_ROW } from '../index/key-probe.ts';
import type { Table } from './table.ts';
import { requireVersion } from './update-row.ts';

/**
 * Writes to one table that can be taken back exactly, the last one first, version and expiry included. Each step undoes one write, so
 * that within one turn the table passes through the states that it had, and no unique index can refuse one of them.
 *
 * The lsn goes on, since taking back is a change too; but where the writes are one of a group, nobody has seen and no record says what
 * they did, and the rows get back the lsns that they had.
 *
 * Memory for what was replaced and removed is kept free until the log is done with, as far as others let it.
 */
export class UndoLog implements UndoableWrites {
  readonly #table: Table;
  readonly #onEnd: () => void;
  /** Ordinals of the columns that replacing a row changes, but for its version. */
  readonly #changing: readonly number[];
  readonly #lsn: number;
  readonly #slot: number;
  readonly #isOfGroup: boolean;
  /** Whether a row of the group may be evicted, or expire, within its turn. */
  readonly #mayVanish: boolean;
  readonly #group: WholeGroup;
  readonly #steps: Step[] = [];
  /** The lsns of rows that we changed last: another one says that somebody else has changed the row since. Rows may move, lsns do not. */
  readonly #ours = new Set<number>();
  #hasRemoved = false;

  /** `onEnd` is told once that no more is written or taken back. `group`: the one that all of it is a part of. */
  constructor(table: Table, onEnd: () => void = () => undefined, group?: WholeGroup) {
    this.#table = table;
    this.#onEnd = onEnd;
    this.#isOfGroup = group !== undefined;
    this.#mayVanish = group !== undefined && (table.schema.evict !== undefined || expiryOf(table.schema) >= 0);
    this.#group = group ?? { heldBytes: 0 };
    const { columns, key, routing } = table.schema;
    const isChanging = (role: string, ordinal: number): boolean =>
      !key.includes(ordinal) && ordinal !== routing && role !== 'slot' && role !== 'lsn' && role !== 'version';
    this.#changing = columns.filter(({ role, ordinal }) => isChanging(role, ordinal)).map(({ ordinal }) => ordinal);
    this.#lsn = columns.findIndex(({ role }) => role === 'lsn');
    this.#slot = columns.findIndex(({ role }) => role === 'slot');
  }

  write(values: RowValues, slot: number, onConflict: 'replace' | 'fail'): boolean {
    const table = this.#table;
    const key = table.keyCode.of(values);
    const row = table.findPresent(key);
    const isNew = this.#step(row, key, () => table.write(values, slot, onConflict));
    this.#ours.add(values[this.#lsn] as number);
    return isNew;
  }

  update(key: Key, patch: Patch, ifVersion: number | undefined): object | undefined {
    const table = this.#table;
    const row = table.findPresent(key);
    if (row === NO_ROW) return undefined;
    requireVersion(table, row, key, ifVersion);
    this.#step(row, key, () => table.patch(row, patch.ordinals, patch.values));
    this.#ours.add(this.#lsnOfRow(row));
    return table.rowCode.loadKeyed(table.columns, row, key);
  }

  delete(key: Key): boolean {
    const table = this.#table;
    const row = table.findPresent(key);
    if (row === NO_ROW) return false;
    const removed = table.columns.map((column) => column.get(row));
    const { heldBytes } = this.#group;
    // One row that comes back may need a page of its own.
    this.#group.heldBytes += this.#heldBytes(row) + (this.#hasRemoved ? 0 : table.roomBytes / 2);
    try {
      this.#step(row, key, () => table.remove(row), removed);
      this.#hasRemoved = true;
    } catch (error) {
      this.#group.heldBytes = heldBytes;
      throw error;
    }
    return true;
  }

  undo(): boolean {
    const step = this.#steps.pop();
    if (step === undefined) return true;
    const { key, replaced, removed, isOurs } = step;
    if (removed !== undefined) return this.#comeBack(step, removed);
    const row = this.#table.findToChange(key);
    if (row === NO_ROW) {
      // It was evicted in this very turn, for another write of the group: what log and readers know of it holds again.
      if (replaced?.whole !== undefined) return this.#comeBack(step, replaced.whole);
      // Deleted or evicted meanwhile: it does not come back, and nothing of ours stays.
      return true;
    }
    const lsn = this.#lsnOfRow(row);
    if (!this.#ours.has(lsn)) return false;
    if (replaced === undefined) this.#table.remove(row);
    else if (!this.#restore(row, replaced)) return false;
    this.#ours.delete(lsn);
    if (isOurs) this.#ours.add(this.#lsnOfRow(this.#table.find(key)));
    return true;
  }

  end(): void {
    this.#onEnd();
  }

  /** Does a change of a row and notes how it is taken back. The caller notes the row's new lsn. */
  #step<T>(row: number, key: Key, change: () => T, removed?: RowValues): T {
    const table = this.#table;
    const replaced = row === NO_ROW || removed !== undefined ? undefined : this.#contents(row);
    const lsn = row === NO_ROW ? 0 : this.#lsnOfRow(row);
    const isOurs = this.#ours.has(lsn);
    const heldBytes = this.#group.heldBytes + (replaced === undefined ? 0 : this.#heldBytes(row));
    table.reservedBytes = table.roomBytes + 2 * heldBytes;
    try {
      const result = change();
      this.#group.heldBytes = heldBytes;
      this.#steps.push({ key, replaced, removed, isOurs });
      this.#ours.delete(lsn);
      return result;
    } finally {
      table.reservedBytes = 0;
    }
  }

  #restore(row: number, { values, version, lsn }: Contents): boolean {
    try {
      this.#table.patch(row, this.#changing, values, version);
    } catch (error) {
      // Another call has taken the memory, or a value of a unique index, that the row had.
      if (WeftError.is(error)) return false;
      throw error;
    }
    if (this.#isOfGroup) this.#setLsn(row, lsn);
    return true;
  }

  /** A removed row is there again, as it was. */
  #comeBack({ key, isOurs }: Step, removed: RowValues): boolean {
    const table = this.#table;
    if (table.find(key) !== NO_ROW) return false;
    try {
      table.write([...removed], removed[this.#slot] as number, 'fail');
    } catch (error) {
      if (WeftError.is(error)) return false;
      throw error;
    }
    const version = table.schema.columns.findIndex(({ role }) => role === 'version');
    const contents: Contents = {
      values: this.#changing.map((ordinal) => removed[ordinal]),
      version: version < 0 ? 0 : (removed[version] as number),
      lsn: removed[this.#lsn] as number,
      whole: undefined,
    };
    const isBack = this.#restore(table.find(key), contents);
    if (isOurs) this.#ours.add(this.#lsnOfRow(table.find(key)));
    return isBack;
  }

  #contents(row: number): Contents {
    const { columns } = this.#table;
    return {
      values: this.#changing.map((ordinal) => columns[ordinal].get(row)),
      version: this.#table.versionOf(row),
      lsn: this.#lsnOfRow(row),
      whole: this.#mayVanish ? columns.map((column) => column.get(row)) : undefined,
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

  #setLsn(row: number, lsn: number): void {
    this.#table.columns[this.#lsn].set(row, lsn);
  }
}

interface Step {
  readonly key: Key;
  /** What the row held before; `undefined` where there was none. */
  readonly replaced: Contents | undefined;
  /** All values of a row that was removed. */
  readonly removed: RowValues | undefined;
  /** Whether that was an earlier write of this log, and not what others had made of the row. */
  readonly isOurs: boolean;
}

interface Contents {
  readonly values: readonly unknown[];
  readonly version: number;
  readonly lsn: number;
  /** All of the row, where it must come back whatever becomes of it. */
  readonly whole: RowValues | undefined;
}
