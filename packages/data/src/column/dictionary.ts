import { murmur3String } from '@weft/base';
import { Heap } from '../memory/heap.ts';
import { PageRun, type TableMemory } from '../memory/page-run.ts';
import { textPrefix } from './text-prefix.ts';

/** Values of one dictionary at most: as many as a 16-bit code can name. */
export const DICTIONARY_MAX = 1 << 16;
/** Longer text is never put into a dictionary. In UTF-16 code units. */
export const DICTIONARY_TEXT_MAX = 256;
const REFS_PER_PAGE_BITS = 8;

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

  constructor(memory: TableMemory) {
    this.#heap = new Heap(memory);
    this.#refs = new PageRun<Uint32Array<SharedArrayBuffer>>(memory, Uint32Array, 0);
  }

  get length(): number {
    return this.texts.length;
  }

  /** Bytes in shared memory. */
  get bytes(): number {
    return this.#heap.bytes + this.#refs.bytes;
  }

  /** Where workers find the text: the heap pages, and the pages of refs by code. */
  get pages(): { readonly heap: Heap['pages']; readonly refs: readonly (Uint32Array<SharedArrayBuffer> | undefined)[] } {
    return { heap: this.#heap.pages, refs: this.#refs.views };
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
    refs[code & ((1 << REFS_PER_PAGE_BITS) - 1)] = this.#heap.putText(text);
    this.texts.push(text);
    this.prefixes.push(textPrefix(text));
    this.hashes.push(murmur3String(text, 0));
    this.#codes.set(text, code);
    return code;
  }

  /** Gives the shared memory back, as snapshots allow. Text stays readable for columns that snapshots have frozen. */
  release(): void {
    this.#heap.clear();
    this.#refs.clear();
  }
}
