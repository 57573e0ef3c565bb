import {
  HEAP_HEADER_BYTES_MAX,
  HEAP_PAGE_BYTES,
  HEAP_PAGES_MAX,
  INLINE_PAGE_BYTES_MAX,
  longBytesOf,
  memoryLimit,
  REWRITE_BYTES_MAX,
  ROW_BITS,
  shortageOf,
  type Arena,
  type Column,
  type MemoryNeed,
  type Shortage,
  type TypeSchema,
} from '@weft/data';
import { NO_ROW } from '../index/key-probe.ts';
import type { SnapshotPool } from '../snapshot/snapshot-pool.ts';
import { isHeapResident, type TableParts } from './table-parts.ts';

/** The largest ordinary page of cells. */
const CELLS_BYTES_MAX = 16 << ROW_BITS;
/** Pages of this size are all that a removal takes: bitmaps and bounds. */
const BITMAP_BYTES = 1024;
/** Of each column: its null bitmap, its bounds, and its bounds again where the page goes. */
const COPIES_PER_REMOVAL = 3;
/** Room that one write may need in the heap beside its own values, for page ends left empty. */
const HEAP_ROOM_BYTES = 1 << 20;
/** Heap pages that dictionaries rewritten by one write may fill, whatever their texts add up to: half a gigabyte and more. */
const HEAP_PAGES_REWRITTEN_MAX = HEAP_PAGES_MAX / 4;
/** Room that one write may need for one index: a segment of a hash, or nodes of a tree, as they grow. */
const INDEX_ROOM_BYTES = 65_536;

/** What an index takes more for one of many new rows: all may go to different parts of it, and each may be copied. */
const INDEX_GROWTH_BYTES = 8192;
/** Times that a run of new rows may make the same column rewrite its pages. */
const REWRITES_PER_RUN = 2;

/** A write that is about to begin. */
export interface ComingWrite {
  /** The row that is there, NO_ROW for a new one. */
  readonly row: number;
  /** Bytes at most of the values in the heap. */
  readonly longBytes: number;
  readonly values: readonly unknown[];
  /** The columns that the values are for, where it is not all. */
  readonly ordinals: readonly number[] | undefined;
  /** Room that others need with it, and pages of the heap. */
  readonly besideBytes: number;
  readonly besidePages: number;
}

/** What can make room where there is none. */
export interface RoomMaker {
  /** Rows that have expired go until there is room, but not `except`. */
  sweep(hasRoom: () => boolean, except: number): void;
  /** Rows of a cache go until there is room, but not `except`. */
  evict(hasRoom: () => boolean, except: number): void;
  /** Moves values together, so that pages come free. */
  compact(): void;
}

/**
 * Sees to it that a write never fails in the middle: asked before the first cell is written, it answers what the write may need at
 * most, and throws MEMORY_LIMIT where that is not there.
 *
 * Nearly always there is plenty, and two comparisons tell; in a small grid, two more once the texts in dictionaries are looked at. Near a limit the need is looked at closely: no page of cells for a row
 * that has a place, nothing of the heap for values that go where others were. A write that makes its row no longer may use
 * the reserve that others leave, and where even that is used up, the snapshots go that want copies, the oldest first.
 */
export class WriteRoom {
  /** Room that a write may need, whatever it does, beside its long values and dictionaries that it makes be rewritten. */
  readonly bytes: number;
  readonly #parts: TableParts;
  readonly #arena: Arena;
  readonly #snapshots: SnapshotPool;
  readonly #text: readonly Column[];
  /** Heap pages that one write may open for its own values: each opens one at most. */
  readonly #heapPages: number;

  constructor(schema: TypeSchema, parts: TableParts, snapshots: SnapshotPool) {
    this.#parts = parts;
    this.#arena = parts.memory.arena;
    this.#snapshots = snapshots;
    this.bytes = schema.columns.length * 2 * CELLS_BYTES_MAX + HEAP_ROOM_BYTES;
    this.#text = parts.columns.filter(({ schema: { kind } }) => kind.name === 'string');
    this.#heapPages = parts.columns.filter(isHeapResident).length;
  }

  /** Whether so much is free that nobody need look closer. `bytes`: for long values and others. */
  hasPlenty(bytes: number, pages: number): boolean {
    if (!this.#hasPageNumbers(pages)) return false;
    const ownBytes = this.bytes + bytes;
    if (this.#isPlenty(ownBytes + this.#text.length * REWRITE_BYTES_MAX)) return true;
    // Dictionaries mostly hold texts far shorter than they may.
    return this.#isPlenty(ownBytes + this.#rewriteBytesMax());
  }

  /** The same for so many new rows, each with long values of so many bytes at most. */
  hasPlentyForRows(rows: number, rowBytes: number): boolean {
    const longBytes = 2 * rows * rowBytes;
    if (!this.#hasPageNumbers(Math.ceil(longBytes / HEAP_PAGE_BYTES))) return false;
    const indexBytes = rows * (this.#parts.indexes.length + 1) * INDEX_GROWTH_BYTES;
    return this.#isPlenty(this.bytes + longBytes + indexBytes + REWRITES_PER_RUN * this.#rewriteBytesMax());
  }

  #rewriteBytesMax(): number {
    let bytes = 0;
    for (let i = 0; i < this.#text.length; i++) bytes += this.#text[i].rewriteBytesMax;
    return bytes;
  }

  #isPlenty(bytes: number): boolean {
    return this.#arena.hasPlenty(bytes) && this.#parts.memory.epochs.quota.hasPlenty(bytes);
  }

  /** Looks closely whether there is room for a write, and makes it as far as it can be made. Throws MEMORY_LIMIT. */
  require(write: ComingWrite, maker: RoomMaker): void {
    if (this.#shortage(this.#needOf(write)) !== undefined) this.#make(write, maker);
    if (!this.#hasPageNumbers(write.besidePages)) this.#requirePageNumbers(write);
  }

  #make(write: ComingWrite, maker: RoomMaker): void {
    const hasRoom = (): boolean => this.#shortage(this.#needOf(write)) === undefined;
    // For a row that is larger than the bound no others go.
    if (this.#couldFit(this.#needOf(write))) {
      maker.sweep(hasRoom, write.row);
      maker.evict(hasRoom, write.row);
    }
    if (!hasRoom()) {
      maker.compact();
      while (!this.#needOf(write).grows && !hasRoom() && this.#snapshots.dropOldest());
    }
    const need = this.#needOf(write);
    const shortage = this.#shortage(need);
    const { quota } = this.#parts.memory.epochs;
    if (shortage !== undefined) throw memoryLimit(shortage, quota, this.#arena, need);
  }

  /**
   * Rows can be removed however little memory is left: where not even the copies that snapshots demand find room, the
   * snapshots go, and their readers get SNAPSHOT_TOO_OLD. `besideBytes`: what others need with it.
   */
  makeForRemoval(besideBytes: number): void {
    if (this.#snapshots.openCount === 0) return;
    const bytes = (this.#parts.columns.length + 1) * COPIES_PER_REMOVAL * BITMAP_BYTES + besideBytes;
    if (this.#arena.hasPlenty(bytes)) return;
    while (!this.#arena.hasRoom(bytes, BITMAP_BYTES) && this.#snapshots.dropOldest());
  }

  #couldFit({ pageBytes, outsideBytes }: Need): boolean {
    return pageBytes + outsideBytes <= Math.min(this.#parts.memory.epochs.quota.limitBytes, this.#arena.limitBytes);
  }

  #shortage(need: Need): Shortage | undefined {
    if (need.grows) return shortageOf(this.#parts.memory.epochs.quota, this.#arena, need);
    return need.pageBytes === 0 || this.#arena.hasRoom(need.pageBytes, need.blockBytes) ? undefined : 'grid';
  }

  #needOf(write: ComingWrite): Need {
    const { row, longBytes, besideBytes } = write;
    const { grownBytes, appendedBytes } = this.#longValuesOf(write);
    const isNew = row === NO_ROW;
    const grows = isNew || grownBytes > 0;
    const rewriteBytes = this.#rewriteBytes(write);
    const cellBytes = this.#cellBytes(write);
    const heapBytes = this.#heapBytes(appendedBytes);
    const indexes = isNew ? this.#parts.indexes.length + 1 : grows ? this.#parts.indexes.length : 0;
    return {
      grows,
      pageBytes: besideBytes + cellBytes + heapBytes + rewriteBytes,
      blockBytes: Math.max(
        cellBytes >= CELLS_BYTES_MAX || besideBytes > 0 ? CELLS_BYTES_MAX : BITMAP_BYTES,
        heapBytes === 0 ? 0 : Math.max(HEAP_PAGE_BYTES, longBytes + HEAP_HEADER_BYTES_MAX),
        Math.min(rewriteBytes, INLINE_PAGE_BYTES_MAX),
      ),
      outsideBytes: indexes * INDEX_ROOM_BYTES,
    };
  }

  /** Pages of cells and bitmaps that are added or copied. */
  #cellBytes({ row, ordinals }: ComingWrite): number {
    const { columns, live, memory } = this.#parts;
    const count = columns.length;
    // Of a patch: the columns, version and lsn.
    const copied = !memory.epochs.isAnyOpen ? 0 : ordinals === undefined ? count : ordinals.length + 2;
    const added = row === NO_ROW && live.next() < 0 ? count : 0;
    const bitmaps = (ordinals?.length ?? count) * COPIES_PER_REMOVAL;
    return (copied + added) * CELLS_BYTES_MAX + bitmaps * BITMAP_BYTES;
  }

  #heapBytes(appendedBytes: number): number {
    const { heap } = this.#parts;
    if (appendedBytes === 0 || heap.fits(appendedBytes + this.#heapPages * HEAP_HEADER_BYTES_MAX)) return 0;
    return 2 * appendedBytes + this.#heapPages * HEAP_PAGE_BYTES;
  }

  /** Pages of text that are written anew, and what theirs take beyond CELLS_BYTES_MAX. */
  #rewriteBytes({ row, values, ordinals }: ComingWrite): number {
    let bytes = 0;
    // A new row goes where a place is free, if one is; −1 is a new page.
    const place = row === NO_ROW ? this.#parts.live.next() : row;
    const hasNewPages = place < 0 || this.#parts.memory.epochs.isAnyOpen;
    for (const column of this.#text) {
      const at = ordinals === undefined ? column.schema.ordinal : ordinals.indexOf(column.schema.ordinal);
      if (at >= 0) bytes += column.rewriteBytes(values[at], place) + (hasNewPages ? column.wideBytes(place) : 0);
    }
    return bytes;
  }

  /** By how much the row's long values grow together, and bytes of those that go to the end of the heap. */
  #longValuesOf({ row, values, ordinals, longBytes }: ComingWrite): { grownBytes: number; appendedBytes: number } {
    if (row === NO_ROW) return { grownBytes: longBytes, appendedBytes: longBytes };
    let grownBytes = 0;
    let appendedBytes = 0;
    const { columns } = this.#parts;
    for (let at = 0; at < (ordinals ?? columns).length; at++) {
      const column = columns[ordinals === undefined ? at : ordinals[at]];
      const bytes = longBytesOf(column.schema, values[at]);
      grownBytes += bytes - column.heldBytes(row);
      if (bytes > 0 && !column.overwrites(row, bytes)) appendedBytes += bytes;
    }
    return { grownBytes, appendedBytes };
  }

  #hasPageNumbers(pages: number): boolean {
    return this.#parts.heap.pagesLeft >= this.#heapPages + pages + HEAP_PAGES_REWRITTEN_MAX;
  }

  #requirePageNumbers(write: ComingWrite): void {
    // A page is left for the next when it is half full at least.
    const rewritten = Math.min(HEAP_PAGES_REWRITTEN_MAX, Math.ceil((2 * this.#rewriteBytes(write)) / HEAP_PAGE_BYTES));
    this.#parts.heap.require(this.#heapPages + write.besidePages + rewritten);
  }
}

interface Need extends MemoryNeed {
  /** Whether the row gets longer, or is new. */
  readonly grows: boolean;
}
