import { murmur3String, utf8Length } from '@weft/base';
import { Heap, HEAP_PAGE_BYTES, type HeapPages } from '../memory/heap.ts';
import type { MemoryQuota } from '../memory/memory-quota.ts';
import { UNIT_BYTES } from '../memory/arena.ts';
import { PageRun, type TableMemory } from '../memory/page-run.ts';
import { textPrefix } from './text-prefix.ts';

/** Values of one dictionary at most: as many as a 16-bit code can name. */
export const DICTIONARY_MAX = 1 << 16;
/** Longer text is never put into a dictionary. In UTF-16 code units. */
export const DICTIONARY_TEXT_MAX = 256;
/** What a text takes on V8's heap beside itself: string, entry of the map, places in three lists. Measured, Node 24: 77 to 110. */
const TEXT_OVERHEAD_BYTES = 96;
const REFS_PER_PAGE_BITS = 8;
const REFS_PER_PAGE_MASK = (1 << REFS_PER_PAGE_BITS) - 1;

/** Where a dictionary lies in shared memory, for a reader in another thread. Can be posted. */
export interface DictionaryPages {
  /** Codes that there were. */
  readonly length: number;
  readonly refs: Int32Array;
  readonly heap: HeapPages;
}

/**
 * The distinct values of one string column in one partition, numbered as they come. It only grows, so a snapshot keeps
 * nothing but its length. Text and refs lie in shared memory for workers; the map from text to code is the host's alone.
 */
export class Dictionary {
  /** Text by code. */
  readonly texts: string[] = [];
  /** `textPrefix` by code. */
  readonly prefixes: number[] = [];
  /** Hash of the text by code. */
  readonly hashes: number[] = [];
  readonly #codes = new Map<string, number>();
  readonly #heap: Heap;
  readonly #refs: PageRun<Uint32Array<SharedArrayBuffer>>;
  readonly #quota: MemoryQuota;
  #textBytesMax = 0;
  #outsideBytes = 0;
  /** Where the pages were when they were released: snapshots may still hold them. */
  #released: Omit<DictionaryPages, 'length'> | undefined;

  constructor(memory: TableMemory) {
    this.#quota = memory.epochs.quota;
    this.#heap = new Heap(memory);
    this.#refs = new PageRun<Uint32Array<SharedArrayBuffer>>(memory, Uint32Array, UNIT_BYTES);
  }

  get length(): number {
    return this.texts.length;
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

  /** The code of a text, -1 where it has none. */
  codeOf(text: string): number {
    return this.#codes.get(text) ?? -1;
  }

  get(code: number): string {
    return this.texts[code]!;
  }

  /** Gives a new text the next code. The caller has checked that there is room and that it is new. */
  add(text: string): number {
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

  /** Gives the shared memory back, as snapshots allow. Text stays readable for columns that snapshots have frozen. */
  release(): void {
    this.#released = this.#pages();
    this.#heap.clear();
    this.#refs.clear();
    this.#countOutside(-this.#outsideBytes);
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
    this.texts.push(text);
    this.prefixes.push(textPrefix(text));
    this.hashes.push(murmur3String(text, 0));
  }
}
