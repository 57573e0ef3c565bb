import { compareUtf8, murmur3, murmur3String, utf8Length } from '@weft/base';
import type { Heap } from '../memory/heap.ts';
import { compareStrings } from '../kind/compare-strings.ts';
import { ROW_BITS, ROW_MASK } from '../memory/layout.ts';
import type { PageView, TableMemory } from '../memory/page-run.ts';
import type { ColumnSchema } from '../type/schema.ts';
import { Column, type ColumnPages } from './column.ts';
import type { PageBytes, PageForm } from './column-image.ts';
import { NO_CODE, type Dictionary } from './dictionary.ts';
import type { LiveRows } from './live-rows.ts';
import {
  cellHash,
  cellLength,
  cellPrefix,
  clearCell,
  compareCell,
  compareCells,
  equalsCell,
  hashCells,
  readCell,
  touchCell,
  writeCell,
} from './string-cells.ts';
import { StringCodes, type CodesImage } from './string-codes.ts';
import { StringForms } from './string-forms.ts';
import { StringPages } from './string-pages.ts';
import { StringRewriter } from './string-rewriter.ts';
import { INLINE_REWRITE_BYTES, rewriteBytesMax, wideBytes } from './string-room.ts';
import { bytesPrefix, textPrefix } from './text-prefix.ts';
import type { ValueRun } from './value-run.ts';

/** What a string column shares with its table. */
export interface StringParts {
  readonly heap: Heap;
  readonly live: LiveRows;
  /** False where the values are known to differ from row to row. */
  readonly startsWithCodes: boolean;
}

/**
 * Text. Each page is in one of three modes: 16-bit codes of the column's dictionary, cells that hold the text itself
 * (`string-cells.ts`), or 32-bit refs into the table's heap.
 *
 * A column starts with codes unless its values are known to differ (keys, unique indexes). Once the dictionary has grown
 * past its bounds, new pages get cells or refs, and so does the page that met the value too many. Which of the two is chosen
 * page by page, by what takes less memory for texts like those that came before (`StringSurvey`). A page that meets a text too
 * long for its cells is rewritten, with longer cells or as refs.
 */
export class StringColumn extends Column {
  readonly exactBelow = 0;
  readonly codePages: (Uint16Array<SharedArrayBuffer> | undefined)[];
  readonly refPages: (Uint32Array<SharedArrayBuffer> | undefined)[];
  readonly inlinePages: (Uint8Array<SharedArrayBuffer> | undefined)[];
  readonly #pages: StringPages;
  readonly #heap: Heap;
  readonly #live: LiveRows;
  readonly #codes: StringCodes;
  readonly #forms = new StringForms();
  readonly #rewriter: StringRewriter;
  /** Rows of the run that is being written, as far as they hold their text: they are live once all columns have theirs. */
  #runFrom = 0;
  #runTo = 0;

  constructor(
    schema: ColumnSchema,
    memory: TableMemory,
    { heap, live, startsWithCodes }: StringParts,
    from?: StringColumn,
  ) {
    super(schema, memory, from);
    this.#heap = heap;
    this.#live = live;
    this.#codes = from === undefined ? new StringCodes(memory, startsWithCodes) : from.#codes.freeze();
    this.#pages = from === undefined ? new StringPages(memory) : from.#pages;
    const { codes, refs, inline } = this.#pages;
    this.codePages = from === undefined ? codes.views : codes.freeze();
    this.refPages = from === undefined ? refs.views : refs.freeze();
    this.inlinePages = from === undefined ? inline.views : inline.freeze();
    this.#rewriter = new StringRewriter(this, {
      pages: this.#pages,
      heap,
      codes: this.#codes,
      forms: this.#forms,
      segmentOf: (page) => this.segmentOf(page),
      isHeld: (row) => live.has(row) || (row >= this.#runFrom && row < this.#runTo),
    });
  }

  freeze(heap: Heap): StringColumn {
    return new StringColumn(this.schema, this.memory, { heap, live: this.#live, startsWithCodes: false }, this);
  }

  /** The dictionary, where the column has one. */
  get dictionary(): Dictionary | undefined {
    return this.#codes.dictionary;
  }

  get(row: number): string | undefined {
    if (this.nulls !== undefined && this.nulls.has(row)) return undefined;
    const cells = this.inlinePages[row >>> ROW_BITS];
    if (cells !== undefined) return readCell(cells, row);
    const refs = this.refPages[row >>> ROW_BITS];
    if (refs !== undefined) return this.#heap.text(refs[row & ROW_MASK]);
    return this.#codes.dictionary!.texts[this.codePages[row >>> ROW_BITS]![row & ROW_MASK]];
  }

  set(row: number, value: string | undefined): void {
    if (value === undefined) return this.#setNull(row);
    this.#codes.rowsWritten++;
    if (this.codePages[row >>> ROW_BITS] !== undefined) {
      const code = this.#codes.codeFor(value);
      if (code >= 0) {
        this.#pages.ownCodes(row)[row & ROW_MASK] = code;
        this.#codes.dictionary!.hold(code);
        this.#note(row, this.#codes.dictionary!.prefixes[code]);
        return;
      }
      this.#rewriter.leaveCodes(row, value);
    } else if (this.#forms.isReady) this.#rewriter.settle(row, value);
    this.#setText(row, value);
    this.#note(row, textPrefix(value));
  }

  override setRun(row: number, run: ValueRun, picks: Int32Array): void {
    const isCoded = run.isComplete && run.values !== undefined;
    this.#runFrom = this.#runTo = row;
    for (;;) {
      const done = this.#runTo - row;
      if (isCoded) this.#runTo += this.#setCodes(this.#runTo, run, done === 0 ? picks : picks.subarray(done));
      if (this.#runTo - row >= picks.length) break;
      this.set(this.#runTo, run.at(picks[this.#runTo - row]!) as string | undefined);
      this.#runTo++;
    }
    this.#runFrom = this.#runTo = 0;
  }

  override touch(row: number): number {
    const cells = this.inlinePages[row >>> ROW_BITS];
    if (cells !== undefined) return touchCell(cells, row);
    const refs = this.refPages[row >>> ROW_BITS];
    return refs !== undefined
      ? this.#heap.touch(refs[row & ROW_MASK])
      : this.codePages[row >>> ROW_BITS]![row & ROW_MASK];
  }

  override heldBytes(row: number): number {
    if (this.isNull(row)) return 0;
    const cells = this.inlinePages[row >>> ROW_BITS];
    if (cells !== undefined) return cellLength(cells, row);
    const ref = this.#refOf(row);
    return ref >= 0 ? this.#heap.lengthOf(ref) : utf8Length(this.get(row)!);
  }

  override replace(row: number, value: string | undefined): void {
    if (this.equals(row, value)) return;
    const old = this.#refOf(row);
    if (old < 0 || value === undefined) {
      const code = this.#codeOf(row);
      this.set(row, value);
      if (old >= 0) this.#heap.release(old);
      if (code >= 0) this.#codes.dictionary?.drop(code);
      return;
    }
    const ref = this.#heap.replaceText(old, value);
    if (ref !== old) this.#pages.ownRefs(row)[row & ROW_MASK] = ref;
    this.#codes.rowsWritten++;
    this.#forms.add(this.#heap.lengthOf(ref));
    this.#note(row, textPrefix(value));
  }

  override overwrites(row: number, bytes: number): boolean {
    const cells = this.inlinePages[row >>> ROW_BITS];
    if (cells !== undefined) return bytes <= cells.length >>> ROW_BITS;
    if (this.refPages[row >>> ROW_BITS] === undefined) return true;
    const ref = this.#refOf(row);
    return ref >= 0 && this.#heap.canOverwrite(ref, bytes);
  }

  override remove(row: number): void {
    const ref = this.#refOf(row);
    if (ref >= 0) this.#heap.release(ref);
    const code = this.#codeOf(row);
    if (code >= 0) this.#codes.dictionary!.drop(code);
    super.remove(row);
  }

  /** Moves the row's text out of a sparse heap page. Bytes moved. */
  compact(row: number, isVictim: (page: number) => boolean): number {
    const ref = this.#refOf(row);
    if (ref < 0 || !isVictim(ref >>> 16)) return 0;
    const bytes = this.#heap.lengthOf(ref);
    this.#pages.ownRefs(row)[row & ROW_MASK] = this.#heap.move(ref);
    return bytes;
  }

  /** A text that the dictionary or the cells do not take makes pages leave them. */
  override rewriteBytes(value: unknown, row = -1): number {
    if (typeof value !== 'string') return 0;
    const { length } = this.codePages;
    if (row < 0) return this.#codes.roomFor(value, 0, length) + this.#forms.room(utf8Length(value));
    const page = row >>> ROW_BITS;
    if (this.codePages[page] !== undefined) return this.#codes.roomFor(value, this.#live.countIn(page), length);
    const cells = this.inlinePages[page];
    const fits = cells === undefined || utf8Length(value) <= cells.length >>> ROW_BITS;
    return this.#forms.roomToSettle + (fits ? 0 : INLINE_REWRITE_BYTES);
  }

  override wideBytes(row = -1): number {
    return row < 0
      ? wideBytes(this.#forms.widest)
      : wideBytes((this.inlinePages[row >>> ROW_BITS]?.length ?? 0) >>> ROW_BITS);
  }

  override get rewriteBytesMax(): number {
    return rewriteBytesMax(this.#codes.dictionary, this.#forms.widest);
  }

  override equals(row: number, value: unknown): boolean {
    if (typeof value !== 'string') return this.isNull(row) && value === undefined;
    if (this.isNull(row)) return false;
    const cells = this.inlinePages[row >>> ROW_BITS];
    if (cells !== undefined) return equalsCell(cells, row, value);
    const refs = this.refPages[row >>> ROW_BITS];
    if (refs === undefined)
      return this.#codes.dictionary!.texts[this.codePages[row >>> ROW_BITS]![row & ROW_MASK]] === value;
    return this.#heap.equalsText(refs[row & ROW_MASK], value);
  }

  override compareTo(row: number, value: string): number {
    const cells = this.inlinePages[row >>> ROW_BITS];
    if (cells !== undefined) return compareCell(cells, row, value);
    const refs = this.refPages[row >>> ROW_BITS];
    if (refs === undefined)
      return compareStrings(this.#codes.dictionary!.texts[this.codePages[row >>> ROW_BITS]![row & ROW_MASK]], value);
    const bytes = this.#heap.view(refs[row & ROW_MASK]);
    return compareUtf8(bytes, 0, bytes.length, value);
  }

  override compareRows(a: number, b: number): number {
    if (this.isNull(a) || this.isNull(b)) return super.compareRows(a, b);
    const cellsA = this.inlinePages[a >>> ROW_BITS];
    const cellsB = this.inlinePages[b >>> ROW_BITS];
    if (cellsA !== undefined && cellsB !== undefined) return compareCells(cellsA, a, cellsB, b);
    const refsA = this.refPages[a >>> ROW_BITS];
    const refsB = this.refPages[b >>> ROW_BITS];
    if (refsA !== undefined && refsB !== undefined) return this.#heap.compare(refsA[a & ROW_MASK], refsB[b & ROW_MASK]);
    const codesA = this.codePages[a >>> ROW_BITS];
    const codesB = this.codePages[b >>> ROW_BITS];
    if (codesA === undefined || codesB === undefined) return super.compareRows(a, b);
    const codeA = codesA[a & ROW_MASK];
    const codeB = codesB[b & ROW_MASK];
    return codeA === codeB
      ? 0
      : compareStrings(this.#codes.dictionary!.texts[codeA], this.#codes.dictionary!.texts[codeB]);
  }

  /** Compares the bytes where they lie, without making a string of each. */
  equalTo(value: unknown): (row: number) => boolean {
    return (row) => this.equals(row, value);
  }

  comparedTo(value: unknown): (row: number) => number {
    return (row) => this.compareTo(row, value as string);
  }

  prefixOf(row: number): number {
    if (this.isNull(row)) return Infinity;
    const cells = this.inlinePages[row >>> ROW_BITS];
    if (cells !== undefined) return cellPrefix(cells, row);
    const refs = this.refPages[row >>> ROW_BITS];
    if (refs === undefined) return this.#codes.dictionary!.prefixes[this.codePages[row >>> ROW_BITS]![row & ROW_MASK]];
    return bytesPrefix(this.#heap.view(refs[row & ROW_MASK]));
  }

  prefixOfValue(value: string): number {
    return textPrefix(value);
  }

  override hashOf(row: number): number {
    const cells = this.inlinePages[row >>> ROW_BITS];
    if (cells !== undefined) return cellHash(cells, row);
    const refs = this.refPages[row >>> ROW_BITS];
    if (refs === undefined) return this.#codes.dictionary!.hashes[this.codePages[row >>> ROW_BITS]![row & ROW_MASK]];
    const bytes = this.#heap.view(refs[row & ROW_MASK]);
    return murmur3(bytes, 0, bytes.length, 0);
  }

  override hashOfValue(value: string): number {
    return murmur3String(value, 0);
  }

  override hashRows(rows: Int32Array, count: number, hashes: Int32Array): void {
    const page = count === 0 ? -1 : rows[0]! >>> ROW_BITS;
    const cells = this.inlinePages[page];
    const codes = this.codePages[page];
    if (this.nulls !== undefined || (cells ?? codes) === undefined) return super.hashRows(rows, count, hashes);
    if (cells !== undefined) {
      hashCells(cells, rows, count, hashes);
      return;
    }
    const known = this.#codes.dictionary!.hashes;
    for (let i = 0; i < count; i++) hashes[i] = known[codes![rows[i]! & ROW_MASK]!]!;
  }

  override addPage(page: number, near: number): void {
    if (this.#codes.suitNewPages) this.#pages.codes.add(page, near).fill(NO_CODE);
    else this.#pages.addText(page, near, this.#forms.next());
    this.zones.reset(page, near);
  }

  override removePage(page: number): void {
    this.#pages.remove(page);
    this.nulls?.removePage(page);
    this.zones.reset(page, 0);
  }

  override clear(): void {
    this.#pages.clear();
    this.#codes.clear();
    this.nulls?.clear();
    this.zones.clear();
    this.#forms.clear();
  }

  override describe(): ColumnPages {
    return {
      ...this.#pages.describe({ codes: this.codePages, refs: this.refPages, inline: this.inlinePages }),
      dictionary: this.#codes.describe(),
      nulls: this.nulls?.describe(),
      zones: this.zones.describe(),
    };
  }

  override adopt({ cells, codes, inline, dictionary, nulls, zones }: ColumnPages): void {
    this.#pages.adopt({ cells, codes: codes!, inline: inline! });
    this.#codes.adopt(dictionary);
    if (nulls !== undefined) this.nulls?.adopt(nulls);
    this.zones.adopt(zones);
  }

  override get bytes(): number {
    return this.#pages.bytes + this.#codes.bytes + (this.nulls?.bytes ?? 0) + this.zones.bytes;
  }

  override get dictionaryBytes(): number {
    return this.#codes.bytes;
  }

  override cells(page: number): PageView | undefined {
    return this.codePages[page] ?? this.inlinePages[page] ?? this.refPages[page];
  }

  override hasCodes(page: number): boolean {
    return this.codePages[page] !== undefined;
  }

  override formOf(page: number): PageForm {
    return this.hasCodes(page) ? 'codes' : this.inlinePages[page] === undefined ? 'refs' : 'text';
  }

  override codesImage(): CodesImage | undefined {
    return this.#codes.image();
  }

  override restoreCodes(image: Omit<CodesImage, 'texts'> | undefined): void {
    this.#codes.restore(image);
  }

  override restoreTexts(texts: readonly string[]): void {
    this.#codes.dictionary!.restore(texts);
  }

  override restored(): void {
    this.#codes.dictionary?.restored();
  }

  protected override restoreCells(page: number, near: number, { form, cells }: PageBytes): void {
    this.#pages.restore(page, near, form, cells);
    if (form === 'codes')
      this.#codes.holdCells(this.codePages[page]!, page << ROW_BITS, (row) => this.#live.has(row) && !this.isNull(row));
    else if (form === 'text') this.#forms.note(cells.length >>> ROW_BITS);
    if (form !== 'codes') this.#forms.settle(form === 'text' ? cells.length >>> ROW_BITS : 0);
  }

  /** The ref that a row holds, -1 where it holds none. */
  #refOf(row: number): number {
    const refs = this.refPages[row >>> ROW_BITS];
    return refs === undefined || this.isNull(row) ? -1 : refs[row & ROW_MASK];
  }

  /** The code that a row holds, -1 where it holds none. */
  #codeOf(row: number): number {
    const codes = this.codePages[row >>> ROW_BITS];
    return codes === undefined || this.isNull(row) ? -1 : codes[row & ROW_MASK];
  }

  /** Writes the first of the picked texts, as long as the page has codes and the dictionary knows them. How many. */
  #setCodes(row: number, { data, values }: ValueRun, picks: Int32Array): number {
    if (this.codePages[row >>> ROW_BITS] === undefined) return 0;
    const run = this.#codes.runOf(values!);
    const cells = this.#pages.ownCodes(row);
    const count = run.write(this.#codes.dictionary!, cells, row & ROW_MASK, data as ArrayLike<number>, picks);
    this.#codes.rowsWritten += count;
    if (count > 0) this.noteRun(row, count, run.min, run.max);
    return count;
  }

  #setNull(row: number): void {
    const page = row >>> ROW_BITS;
    if (this.codePages[page] !== undefined) this.#pages.ownCodes(row)[row & ROW_MASK] = 0;
    else {
      this.#forms.addAbsent();
      if (this.refPages[page] !== undefined) this.#pages.ownRefs(row)[row & ROW_MASK] = 0;
      else clearCell(this.#pages.ownInline(row), row);
    }
    this.markNull(row);
  }

  /** Writes a text to a page without codes. */
  #setText(row: number, value: string): void {
    const cells = this.inlinePages[row >>> ROW_BITS];
    if (cells !== undefined) {
      // Longer than its cell: its page is rewritten, and not copied before.
      const fits = value.length <= cells.length >>> ROW_BITS;
      const bytes = fits ? writeCell(this.#pages.ownInline(row), row, value) : -1;
      if (bytes >= 0) return this.#forms.add(bytes);
      this.#rewriter.rewrite(row >>> ROW_BITS, row, value);
      if (this.inlinePages[row >>> ROW_BITS] !== undefined) return this.#setText(row, value);
    }
    const ref = this.#heap.putText(value);
    this.#pages.ownRefs(row)[row & ROW_MASK] = ref;
    this.#forms.add(this.#heap.lengthOf(ref));
  }

  #note(row: number, prefix: number): void {
    if (this.nulls !== undefined) this.nulls.unmark(row, this.zones);
    this.zones.widen(row >>> ROW_BITS, prefix);
  }
}
