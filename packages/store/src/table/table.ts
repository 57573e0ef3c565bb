import {
  KeyCode,
  ROW_BITS,
  rowCodeOf,
  RowLimits,
  type Column,
  type Heap,
  type Key,
  type LiveRows,
  type RowCode,
  type RowValues,
  type TypeSchema,
} from '@weft/data';
import type { RemovalReason } from '@weft/log';
import type { EvictionLog } from '../eviction/eviction-log.ts';
import { createExpiry, type Expiry } from '../expiry/expiry.ts';
import type { Sweeper } from '../expiry/sweeper.ts';
import { NO_ROW } from '../index/key-probe.ts';
import type { UniqueHashIndex } from '../index/unique-hash-index.ts';
import { SnapshotPool } from '../snapshot/snapshot-pool.ts';
import type { TableView } from '../snapshot/table-snapshot.ts';
import { ChangeRecorder } from './change-recorder.ts';
import type { Follower } from './follower.ts';
import { Housekeeping } from './housekeeping.ts';
import { KeyLookup, valuesOf } from './key-lookup.ts';
import type { RowCompaction } from './row-compaction.ts';
import { UniqueSecondary, type SecondaryIndex } from './secondary-index.ts';
import type { TableContext } from './table-context.ts';
import { NewRows, type RowParts } from './new-rows.ts';
import { keyExists, routingChanged, ROWS_MAX, tooManyRows, uniqueViolation } from './table-errors.ts';
import { createParts, type TableParts } from './table-parts.ts';
import type { TableWatches } from './table-watches.ts';
import { hashOfRow } from './values-probe.ts';
import { WriteRoom } from './write-room.ts';

const VERSION_MAX = 2 ** 31 - 1;
const PAGES_MAX = ROWS_MAX >>> ROW_BITS;

/**
 * All rows of one type in one partition: columns, key index, secondary indexes. Every method is one turn: it is done, or has
 * thrown and changed nothing, when it returns.
 *
 * Rows come in as normalised values by ordinal (`RowCode.stage`); the table fills the system columns. Its declaration never
 * changes: a table of the next one takes over the parts (see `evolution/`).
 */
export class Table implements TableView {
  readonly schema: TypeSchema;
  readonly columns: readonly Column[];
  readonly live: LiveRows;
  readonly rowCode: RowCode;
  readonly keyCode: KeyCode;
  readonly indexes: readonly SecondaryIndex[];
  readonly snapshots: SnapshotPool;
  /** Where rows expire. */
  readonly expiry: Expiry | undefined;
  /** What keeps step with the rows, while their declaration changes. */
  follower: Follower | undefined;
  /** Whether a table of another declaration has taken the rows over: this one is for work that began before. */
  isRetired = false;
  readonly #context: TableContext;
  readonly #parts: TableParts;
  /** Long values of all columns. */
  readonly heap: Heap;
  readonly #limits: RowLimits;
  readonly #room: WriteRoom;
  readonly #housekeeping: Housekeeping;
  readonly #newRows: NewRows;
  /** For rows as records say that they are (`replay/`). */
  readonly rowParts: RowParts;
  readonly #recorder: ChangeRecorder;
  readonly #hasUnique: boolean;
  readonly #keyIndex: UniqueHashIndex;
  readonly #keyColumns: readonly Column[];
  readonly #lookup: KeyLookup;
  /** What one write may need beside its own values. */
  readonly roomBytes: number;
  /** Indexes by the ordinal of a column they hold, and the ordinals that any holds. */
  readonly #indexesOf: readonly (readonly SecondaryIndex[])[];
  readonly #indexed: readonly number[];
  /** Indexes that the write under way concerns; kept to allocate nothing. */
  readonly #affected: SecondaryIndex[] = [];
  /** Room that the next write must leave: for taking back those before it. */
  reservedBytes = 0;
  readonly #version: number;
  readonly #lsn: number;
  readonly #slot: number;

  constructor(schema: TypeSchema, context: TableContext, parts: TableParts = createParts(schema, context)) {
    this.schema = schema;
    this.#context = context;
    this.#parts = parts;
    this.heap = parts.heap;
    this.live = parts.live;
    this.keyCode = new KeyCode(schema);
    this.rowCode = rowCodeOf(schema);
    this.columns = parts.columns;
    this.expiry = createExpiry(schema, parts.columns, parts.live, context.clock);
    this.#keyIndex = parts.keyIndex;
    this.indexes = parts.indexes;
    this.#indexesOf = this.columns.map((column) => this.indexes.filter(({ columns }) => columns.includes(column)));
    this.#indexed = schema.columns
      .map(({ ordinal }) => ordinal)
      .filter((ordinal) => this.#indexesOf[ordinal].length > 0);
    this.#keyColumns = this.keyCode.columns.map(({ ordinal }) => this.columns[ordinal]);
    this.#lookup = new KeyLookup({
      rowCode: this.rowCode,
      columns: this.columns,
      keyColumns: this.#keyColumns,
      keyIndex: this.#keyIndex,
      indexes: this.indexes,
    });
    this.#limits = new RowLimits(schema, this.keyCode);
    this.snapshots =
      parts.snapshots ?? new SnapshotPool({ table: this, heap: this.heap, epochs: parts.memory.epochs, context });
    this.#room = new WriteRoom(schema, parts, this.snapshots);
    this.roomBytes = this.#room.bytes;
    this.#housekeeping = new Housekeeping(this, context, parts, {
      drop: (row, reason) => this.#drop(row, reason),
      removePage: (page) => this.#removePage(page),
    });
    this.#recorder = new ChangeRecorder(schema, this.columns, context.log, parts.watched);
    this.#hasUnique = this.indexes.some((index) => index instanceof UniqueSecondary);
    this.rowParts = {
      schema,
      context,
      columns: this.columns,
      live: this.live,
      keyIndex: this.#keyIndex,
      keyColumns: this.#keyColumns,
      indexes: this.indexes,
      housekeeping: this.#housekeeping,
      recorder: this.#recorder,
      watched: parts.watched,
      nextRow: () => this.#nextRow(),
      removePage: (page) => this.#removePage(page),
      room: this.#room,
      limits: this.#limits,
    };
    this.#newRows = new NewRows(this.rowParts);
    const ordinalOf = (role: string): number => schema.columns.findIndex((column) => column.role === role);
    this.#version = ordinalOf('version');
    this.#lsn = ordinalOf('lsn');
    this.#slot = ordinalOf('slot');
  }

  /** What a table of the next declaration takes over. */
  get parts(): TableParts & { readonly snapshots: SnapshotPool } {
    return { ...this.#parts, snapshots: this.snapshots };
  }

  get rowCount(): number {
    return this.live.count;
  }

  /** Who watches for changes of rows. */
  get watches(): TableWatches {
    return this.#recorder.watches;
  }

  /** What went where the type is a cache. */
  get evictions(): EvictionLog {
    return this.#parts.evictions;
  }

  /** Makes rows of a cache go until there is room, or none is left. */
  makeRoom(hasRoom: () => boolean): void {
    this.#housekeeping.evict(hasRoom, NO_ROW);
  }

  /** Removes rows that have expired, where they do. */
  get sweeper(): Sweeper | undefined {
    return this.#housekeeping.sweeper;
  }

  /** Who keeps numbers of rows holds them here. */
  get rowCompaction(): RowCompaction {
    return this.#housekeeping.rowCompaction;
  }

  /** Bytes of columns, heap, bitmaps and indexes. */
  get bytes(): number {
    let bytes = this.heap.bytes + this.rowMapBytes + this.#keyIndex.bytes();
    for (const column of this.columns) bytes += column.bytes;
    for (const index of this.indexes) bytes += index.bytes();
    return bytes + (this.follower?.bytes ?? 0);
  }

  /** Which rows there are and, of a cache, which were used. */
  get rowMapBytes(): number {
    return this.live.bytes + this.#housekeeping.bytes;
  }

  get keyIndexBytes(): number {
    return this.#keyIndex.bytes();
  }

  /** The row with this key, which may have expired; NO_ROW where there is none. */
  find(key: Key): number {
    return this.#lookup.find(key);
  }

  /** The same for a row that is about to be changed. */
  findToChange(key: Key): number {
    return this.#lookup.findToChange(key);
  }

  /** The same, where it has not expired. */
  findPresent(key: Key): number {
    return this.#present(this.#lookup.findToChange(key));
  }

  /** Removes a row if it has expired; whether it did. */
  removeExpired(row: number): boolean {
    return this.#present(row) === NO_ROW;
  }

  /** NO_ROW in place of a row that has expired, which goes: what is written next need not know of it. */
  #present(row: number): number {
    if (row === NO_ROW || this.expiry?.has(row) !== true) return row;
    this.#drop(row, 'expire');
    return NO_ROW;
  }

  get(key: Key): object | undefined {
    const row = this.find(key);
    if (row === NO_ROW || this.expiry?.has(row) === true) return undefined;
    this.#housekeeping.evictor?.use(row);
    return this.rowCode.loadKeyed(this.columns, row, key);
  }

  /** Inserts the row or, if its key exists, replaces it. Returns whether it was new; `values` then hold what is stored. */
  write(values: RowValues, slot: number, onConflict: 'replace' | 'fail'): boolean {
    const longBytes = this.#limits.check(values);
    const hash = this.#lookup.hashOf(values);
    const row = this.#present(this.#lookup.rowOf(hash, values));
    if (row !== NO_ROW && onConflict === 'fail') throw keyExists(this.schema, this.keyCode, values);
    if (row === NO_ROW) this.#housekeeping.evictor?.keepRowsMax();
    this.#requireRoom(row, longBytes, values);
    if (row !== NO_ROW) this.#replace(row, values, slot);
    this.#housekeeping.afterWrite(row === NO_ROW ? this.#insert(hash, values, slot) : row, row === NO_ROW);
    return row === NO_ROW;
  }

  /** See `Source.inserter`. Caches make room row by row, followers follow row by row. */
  inserter(rows: number, rowBytes: number): NewRows | undefined {
    if (this.#hasUnique || this.follower !== undefined || this.#housekeeping.evictor !== undefined) return undefined;
    return this.#room.hasPlentyForRows(rows, rowBytes) ? this.#newRows : undefined;
  }

  /** Changes some columns of a row. `version`: the next one unless given. Throws UNIQUE_VIOLATION, ROUTING_IMMUTABLE, ROW_TOO_LARGE, MEMORY_LIMIT. */
  patch(row: number, ordinals: readonly number[], values: readonly unknown[], version = this.#nextVersion(row)): void {
    this.#checkPatch(row, ordinals, values);
    const affected = this.#affected;
    affected.length = 0;
    for (let i = 0; i < ordinals.length; i++) this.#noteAffected(row, ordinals[i], values[i]);
    for (const index of affected)
      if (index instanceof UniqueSecondary)
        this.#checkUnique(index, this.#patched(row, index.columns, ordinals, values), row);
    const before = this.#recorder.before(row);
    this.follower?.changing(row, values, ordinals);
    for (let i = 0; i < affected.length; i++) affected[i].remove(row);
    for (let i = 0; i < ordinals.length; i++) this.columns[ordinals[i]].replace(row, values[i]);
    for (let i = 0; i < affected.length; i++) affected[i].add(row);
    this.follower?.changed(row);
    if (this.#version >= 0) this.columns[this.#version].set(row, version);
    const lsn = this.#context.log.nextLsn();
    this.columns[this.#lsn].set(row, lsn);
    this.#recorder.patched(row, lsn, ordinals, values, before);
    this.#housekeeping.afterWrite(row, false);
  }

  /** The row's version, 0 for a type without one. */
  versionOf(row: number): number {
    return this.#version < 0 ? 0 : (this.columns[this.#version].get(row) as number);
  }

  /** The position of the row's last change. */
  lsnOf(row: number): number {
    return this.columns[this.#lsn].get(row) as number;
  }

  remove(row: number): void {
    this.#drop(row, 'delete');
    this.#housekeeping.afterWrite(NO_ROW, false);
  }

  #drop(row: number, reason: RemovalReason): void {
    this.#room.makeForRemoval(this.follower?.roomBytes ?? 0);
    const leaving = this.#recorder.leaving(row);
    this.follower?.removing(row);
    for (const index of this.indexes) index.remove(row);
    this.#keyIndex.remove(hashOfRow(this.#keyColumns, row), row);
    for (const column of this.columns) column.remove(row);
    this.live.remove(row);
    this.#recorder.removed(leaving, reason);
    const page = row >>> ROW_BITS;
    if (this.live.isRemovable(page)) this.#removePage(page);
  }

  /** Removes all rows at once. Returns how many there were. */
  clear(): number {
    const count = this.live.count;
    this.#housekeeping.clear();
    this.#keyIndex.clear();
    for (const index of this.indexes) index.clear();
    for (const column of this.columns) column.clear();
    this.heap.clear();
    this.live.clear();
    this.follower?.cleared();
    this.#recorder.cleared();
    this.snapshots.enforceBudget();
    return count;
  }

  /** The row's number. */
  #insert(hash: number, values: RowValues, slot: number): number {
    for (const index of this.indexes)
      if (index instanceof UniqueSecondary) this.#checkUnique(index, valuesOf(index.columns, values), NO_ROW);
    this.#stamp(values, slot);
    if (this.#version >= 0) values[this.#version] = 1;
    const row = this.#nextRow();
    this.follower?.adding(row);
    this.rowCode.store(this.columns, row, values);
    this.live.add(row);
    this.#keyIndex.insert(hash, row);
    for (let i = 0; i < this.indexes.length; i++) this.indexes[i].add(row);
    this.follower?.added(row);
    this.#recorder.inserted(row, values, slot);
    return row;
  }

  #replace(row: number, values: RowValues, slot: number): void {
    if (this.keyCode.isSlotInId && !this.columns[this.schema.routing].equals(row, values[this.schema.routing]))
      throw routingChanged(this.schema);
    const affected = this.#affected;
    affected.length = 0;
    for (let i = 0; i < this.#indexed.length; i++) this.#noteAffected(row, this.#indexed[i], values[this.#indexed[i]]);
    for (const index of affected)
      if (index instanceof UniqueSecondary) this.#checkUnique(index, valuesOf(index.columns, values), row);
    this.#stamp(values, slot);
    if (this.#version >= 0) values[this.#version] = this.#nextVersion(row);
    const before = this.#recorder.before(row);
    this.follower?.changing(row, values);
    for (let i = 0; i < affected.length; i++) affected[i].remove(row);
    this.rowCode.restore(this.columns, row, values);
    for (let i = 0; i < affected.length; i++) affected[i].add(row);
    this.follower?.changed(row);
    this.#recorder.replaced(row, values, slot, before);
  }

  /** Throws UNIQUE_VIOLATION if a row other than `row` has these values. One that has expired goes. */
  #checkUnique(index: UniqueSecondary, values: readonly unknown[], row: number): void {
    if (this.#present(index.holder(values, row)) !== NO_ROW) throw uniqueViolation(this.schema, index.schema);
  }

  /** Adds the indexes to `#affected` whose entry for the row changes with this value. */
  #noteAffected(row: number, ordinal: number, value: unknown): void {
    const indexes = this.#indexesOf[ordinal];
    if (indexes.length === 0 || this.columns[ordinal].equals(row, value)) return;
    for (let i = 0; i < indexes.length; i++) if (!this.#affected.includes(indexes[i])) this.#affected.push(indexes[i]);
  }

  /** Fills the system columns, once nothing can refuse the write any more. */
  #stamp(values: RowValues, slot: number): void {
    values[this.#slot] = slot;
    values[this.#lsn] = this.#context.log.nextLsn();
    if (this.expiry !== undefined) values[this.expiry.ordinal] = this.expiry.stamp(values[this.expiry.ordinal]);
  }

  #nextRow(): number {
    const row = this.live.next();
    if (row >= 0) return row;
    const page = this.live.nextPage;
    if (page === PAGES_MAX) throw tooManyRows(this.schema);
    // All cells of a page go to one segment where there is room, so that a kernel finds them in one memory.
    const near = this.#context.arena.segments.length - 1;
    for (const column of this.columns) column.addPage(page, near);
    this.live.addPage(page, near);
    this.follower?.pageAdded(page, near);
    return this.live.next();
  }

  #removePage(page: number): void {
    for (const column of this.columns) column.removePage(page);
    this.live.removePage(page);
    this.#housekeeping.pageRemoved(page);
    this.follower?.pageRemoved(page);
  }

  #nextVersion(row: number): number {
    const version = this.versionOf(row);
    return version === VERSION_MAX ? 1 : version + 1;
  }

  #checkPatch(row: number, ordinals: readonly number[], values: readonly unknown[]): void {
    for (let i = 0; i < ordinals.length; i++) {
      const ordinal = ordinals[i];
      const isFixed = this.schema.routing === ordinal || this.schema.key.includes(ordinal);
      if (isFixed && !this.columns[ordinal].equals(row, values[i])) throw routingChanged(this.schema);
    }
    this.#requireRoom(row, this.#limits.checkPatch(this.columns, row, ordinals, values), values, ordinals);
  }

  #patched(
    row: number,
    columns: readonly Column[],
    ordinals: readonly number[],
    values: readonly unknown[],
  ): unknown[] {
    return columns.map((column) => {
      const at = ordinals.indexOf(column.schema.ordinal);
      return at < 0 ? column.get(row) : values[at];
    });
  }

  /**
   * Throws MEMORY_LIMIT unless a write of these values, so many bytes of them long, is certain to find room. Rows of a cache go for it,
   * but not `row`, which is written. `ordinals`: the columns that the values are for, where it is not all.
   */
  #requireRoom(row: number, longBytes: number, values: readonly unknown[], ordinals?: readonly number[]): void {
    const { follower } = this;
    const besideBytes = this.reservedBytes + (follower?.roomBytes ?? 0);
    const besidePages = follower?.heapPages ?? 0;
    if (this.#room.hasPlenty(besideBytes + 2 * longBytes, besidePages)) return;
    this.#room.require({ row, longBytes, values, ordinals, besideBytes, besidePages }, this.#housekeeping);
  }
}
