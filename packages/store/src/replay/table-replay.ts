import type { Column, Key, RowValues } from '@weft/data';
import { DamagedRecord } from '@weft/log';
import { longBytesOf, ROW_BITS } from '@weft/data';
import { InsertRun } from './insert-run.ts';
import { NO_ROW } from '../index/key-probe.ts';
import type { RowParts } from '../table/new-rows.ts';
import type { SecondaryIndex } from '../table/secondary-index.ts';
import type { Table } from '../table/table.ts';
import { hashOfRow, hashOfValues } from '../table/values-probe.ts';

/**
 * Makes changes again that a record tells of: rows get the very values, system columns included, that they had. Nothing is recorded, no
 * position is taken, no row of a cache goes by itself, no quota holds: all that was decided when the record was written.
 */
export class TableReplay {
  readonly #table: Table;
  readonly #parts: RowParts;
  readonly #lsn: number;
  readonly #slot: number;
  readonly #run: InsertRun;

  constructor(table: Table) {
    const ordinalOf = (role: string): number => table.schema.columns.findIndex((column) => column.role === role);
    this.#table = table;
    this.#parts = table.rowParts;
    this.#lsn = ordinalOf('lsn');
    this.#slot = ordinalOf('slot');
    this.#run = new InsertRun(table, (values) => this.#insert(values));
  }

  get table(): Table {
    return this.#table;
  }

  /** The row with this key. Throws DamagedRecord where there is none. */
  find(key: Key): number {
    const row = this.#table.findToChange(key);
    if (row === NO_ROW)
      throw new DamagedRecord(`a record changes a row of ${this.#table.schema.name} that is not there`);
    return row;
  }

  /** Position of the row's last change. */
  lsnOf(row: number): number {
    return this.#parts.columns[this.#lsn].get(row) as number;
  }

  /** `values` then hold the whole row. */
  complete(values: RowValues, slot: number, lsn: number): RowValues {
    values[this.#slot] = slot;
    values[this.#lsn] = lsn;
    return values;
  }

  slotOf(values: RowValues): number {
    return values[this.#slot] as number;
  }

  insert(values: RowValues, slot: number, lsn: number): void {
    this.#insert(this.complete(values, slot, lsn));
  }

  /** Rows that are complete, RUN_ROWS_MAX at most. */
  insertAll(rows: readonly RowValues[]): void {
    if (this.#run.takes(rows)) this.#run.write(rows);
    else for (const values of rows) this.#insert(values);
  }

  #insert(values: RowValues): void {
    const { columns, live, keyIndex, indexes, housekeeping, watched } = this.#parts;
    const table = this.#table;
    const key = table.keyCode.of(values);
    const hash = hashOfKey(this.#parts.keyColumns, key);
    // Nearly always no row has even the hash.
    if (keyIndex.candidate(hash) !== NO_ROW && table.find(key) !== NO_ROW)
      throw new DamagedRecord(`a record adds a row of ${table.schema.name} that is there`);
    this.#requireRoom(NO_ROW, values);
    const row = this.#parts.nextRow();
    table.follower?.adding(row);
    table.rowCode.store(columns, row, values);
    live.add(row);
    keyIndex.insert(hash, row);
    for (const index of indexes) index.add(row);
    table.follower?.added(row);
    watched.by?.added(row);
    housekeeping.afterReplay(row, true);
  }

  replace(row: number, values: RowValues, lsn: number): void {
    const { columns, indexes, housekeeping, watched } = this.#parts;
    watched.by?.changing(row);
    const table = this.#table;
    values[this.#slot] = columns[this.#slot].get(row);
    values[this.#lsn] = lsn;
    this.#requireRoom(row, values);
    table.follower?.changing(row, values);
    for (const index of indexes) index.remove(row);
    table.rowCode.restore(columns, row, values);
    for (const index of indexes) index.add(row);
    table.follower?.changed(row);
    watched.by?.changed(row);
    housekeeping.afterReplay(row, false);
  }

  /** `values` at `ordinals`, its version among them. */
  update(row: number, ordinals: readonly number[], values: readonly unknown[], lsn: number): void {
    const { columns, housekeeping, watched } = this.#parts;
    watched.by?.changing(row);
    const table = this.#table;
    this.#requireRoom(row, values, ordinals);
    table.follower?.changing(row, values, ordinals);
    const affected = this.#affected(ordinals);
    for (const index of affected) index.remove(row);
    for (let i = 0; i < ordinals.length; i++) columns[ordinals[i]].replace(row, values[i]);
    for (const index of affected) index.add(row);
    columns[this.#lsn].set(row, lsn);
    table.follower?.changed(row);
    watched.by?.changed(row);
    housekeeping.afterReplay(row, false);
  }

  remove(row: number): void {
    const { columns, live, keyIndex, keyColumns, indexes, housekeeping, room, removePage, watched } = this.#parts;
    const { follower } = this.#table;
    room.makeForRemoval(follower?.roomBytes ?? 0);
    watched.by?.removing(row);
    follower?.removing(row);
    for (const index of indexes) index.remove(row);
    keyIndex.remove(hashOfRow(keyColumns, row), row);
    for (const column of columns) column.remove(row);
    live.remove(row);
    const page = row >>> ROW_BITS;
    if (live.isRemovable(page)) removePage(page);
    housekeeping.afterReplay(NO_ROW, false);
  }

  #affected(ordinals: readonly number[]): SecondaryIndex[] {
    return this.#parts.indexes.filter(({ columns }) => columns.some(({ schema }) => ordinals.includes(schema.ordinal)));
  }

  /** Throws MEMORY_LIMIT. */
  #requireRoom(row: number, values: readonly unknown[], ordinals?: readonly number[]): void {
    const { room, housekeeping } = this.#parts;
    const { follower } = this.#table;
    const longBytes = this.#longBytes(values, ordinals);
    const besideBytes = follower?.roomBytes ?? 0;
    const besidePages = follower?.heapPages ?? 0;
    if (room.hasPlenty(besideBytes + 2 * longBytes, besidePages)) return;
    const maker = { sweep: () => undefined, evict: () => undefined, compact: () => housekeeping.compact() };
    room.require({ row, longBytes, values, ordinals, besideBytes, besidePages }, maker);
  }

  /** Bytes at most of the values in the heap. */
  #longBytes(values: readonly unknown[], ordinals: readonly number[] | undefined): number {
    if (ordinals === undefined) return this.#parts.limits.check(values);
    const { columns } = this.#parts.schema;
    let bytes = 0;
    for (let i = 0; i < values.length; i++) bytes += longBytesOf(columns[ordinals[i]], values[i]);
    return bytes;
  }
}

function hashOfKey(columns: readonly Column[], key: Key): number {
  return columns.length === 1 ? columns[0].hashOfValue(key) : hashOfValues(columns, key as readonly unknown[]);
}
