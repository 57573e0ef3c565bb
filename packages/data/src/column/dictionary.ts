import { assert, murmur3String, utf8Length } from '@weft/base';
import { Heap, HEAP_PAGE_BYTES, type HeapPages } from '../memory/heap.ts';
import type { MemoryQuota } from '../memory/memory-quota.ts';
import { UNIT_BYTES } from '../memory/arena.ts';
import { PageRun, type TableMemory } from '../memory/page-run.ts';
import { textPrefix } from './text-prefix.ts';

/** Values of one dictionary at most: as many as a 16-bit code can name beside NO_CODE. */
export const DICTIONARY_MAX = 65_535;
/** What cells of codes hold that were never written: rows may be there before a column that is added to a table has their values. */
export const NO_CODE = 65_535;
/** Longer text is never put into a dictionary. In UTF-16 code units. */
export const DICTIONARY_TEXT_MAX = 256;
/** Entries at the head of their queue that have been taken, before the queue is cut. */
const DEAD_PASSED_MAX = 1024;
/** Texts looked at for heap pages to empty, with each text that takes a free code. */
const SWEPT_PER_NAME = 4;
/** What a text takes on V8's heap beside itself: string, entry of the map, places in three lists. Measured, Node 24: 77 to 110. */
const TEXT_OVERHEAD_BYTES = 96;
const REFS_PER_PAGE_BITS = 8;
/** Codes that were let go of and are tried for a new text, before the next number is used. */
const DEAD_TRIED_MAX = 4;
const REFS_PER_PAGE_MASK = (1 << REFS_PER_PAGE_BITS) - 1;

/** Where a dictionary lies in shared memory, for a reader in another thread. Can be posted. */
export interface DictionaryPages {
  /** Codes that there were. */
  readonly length: number;
  readonly refs: Int32Array;
  readonly heap: HeapPages;
}

/**
 * The distinct values of one string column in one partition, numbered as they come. Text and refs lie in shared memory for
 * workers; the map from text to code is the host's alone.
 *
 * Rows are counted by code. A code without rows is given to another text once no snapshot is open that was opened while it had
 * some; until then its text stays and may come back. So a snapshot keeps nothing but the length, and all codes that its
 * rows hold mean what they meant.
 */
export class Dictionary {
  /** Text by code. */
  readonly texts: string[] = [];
  /** `textPrefix` by code. */
  readonly prefixes: number[] = [];
  /** Hash of the text by code. */
  readonly hashes: number[] = [];
  readonly #codes = new Map<string, number>();
  readonly #memory: TableMemory;
  /** Rows by code, and the epoch in which the last one went. */
  readonly #counts: number[] = [];
  readonly #died: number[] = [];
  /** From `#deadAt` on: codes without rows, and some that have rows again, the longest without first. */
  #dead: number[] = [];
  #deadAt = 0;
  readonly #isDead: boolean[] = [];
  #usedCount = 0;
  /** Where the next sweep of the heap goes on. */
  #sweptCode = 0;
  readonly #heap: Heap;
  readonly #refs: PageRun<Uint32Array<SharedArrayBuffer>>;
  readonly #quota: MemoryQuota;
  #textBytesMax = 0;
  #outsideBytes = 0;
  /** Where the pages were when they were released: snapshots may still hold them. */
  #released: Omit<DictionaryPages, 'length'> | undefined;

  constructor(memory: TableMemory) {
    this.#memory = memory;
    this.#quota = memory.epochs.quota;
    this.#heap = new Heap(memory);
    this.#refs = new PageRun<Uint32Array<SharedArrayBuffer>>(memory, Uint32Array, UNIT_BYTES);
  }

  get length(): number {
    return this.texts.length;
  }

  /** Codes that rows hold. */
  get usedCount(): number {
    return this.#usedCount;
  }

  /** Bytes in shared memory, and of the texts and their codes on V8's heap. */
  get bytes(): number {
    return this.#heap.bytes + this.#refs.bytes + this.#outsideBytes;
  }

  /** Bytes of pages that adding a text, so many bytes long, would take. */
  growthBytes(textBytes: number): number {
    const isFull = (this.texts.length & REFS_PER_PAGE_MASK) === 0;
    return (isFull ? UNIT_BYTES : 0) + (this.#heap.fits(textBytes) ? 0 : HEAP_PAGE_BYTES);
  }

  /** Bytes of the longest text as UTF-8. */
  get textBytesMax(): number {
    return this.#textBytesMax;
  }

  /** The first `length` codes, for a reader in another thread. */
  describe(length: number): DictionaryPages {
    return { length, ...(this.#released ?? this.#pages()) };
  }

  /** Reads the text of another thread's dictionary. Afterwards this one is only read. */
  adopt({ length, refs, heap }: DictionaryPages): void {
    this.#heap.adopt(heap);
    this.#refs.adopt(refs);
    for (let code = 0; code < length; code++)
      this.#note(this.#heap.text(this.#refs.views[code >>> REFS_PER_PAGE_BITS]![code & REFS_PER_PAGE_MASK]!));
  }

  /** Numbers the texts of a copy, in a dictionary that is empty. No row holds any yet: see `restored`. */
  restore(texts: readonly string[]): void {
    for (const text of texts) this.#append(text);
  }

  /** After the rows that hold codes: those that none holds are free. */
  restored(): void {
    for (let code = 0; code < this.texts.length; code++) {
      if (this.#counts[code]! > 0 || this.#isDead[code]) continue;
      this.#isDead[code] = true;
      this.#dead.push(code);
    }
  }

  /** The code of a text, -1 where it has none. */
  codeOf(text: string): number {
    return this.#codes.get(text) ?? -1;
  }

  get(code: number): string {
    return this.texts[code]!;
  }

  /** Whether a new text finds a code that nobody needs any more. */
  get hasFreeCode(): boolean {
    return this.#freeCode() >= 0;
  }

  /** Gives a new text a code: a free one, or the next. The caller has checked that there is room and that it is new. */
  add(text: string): number {
    const free = this.#freeCode();
    return free >= 0 ? this.#rename(free, text) : this.#append(text);
  }

  #append(text: string): number {
    const code = this.texts.length;
    const page = code >>> REFS_PER_PAGE_BITS;
    const refs = this.#refs.views[page] ?? this.#refs.add(page, 0);
    refs[code & REFS_PER_PAGE_MASK] = this.#heap.putText(text);
    const bytes = utf8Length(text);
    this.#textBytesMax = Math.max(this.#textBytesMax, bytes);
    this.#countOutside(TEXT_OVERHEAD_BYTES + bytes);
    this.#note(text);
    return code;
  }

  /** A row holds the code from now on. */
  hold(code: number): void {
    if (this.#counts[code]!++ === 0) this.#usedCount++;
  }

  /** A row holds the code no more. */
  drop(code: number): void {
    const count = --this.#counts[code]!;
    assert(count >= 0, 'a code is let go of by the rows that hold it');
    if (count > 0) return;
    this.#usedCount--;
    this.#died[code] = this.#memory.epochs.current;
    if (this.#isDead[code]) return;
    this.#isDead[code] = true;
    this.#dead.push(code);
  }

  /** Gives the shared memory back, as snapshots allow. Text stays readable for columns that snapshots have frozen. */
  release(): void {
    this.#released = this.#pages();
    this.#heap.clear();
    this.#refs.clear();
    this.#countOutside(-this.#outsideBytes);
  }

  /** A code without rows that no open snapshot needs, at the head of the queue; −1 where none is found at once. */
  #freeCode(): number {
    const { oldest } = this.#memory.epochs;
    for (let tries = 0; tries < DEAD_TRIED_MAX && this.#deadAt < this.#dead.length; tries++) {
      const code = this.#dead[this.#deadAt]!;
      // Snapshots opened since do not hold it.
      if (this.#counts[code] === 0 && this.#died[code]! <= oldest) return code;
      this.#takeDead();
      if (this.#counts[code] === 0) this.#dead.push(code);
      else this.#isDead[code] = false;
    }
    return -1;
  }

  #takeDead(): void {
    this.#deadAt++;
    if (this.#deadAt < DEAD_PASSED_MAX) return;
    this.#dead = this.#dead.slice(this.#deadAt);
    this.#deadAt = 0;
  }

  /** Gives the code at the head of the queue to another text. */
  #rename(code: number, text: string): number {
    this.#takeDead();
    this.#isDead[code] = false;
    const bytes = utf8Length(text);
    this.#countOutside(bytes - utf8Length(this.texts[code]!));
    this.#codes.delete(this.texts[code]!);
    this.#codes.set(text, code);
    this.texts[code] = text;
    this.prefixes[code] = textPrefix(text);
    this.hashes[code] = murmur3String(text, 0);
    this.#textBytesMax = Math.max(this.#textBytesMax, bytes);
    // The old page of refs stays with the workers that read it.
    const refs = this.#refs.own(code >>> REFS_PER_PAGE_BITS);
    const ref = refs[code & REFS_PER_PAGE_MASK]!;
    refs[code & REFS_PER_PAGE_MASK] = this.#heap.putText(text);
    this.#heap.release(ref);
    this.#sweep();
    return code;
  }

  /** Moves a few texts off heap pages of which most has been released, once that is worth while. */
  #sweep(): void {
    const { usedBytes, liveBytes } = this.#heap;
    if (usedBytes < 2 * liveBytes + HEAP_PAGE_BYTES) return;
    for (let moves = 0; moves < SWEPT_PER_NAME; moves++) {
      this.#sweptCode = this.#sweptCode + 1 < this.texts.length ? this.#sweptCode + 1 : 0;
      const page = this.#sweptCode >>> REFS_PER_PAGE_BITS;
      const at = this.#sweptCode & REFS_PER_PAGE_MASK;
      const ref = this.#refs.views[page]![at]!;
      if (this.#heap.isSparse(ref >>> 16)) this.#refs.own(page)[at] = this.#heap.move(ref);
    }
  }

  #pages(): Omit<DictionaryPages, 'length'> {
    return { refs: this.#refs.unitsOf(this.#refs.views), heap: this.#heap.describe() };
  }

  #countOutside(bytes: number): void {
    this.#outsideBytes += bytes;
    this.#quota.addOutside(bytes);
  }

  #note(text: string): void {
    this.#codes.set(text, this.texts.length);
    this.#counts.push(0);
    this.#died.push(0);
    this.#isDead.push(false);
    this.texts.push(text);
    this.prefixes.push(textPrefix(text));
    this.hashes.push(murmur3String(text, 0));
  }
}
