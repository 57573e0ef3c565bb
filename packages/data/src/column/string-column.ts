import { compareUtf8, murmur3, murmur3String, utf8Length } from '@weft/base';
import type { Heap } from '../memory/heap.ts';
import { compareStrings } from '../kind/compare-strings.ts';
import { ROW_BITS, ROW_MASK, ROWS_PER_PAGE } from '../memory/layout.ts';
import { PageRun, type PageView, type TableMemory } from '../memory/page-run.ts';
import type { ColumnSchema } from '../type/schema.ts';
import { Column, type ColumnPages } from './column.ts';
import { Dictionary, DICTIONARY_MAX, DICTIONARY_TEXT_MAX } from './dictionary.ts';
import type { LiveRows } from './live-rows.ts';
import { bytesPrefix, textPrefix } from './text-prefix.ts';

/** A dictionary may grow this far whatever the column holds; past it, it must stay below a share of the rows. */
const DICTIONARY_FREE = 16_384;
const DICTIONARY_SHARE_OF_ROWS = 1 / 8;
/** When a dictionary proves useless, this many pages are rewritten at once (about 0.5 ms each) and it is dropped. */
const PAGES_REWRITTEN_MAX = 3;
const REF_BYTES = 4;
/** What the heap puts before a text that a dictionary may hold. */
const TEXT_HEADER_BYTES_MAX = 2;
/** `rewriteBytes` at most. */
export const REWRITE_BYTES_MAX =
  (PAGES_REWRITTEN_MAX + 1) * ROWS_PER_PAGE * (REF_BYTES + TEXT_HEADER_BYTES_MAX + 3 * DICTIONARY_TEXT_MAX);

/** What a string column shares with its table. */
export interface StringParts {
  readonly heap: Heap;
  readonly live: LiveRows;
  /** False where the values are known to differ from row to row. */
  readonly startsWithCodes: boolean;
}

/**
 * Text. Each page is in one of two modes: 16-bit codes of the column's dictionary, or 32-bit refs into the table's heap.
 *
 * A column starts with codes unless its values are known to differ (keys, unique indexes). Once the dictionary has grown
 * past its bounds, new pages get refs, and so does the page that met the value too many.
 */
export class StringColumn extends Column {
  readonly exactBelow = 0;
  readonly codePages: (Uint16Array<SharedArrayBuffer> | undefined)[];
  readonly refPages: (Uint32Array<SharedArrayBuffer> | undefined)[];
  readonly #codes: PageRun<Uint16Array<SharedArrayBuffer>>;
  readonly #refs: PageRun<Uint32Array<SharedArrayBuffer>>;
  readonly #heap: Heap;
  readonly #live: LiveRows;
  readonly #startsWithCodes: boolean;
  #dictionary: Dictionary | undefined;
  #hasGivenUp = false;
  #rowsWritten = 0;
  /** Codes that there were when this column was frozen. */
  readonly #frozenCodes: number;

  constructor(
    schema: ColumnSchema,
    memory: TableMemory,
    { heap, live, startsWithCodes }: StringParts,
    from?: StringColumn,
  ) {
    super(schema, memory, from);
    this.#heap = heap;
    this.#live = live;
    this.#startsWithCodes = startsWithCodes;
    this.#codes =
      from === undefined
        ? new PageRun<Uint16Array<SharedArrayBuffer>>(memory, Uint16Array, ROWS_PER_PAGE * 2)
        : from.#codes;
    this.#refs =
      from === undefined
        ? new PageRun<Uint32Array<SharedArrayBuffer>>(memory, Uint32Array, ROWS_PER_PAGE * 4)
        : from.#refs;
    this.codePages = from === undefined ? this.#codes.views : this.#codes.freeze();
    this.refPages = from === undefined ? this.#refs.views : this.#refs.freeze();
    this.#frozenCodes = from === undefined || from.#dictionary === undefined ? 0 : from.#dictionary.length;
    if (from !== undefined) this.#dictionary = from.#dictionary;
    else if (startsWithCodes) this.#dictionary = new Dictionary(memory);
  }

  freeze(heap: Heap): StringColumn {
    return new StringColumn(this.schema, this.memory, { heap, live: this.#live, startsWithCodes: false }, this);
  }

  /** The dictionary, where the column has one. */
  get dictionary(): Dictionary | undefined {
    return this.#dictionary;
  }

  get(row: number): string | undefined {
    if (this.nulls !== undefined && this.nulls.has(row)) return undefined;
    const refs = this.refPages[row >>> ROW_BITS];
    if (refs !== undefined) return this.#heap.text(refs[row & ROW_MASK]);
    return this.#dictionary!.texts[this.codePages[row >>> ROW_BITS]![row & ROW_MASK]];
  }

  set(row: number, value: string | undefined): void {
    const page = row >>> ROW_BITS;
    if (value === undefined) return this.#setNull(row);
    this.#rowsWritten++;
    if (this.refPages[page] === undefined) {
      const code = this.#codeFor(value);
      if (code >= 0) {
        this.#ownCodes(row)[row & ROW_MASK] = code;
        this.#note(row, this.#dictionary!.prefixes[code]);
        return;
      }
      this.#leaveCodes(row);
    }
    this.#ownRefs(row)[row & ROW_MASK] = this.#heap.putText(value);
    this.#note(row, textPrefix(value));
  }

  override touch(row: number): number {
    const refs = this.refPages[row >>> ROW_BITS];
    return refs !== undefined
      ? this.#heap.touch(refs[row & ROW_MASK])
      : this.codePages[row >>> ROW_BITS]![row & ROW_MASK];
  }

  override heldBytes(row: number): number {
    const ref = this.#refOf(row);
    if (ref >= 0) return this.#heap.lengthOf(ref);
    return this.isNull(row) ? 0 : utf8Length(this.get(row)!);
  }

  override replace(row: number, value: string | undefined): void {
    if (this.equals(row, value)) return;
    const old = this.#refOf(row);
    if (old < 0 || value === undefined) {
      this.set(row, value);
      if (old >= 0) this.#heap.release(old);
      return;
    }
    const ref = this.#heap.replaceText(old, value);
    if (ref !== old) this.#ownRefs(row)[row & ROW_MASK] = ref;
    this.#rowsWritten++;
    this.#note(row, textPrefix(value));
  }

  override overwrites(row: number, bytes: number): boolean {
    if (this.refPages[row >>> ROW_BITS] === undefined) return true;
    const ref = this.#refOf(row);
    return ref >= 0 && this.#heap.canOverwrite(ref, bytes);
  }

  override remove(row: number): void {
    const ref = this.#refOf(row);
    if (ref >= 0) this.#heap.release(ref);
    super.remove(row);
  }

  /** Moves the row's text out of a sparse heap page. Bytes moved. */
  compact(row: number, isVictim: (page: number) => boolean): number {
    const ref = this.#refOf(row);
    if (ref < 0 || !isVictim(ref >>> 16)) return 0;
    const bytes = this.#heap.lengthOf(ref);
    this.#ownRefs(row)[row & ROW_MASK] = this.#heap.move(ref);
    return bytes;
  }

  /** A text that the dictionary does not take makes pages leave it. */
  override rewriteBytes(value: unknown): number {
    const dictionary = this.#dictionary;
    if (dictionary === undefined || typeof value !== 'string' || dictionary.codeOf(value) >= 0) return 0;
    if (value.length <= DICTIONARY_TEXT_MAX && this.#mayGrow(dictionary)) return 0;
    const pages = Math.min(this.codePages.length, PAGES_REWRITTEN_MAX + 1);
    return pages * ROWS_PER_PAGE * (REF_BYTES + TEXT_HEADER_BYTES_MAX + dictionary.textBytesMax);
  }

  override equals(row: number, value: unknown): boolean {
    if (typeof value !== 'string') return this.isNull(row) && value === undefined;
    if (this.isNull(row)) return false;
    const refs = this.refPages[row >>> ROW_BITS];
    if (refs === undefined) return this.#dictionary!.texts[this.codePages[row >>> ROW_BITS]![row & ROW_MASK]] === value;
    return this.#heap.equalsText(refs[row & ROW_MASK], value);
  }

  override compareTo(row: number, value: string): number {
    const refs = this.refPages[row >>> ROW_BITS];
    if (refs === undefined)
      return compareStrings(this.#dictionary!.texts[this.codePages[row >>> ROW_BITS]![row & ROW_MASK]], value);
    const bytes = this.#heap.view(refs[row & ROW_MASK]);
    return compareUtf8(bytes, 0, bytes.length, value);
  }

  override compareRows(a: number, b: number): number {
    const refA = this.#refOf(a);
    const refB = this.#refOf(b);
    if (refA >= 0 && refB >= 0) return this.#heap.compare(refA, refB);
    if (refA >= 0 || refB >= 0 || this.isNull(a) || this.isNull(b)) return super.compareRows(a, b);
    const codeA = this.codePages[a >>> ROW_BITS]![a & ROW_MASK];
    const codeB = this.codePages[b >>> ROW_BITS]![b & ROW_MASK];
    return codeA === codeB ? 0 : compareStrings(this.#dictionary!.texts[codeA], this.#dictionary!.texts[codeB]);
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
    const refs = this.refPages[row >>> ROW_BITS];
    if (refs === undefined) return this.#dictionary!.prefixes[this.codePages[row >>> ROW_BITS]![row & ROW_MASK]];
    return bytesPrefix(this.#heap.view(refs[row & ROW_MASK]));
  }

  prefixOfValue(value: string): number {
    return textPrefix(value);
  }

  override hashOf(row: number): number {
    const refs = this.refPages[row >>> ROW_BITS];
    if (refs === undefined) return this.#dictionary!.hashes[this.codePages[row >>> ROW_BITS]![row & ROW_MASK]];
    const bytes = this.#heap.view(refs[row & ROW_MASK]);
    return murmur3(bytes, 0, bytes.length, 0);
  }

  override hashOfValue(value: string): number {
    return murmur3String(value, 0);
  }

  override addPage(page: number, near: number): void {
    if (this.#dictionary !== undefined && !this.#hasGivenUp) this.#codes.add(page, near);
    else this.#refs.add(page, near);
    this.zones.reset(page, near);
  }

  override removePage(page: number): void {
    this.#codes.remove(page);
    this.#refs.remove(page);
    this.nulls?.removePage(page);
    this.zones.reset(page, 0);
  }

  override clear(): void {
    this.#codes.clear();
    this.#refs.clear();
    this.nulls?.clear();
    this.zones.clear();
    this.#rowsWritten = 0;
    if (this.#startsWithCodes) {
      this.#dictionary?.release();
      this.#dictionary = new Dictionary(this.memory);
      this.#hasGivenUp = false;
    }
  }

  override describe(): ColumnPages {
    return {
      cells: this.#refs.unitsOf(this.refPages),
      codes: this.#codes.unitsOf(this.codePages),
      dictionary: this.#dictionary?.describe(this.#frozenCodes),
      nulls: this.nulls?.describe(),
      zones: this.zones.describe(),
    };
  }

  override adopt({ cells, codes, dictionary, nulls, zones }: ColumnPages): void {
    this.#refs.adopt(cells);
    if (codes !== undefined) this.#codes.adopt(codes);
    if (dictionary === undefined) this.#dictionary = undefined;
    else this.#dictionary?.adopt(dictionary);
    if (nulls !== undefined) this.nulls?.adopt(nulls);
    this.zones.adopt(zones);
  }

  override get bytes(): number {
    return (
      this.#codes.bytes +
      this.#refs.bytes +
      (this.#dictionary?.bytes ?? 0) +
      (this.nulls?.bytes ?? 0) +
      this.zones.bytes
    );
  }

  override get dictionaryBytes(): number {
    return this.#dictionary?.bytes ?? 0;
  }

  override cells(page: number): PageView | undefined {
    return this.codePages[page] ?? this.refPages[page];
  }

  override hasCodes(page: number): boolean {
    return this.codePages[page] !== undefined;
  }

  /** The ref that a row holds, -1 where it holds none. */
  #refOf(row: number): number {
    const refs = this.refPages[row >>> ROW_BITS];
    return refs === undefined || this.isNull(row) ? -1 : refs[row & ROW_MASK];
  }

  #setNull(row: number): void {
    if (this.refPages[row >>> ROW_BITS] !== undefined) this.#ownRefs(row)[row & ROW_MASK] = 0;
    else this.#ownCodes(row)[row & ROW_MASK] = 0;
    this.markNull(row);
  }

  #note(row: number, prefix: number): void {
    if (this.nulls !== undefined) this.nulls.unmark(row, this.zones);
    this.zones.widen(row >>> ROW_BITS, prefix);
  }

  #ownCodes(row: number): Uint16Array {
    const page = row >>> ROW_BITS;
    const { epochs } = this.memory;
    if (row < epochs.frozenRows && this.#codes.born[page] <= epochs.newest) return this.#codes.own(page);
    return this.codePages[page]!;
  }

  #ownRefs(row: number): Uint32Array {
    const page = row >>> ROW_BITS;
    const { epochs } = this.memory;
    if (row < epochs.frozenRows && this.#refs.born[page] <= epochs.newest) return this.#refs.own(page);
    return this.refPages[page]!;
  }

  /** The code of a text, a new one if need be, or -1 where the dictionary may not take it. */
  #codeFor(text: string): number {
    const dictionary = this.#dictionary!;
    const code = dictionary.codeOf(text);
    if (code >= 0) return code;
    if (text.length > DICTIONARY_TEXT_MAX) return -1;
    if (this.#mayGrow(dictionary)) return dictionary.add(text);
    this.#hasGivenUp = true;
    return -1;
  }

  #mayGrow({ length }: Dictionary): boolean {
    if (length < DICTIONARY_FREE) return true;
    return length < DICTIONARY_MAX && length < this.#rowsWritten * DICTIONARY_SHARE_OF_ROWS;
  }

  /** Rewrites the page of `row`, which is about to be written, from codes to refs; others too if that frees the dictionary. */
  #leaveCodes(row: number): void {
    const page = row >>> ROW_BITS;
    this.#rewritePage(page, row);
    if (!this.#hasGivenUp) return;
    const rest = this.codePages.flatMap((codes, other) => (codes === undefined ? [] : [other]));
    if (rest.length > PAGES_REWRITTEN_MAX) return;
    for (const other of rest) this.#rewritePage(other, row);
    this.#dictionary!.release();
    this.#dictionary = undefined;
  }

  #rewritePage(page: number, except: number): void {
    const codes = this.codePages[page]!;
    const { texts } = this.#dictionary!;
    const refs = this.#refs.add(page, this.memory.arena.segmentOf(this.#codes.units[page])).fill(0);
    const first = page << ROW_BITS;
    for (let at = 0; at < ROWS_PER_PAGE; at++) {
      const row = first + at;
      if (row !== except && this.#live.has(row) && !this.isNull(row)) refs[at] = this.#heap.putText(texts[codes[at]]);
    }
    this.#codes.remove(page);
  }
}
