import { INLINE_PAGE_BYTES_MAX, ROW_BITS, type Column, type KeyCode, type TypeSchema } from '@weft/data';
import { createEvictor } from '../eviction/create-evictor.ts';
import type { RemovalReason } from '@weft/log';
import type { Evictor } from '../eviction/evictor.ts';
import type { Expiry } from '../expiry/expiry.ts';
import { Sweeper } from '../expiry/sweeper.ts';
import { NO_ROW } from '../index/key-probe.ts';
import type { SnapshotPool } from '../snapshot/snapshot-pool.ts';
import type { Follower } from './follower.ts';
import { HeapCompaction } from './heap-compaction.ts';
import { RowCompaction } from './row-compaction.ts';
import type { TableContext } from './table-context.ts';
import { isHeapResident, type TableParts } from './table-parts.ts';
import { hashOfRow } from './values-probe.ts';

/** The largest ordinary page of cells, which a snapshot may want copied. */
const CELLS_BYTES_MAX = 16 << ROW_BITS;
/** Rows that heap compaction looks at with each write: it keeps ahead of the waste that writes make. */
const COMPACTION_ROWS_PER_WRITE = 64;
/** The same with each write that found no room: half a millisecond, at most. */
const COMPACTION_ROWS_AT_LIMIT = 4096;
/** A sweep of the heap then begins once this share of it is released. */
const WASTE_SHARE_AT_LIMIT = 1 / 64;

/** Steps of rows that have expired which go for a write that found no room: half a millisecond. */
const SWEEPS_AT_LIMIT = 8;

/** What housekeeping needs of its table. */
export interface HousekeptTable {
  readonly schema: TypeSchema;
  readonly keyCode: KeyCode;
  readonly snapshots: SnapshotPool;
  readonly follower: Follower | undefined;
  /** Where rows expire. */
  readonly expiry: Expiry | undefined;
  /** Room that one write may need. */
  readonly roomBytes: number;
}

/** The little that goes with each write, so that memory comes back in small steps: compaction, eviction, old snapshots. */
export class Housekeeping {
  /** Where the type is a cache. */
  readonly evictor: Evictor | undefined;
  readonly rowCompaction: RowCompaction;
  /** Where rows expire. */
  readonly sweeper: Sweeper | undefined;
  readonly #heapCompaction: HeapCompaction;
  readonly #snapshots: SnapshotPool;
  readonly #table: HousekeptTable;
  readonly #parts: TableParts;
  readonly #keyColumns: readonly Column[];
  readonly #text: readonly Column[];
  readonly #removePage: (page: number) => void;

  constructor(
    table: HousekeptTable,
    context: TableContext,
    parts: TableParts,
    { drop, removePage }: { drop: (row: number, reason: RemovalReason) => void; removePage: (page: number) => void },
  ) {
    this.#table = table;
    this.#parts = parts;
    this.#snapshots = table.snapshots;
    this.#removePage = removePage;
    this.#keyColumns = table.keyCode.columns.map(({ ordinal }) => parts.columns[ordinal]);
    this.#text = parts.columns.filter(({ schema: { kind } }) => kind.name === 'string');
    this.#heapCompaction = new HeapCompaction({
      arena: context.arena,
      quota: parts.memory.epochs.quota,
      heap: parts.heap,
      live: parts.live,
      columns: parts.columns.filter(isHeapResident),
      isCache: table.schema.evict !== undefined,
    });
    this.rowCompaction = new RowCompaction({
      live: parts.live,
      move: (from, to) => this.#move(from, to),
      mayMove: (from) => this.#hasRoomToMove(from, table.roomBytes, context),
    });
    const { expiry } = table;
    if (expiry !== undefined)
      this.sweeper = new Sweeper({
        expiry,
        log: context.log,
        remove: (row) => drop(row, 'expire'),
        afterRemoval: () => this.afterWrite(NO_ROW, false),
      });
    this.evictor = createEvictor(table.schema, context, parts, {
      compaction: this.#heapCompaction,
      snapshots: table.snapshots,
      remove: (row) => drop(row, 'evict'),
      sweep: (except) => (this.sweeper?.stepWithin(except) ?? 0) > 0,
    });
  }

  get bytes(): number {
    return this.evictor?.bytes ?? 0;
  }

  /** After a write to `row`, which stays where it is; NO_ROW after a removal. */
  afterWrite(row: number, isNew: boolean): void {
    this.#heapCompaction.step(COMPACTION_ROWS_PER_WRITE);
    // What follows the rows does not know of places.
    if (this.#table.follower === undefined) this.rowCompaction.step(row);
    if (this.evictor !== undefined) {
      if (isNew) this.evictor.add(row);
      else if (row !== NO_ROW) this.evictor.use(row);
      this.evictor.keepSlack(row);
    }
    this.#snapshots.enforceBudget();
  }

  /** The same after a change that is made again: which rows of a cache went is told by records. */
  afterReplay(row: number, isNew: boolean): void {
    this.#heapCompaction.step(COMPACTION_ROWS_PER_WRITE);
    if (this.#table.follower === undefined) this.rowCompaction.step(row);
    if (isNew) this.evictor?.add(row);
    else if (row !== NO_ROW) this.evictor?.use(row);
  }

  /** Rows that have expired go until there is room, but not `except`; SWEEPS_AT_LIMIT steps at most. */
  sweep(hasRoom: () => boolean, except: number): void {
    if (this.sweeper === undefined) return;
    for (let steps = 0; steps < SWEEPS_AT_LIMIT && !hasRoom(); steps++)
      if (this.sweeper.stepWithin(except) === 0) return;
  }

  /** Rows of a cache go until there is room, but not `except`. */
  evict(hasRoom: () => boolean, except: number): void {
    this.evictor?.makeRoom(hasRoom, except);
  }

  /** For a write that found no room: pages of rows and of the heap of which little has been released are used again too. */
  compact(): void {
    if (this.#parts.live.next() < 0) this.#parts.live.openHoles();
    this.#heapCompaction.step(COMPACTION_ROWS_AT_LIMIT, WASTE_SHARE_AT_LIMIT);
  }

  /** A page of rows is gone. */
  pageRemoved(page: number): void {
    this.evictor?.removePage(page);
  }

  /** Before all rows go. */
  clear(): void {
    this.#heapCompaction.stop();
    this.evictor?.clear();
  }

  /** Whether its texts, where they do not suit the pages they come to, find room. */
  #hasRoomToMove(row: number, roomBytes: number, { arena }: TableContext): boolean {
    let rewriteBytes = 0;
    for (const column of this.#text) rewriteBytes += column.wideBytes() + column.rewriteBytes(column.get(row));
    return arena.hasRoom(
      roomBytes + rewriteBytes,
      Math.max(CELLS_BYTES_MAX, Math.min(rewriteBytes, INLINE_PAGE_BYTES_MAX)),
    );
  }

  /** Puts a row into another place, which is free. Within a write only: see RowCompaction. */
  #move(from: number, to: number): void {
    const { columns, indexes, live, keyIndex, watched } = this.#parts;
    watched.by?.moving(from);
    for (const index of indexes) index.remove(from);
    for (const column of columns) column.set(to, column.get(from));
    live.add(to);
    keyIndex.relocate(hashOfRow(this.#keyColumns, from), from, to);
    for (const index of indexes) index.add(to);
    for (const column of columns) column.remove(from);
    live.remove(from);
    watched.by?.moved(from, to);
    this.evictor?.use(to);
    if (live.isRemovable(from >>> ROW_BITS)) this.#removePage(from >>> ROW_BITS);
  }
}
