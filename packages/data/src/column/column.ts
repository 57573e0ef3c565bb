import { assert } from '@weft/base';
import { compareValues, equalValues } from '../kind/compare.ts';
import { hashOfValue } from '../kind/routing.ts';
import type { Heap } from '../memory/heap.ts';
import { ROW_BITS, ROWS_PER_PAGE } from '../memory/layout.ts';
import { PageRun, type PageView, type PageViewConstructor, type TableMemory } from '../memory/page-run.ts';
import type { ColumnSchema } from '../type/schema.ts';
import type { PageBytes, PageForm, PageImage } from './column-image.ts';
import type { DictionaryPages } from './dictionary.ts';
import { hasSameCells } from './same-cells.ts';
import type { LiveRows } from './live-rows.ts';
import { NullMap } from './null-map.ts';
import type { CodesImage } from './string-codes.ts';
import type { ColumnReader } from './reader.ts';
import { ZoneMap } from './zone-map.ts';
import type { ValueRun } from './value-run.ts';

/** What `hashRows` says of a value that is not there. */
export const ABSENT_HASH = 0x3c6e_f372;

/** Units of a column's pages, 0 where there is none. Can be posted to another thread. */
export interface ColumnPages {
  /** Cells by page; of text, the pages of refs. */
  readonly cells: Int32Array;
  /** Pages of dictionary codes, pages of text in cells with their sizes, and the dictionary, of text. */
  readonly codes?: Int32Array;
  readonly inline?: { readonly units: Int32Array; readonly bytes: Int32Array };
  readonly dictionary?: DictionaryPages | undefined;
  /** Null bitmaps by page; `undefined` where every row has a value. */
  readonly nulls: Int32Array | undefined;
  /** Blocks of the zone map. */
  readonly zones: Int32Array;
}

/**
 * One column of a table: the live one, which the host writes, or, after `freeze`, its reader as of a snapshot. Both are of
 * one class, so that the code that reads them stays monomorphic.
 *
 * Values passed in have been checked and normalised (`checkerOf`). The caller inserts (`set` on a row that holds nothing),
 * replaces (`replace`) and removes (`remove`) rows; pages are added and removed by the table.
 */
export abstract class Column implements ColumnReader {
  /** Changed by `redeclare` only. */
  schema: ColumnSchema;
  readonly zones: ZoneMap;
  /** Absent where every row has a value. */
  nulls: NullMap | undefined;
  protected readonly memory: TableMemory;

  constructor(schema: ColumnSchema, memory: TableMemory, from?: Column) {
    this.schema = schema;
    this.memory = memory;
    this.zones = from === undefined ? new ZoneMap(memory) : from.zones.freeze();
    if (from !== undefined) this.nulls = from.nulls?.freeze();
    else this.nulls = schema.optional ? new NullMap(memory) : undefined;
  }

  /**
   * Takes the declaration that the next version of the type has of this column: of the same cells (`hasSameCells`), perhaps
   * under another name or in another place. Snapshots that were opened before keep the one they have.
   */
  redeclare(schema: ColumnSchema): void {
    assert(hasSameCells(this.schema, schema), 'a column keeps its cells under another declaration');
    this.schema = schema;
    if (schema.optional) this.nulls ??= new NullMap(this.memory);
  }

  /** Whether `fill` can give rows this value (`undefined`: none). */
  canFill(_value: unknown): boolean {
    return false;
  }

  /** Gives every live row of a page that holds nothing yet one value; the rows' places that are free may get it too. */
  fill(_page: number, _value: unknown, _live: LiveRows): void {
    assert(false, 'only cells that hold the whole value are filled by the page');
  }

  abstract get(row: number): unknown;
  /** Writes the value of a row that holds nothing yet. */
  abstract set(row: number, value: unknown): void;

  /** `set` for the rows from `row` on, which are on one page and hold nothing: the values of the batch's rows `picks`. */
  setRun(row: number, run: ValueRun, picks: Int32Array): void {
    for (let i = 0; i < picks.length; i++) this.set(row + i, run.at(picks[i]!));
  }

  /** The column as it is now, for reading while the live one goes on. `heap`: the table's heap as of the same moment. */
  abstract freeze(heap: Heap): Column;
  abstract addPage(page: number, near: number): void;
  abstract removePage(page: number): void;
  abstract clear(): void;
  /** Bytes of cells, null bitmaps, zone maps and dictionary. The heap is the table's. */
  abstract get bytes(): number;
  /** Of `bytes`, what a dictionary takes. */
  get dictionaryBytes(): number {
    return 0;
  }

  /** Where the pages lie, for a reader in another thread. */
  abstract describe(): ColumnPages;
  /** Sees the pages of another thread's column. Afterwards this one is only read. */
  abstract adopt(pages: ColumnPages): void;
  /** In which form the page is that there is. */
  formOf(_page: number): PageForm {
    return 'cells';
  }

  /** A page as it is, for a copy elsewhere; `undefined` where there is none. */
  pageImage(page: number): PageImage | undefined {
    const cells = this.cells(page);
    if (cells === undefined) return undefined;
    const { zones } = this;
    const zone = { min: zones.min(page), max: zones.max(page), absent: zones.nulls(page) };
    return { form: this.formOf(page), cells, nulls: this.nulls?.pages[page], zone };
  }

  /** The dictionary, of text that has one. */
  codesImage(): CodesImage | undefined {
    return undefined;
  }

  /** Takes what `codesImage` gave, before the first page; `restoreTexts` brings the texts in order. The column is empty. */
  restoreCodes(_image: Omit<CodesImage, 'texts'> | undefined): void {}
  restoreTexts(_texts: readonly string[]): void {}

  /** Puts a page that comes back from a copy. Which rows are live is known by then. */
  restorePage(page: number, near: number, bytes: PageBytes): void {
    this.zones.restore(page, bytes.zone, near);
    if (bytes.nulls !== undefined) {
      assert(this.nulls !== undefined, 'only an optional column lacks values');
      this.nulls.restorePage(page, near, bytes.nulls);
    }
    this.restoreCells(page, near, bytes);
  }

  /** After the last page. */
  restored(): void {}

  protected abstract restoreCells(page: number, near: number, bytes: PageBytes): void;

  /** The cells of a page, `undefined` where there is none: for kernels and workers. */
  abstract cells(page: number): PageView | undefined;
  /** Whether the cells of a page are codes of a dictionary. */
  hasCodes(_page: number): boolean {
    return false;
  }

  /** A number that never orders two values the wrong way round: a < b implies prefixOf(a) ≤ prefixOf(b). Absent is Infinity. */
  abstract prefixOf(row: number): number;
  abstract prefixOfValue(value: unknown): number;
  /** Prefixes of a magnitude below this are the whole value: Infinity for numbers, 2^53 for 64-bit integers, 0 for text. */
  abstract readonly exactBelow: number;

  /**
   * Reads the row's cell and answers something of it. Called for all columns of a row before any is decoded, so that the
   * processor fetches their cache lines side by side and not one after another: at a million rows this halves a point read.
   */
  touch(_row: number): number {
    return 0;
  }

  isNull(row: number): boolean {
    return this.nulls !== undefined && this.nulls.has(row);
  }

  /** Bytes that the row's value takes in the heap, or would: 0 for kinds that fit their cells. */
  heldBytes(_row: number): number {
    return 0;
  }

  /** Whether replacing the row's value by one of so many bytes appends nothing to the table's heap. */
  overwrites(_row: number, _bytes: number): boolean {
    return true;
  }

  /** Writes the value of a row that holds another one. */
  replace(row: number, value: unknown): void {
    this.set(row, value);
  }

  /** Lets go of what a row holds, before the row is reused. */
  remove(row: number): void {
    this.nulls?.unmark(row, this.zones);
  }

  /**
   * Bytes at most that writing `value` may need beside the value itself and a page for it. `row`: where it goes, if that is
   * known.
   */
  rewriteBytes(_value: unknown, _row = -1): number {
    return 0;
  }

  /** Bytes that a page which is added, or copied for a write to `row`, takes beyond those of 16-byte cells. */
  wideBytes(_row = -1): number {
    return 0;
  }

  /** What `rewriteBytes` and `wideBytes` add up to at most as things stand, whatever is written and where. */
  get rewriteBytesMax(): number {
    return 0;
  }

  /** Whether the row holds this value (`undefined`: none). */
  equals(row: number, value: unknown): boolean {
    const held = this.get(row);
    if (held === undefined || value === undefined) return held === value;
    return equalValues(this.schema.kind, held, value);
  }

  /** Sign of the row's value minus `value`; neither is absent. */
  compareTo(row: number, value: unknown): number {
    return compareValues(this.schema.kind, this.get(row), value);
  }

  /** Order of two rows, absent last. */
  compareRows(a: number, b: number): number {
    const x = this.get(a);
    const y = this.get(b);
    if (x === undefined || y === undefined) return (x === undefined ? 1 : 0) - (y === undefined ? 1 : 0);
    return compareValues(this.schema.kind, x, y);
  }

  /** murmur3 of the routing bytes of the row's value; the row has one. */
  hashOf(row: number): number {
    return this.hashOfValue(this.get(row));
  }

  hashOfValue(value: unknown): number {
    return hashOfValue(this.schema.kind, value);
  }

  /** `hashOf` of the first `count` of these rows, which lie on one page; ABSENT_HASH for those without a value. */
  hashRows(rows: Int32Array, count: number, hashes: Int32Array): void {
    for (let i = 0; i < count; i++) {
      const row = rows[i]!;
      hashes[i] = this.isNull(row) ? ABSENT_HASH : this.hashOf(row);
    }
  }

  /** Keeps null bitmap and bounds in step with values just written to rows side by side, whose prefixes lie within these bounds. */
  protected noteRun(row: number, count: number, min: number, max: number): void {
    if (this.nulls !== undefined) for (let i = 0; i < count; i++) this.nulls.unmark(row + i, this.zones);
    this.zones.widen(row >>> ROW_BITS, min);
    this.zones.widen(row >>> ROW_BITS, max);
  }

  /** Marks the row as holding none; its cell is zeroed by the caller. */
  protected markNull(row: number): void {
    assert(this.nulls !== undefined, 'only an optional column lacks values');
    this.nulls.mark(row, this.zones, () => this.segmentOf(row >>> ROW_BITS));
  }

  /** Marks all live rows of a page, none of which is marked. */
  protected markNulls(page: number, live: LiveRows): void {
    assert(this.nulls !== undefined, 'only an optional column lacks values');
    if (live.countIn(page) > 0) this.nulls.markPage(page, live, this.zones, this.segmentOf(page));
  }

  /** The segment of a page's cells: kernels want the bitmap beside them. */
  protected segmentOf(page: number): number {
    const { arena } = this.memory;
    return arena.segmentOf(arena.unitOf(this.cells(page)!));
  }
}

/** A column whose values fit their cells. */
export abstract class CellColumn<V extends PageView> extends Column {
  readonly pages: (V | undefined)[];
  protected readonly run: PageRun<V>;

  constructor(
    schema: ColumnSchema,
    memory: TableMemory,
    View: PageViewConstructor<V>,
    cellBytes: number,
    from?: CellColumn<V>,
  ) {
    super(schema, memory, from);
    this.run = from === undefined ? new PageRun<V>(memory, View, ROWS_PER_PAGE * cellBytes) : from.run;
    this.pages = from === undefined ? this.run.views : this.run.freeze();
  }

  override addPage(page: number, near: number): void {
    this.run.add(page, near);
    this.zones.reset(page, near);
  }

  override removePage(page: number): void {
    this.run.remove(page);
    this.nulls?.removePage(page);
    this.zones.reset(page, 0);
  }

  override clear(): void {
    this.run.clear();
    this.nulls?.clear();
    this.zones.clear();
  }

  override describe(): ColumnPages {
    return { cells: this.run.unitsOf(this.pages), nulls: this.nulls?.describe(), zones: this.zones.describe() };
  }

  override adopt({ cells, nulls, zones }: ColumnPages): void {
    this.run.adopt(cells);
    if (nulls !== undefined) this.nulls?.adopt(nulls);
    this.zones.adopt(zones);
  }

  protected override restoreCells(page: number, near: number, { cells }: PageBytes): void {
    const { buffer, byteOffset, byteLength } = this.run.add(page, near);
    new Uint8Array(buffer, byteOffset, byteLength).set(cells);
  }

  override get bytes(): number {
    return this.run.bytes + (this.nulls?.bytes ?? 0) + this.zones.bytes;
  }

  override cells(page: number): V | undefined {
    return this.pages[page];
  }

  override canFill(_value: unknown): boolean {
    return true;
  }

  override fill(page: number, value: unknown, live: LiveRows): void {
    const { buffer, byteOffset, byteLength } = this.run.own(page);
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    if (value === undefined) {
      bytes.fill(0);
      this.markNulls(page, live);
      return;
    }
    this.set(page * ROWS_PER_PAGE, value);
    // The first cell, then twice as many with each copy.
    for (let done = byteLength / ROWS_PER_PAGE; done < byteLength; done *= 2) bytes.copyWithin(done, 0, done);
  }

  /** The page of a row for writing: cells that an open snapshot can see are copied first. */
  protected own(row: number): V {
    const page = row >>> ROW_BITS;
    const { epochs } = this.memory;
    if (row < epochs.frozenRows && this.run.born[page] <= epochs.newest) return this.run.own(page);
    return this.pages[page]!;
  }

  /** Keeps null bitmap and bounds in step with a value just written. */
  protected noteValue(row: number, prefix: number): void {
    if (this.nulls !== undefined) this.nulls.unmark(row, this.zones);
    this.zones.widen(row >>> ROW_BITS, prefix);
  }
}
