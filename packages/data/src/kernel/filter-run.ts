import { must, type WasmMemory } from '@weft/base';
import { ROWS_PER_PAGE } from '../memory/layout.ts';
import type { FilterFragment } from './fragment.ts';
import { DATA } from './header.ts';
import type { KernelPage } from './page.ts';
import { type KernelExports, Scratch } from './scratch.ts';

/** One run of a filter kernel over pages: which rows match, in ascending order, or how many. */
export class FilterRun {
  /** Row numbers within the page, of the last `page()`; as many as it returned are valid. */
  readonly selection: Uint16Array;
  readonly #fragment: FilterFragment;
  readonly #memories: readonly WasmMemory[];
  readonly #scratch: Scratch;
  #closed = false;

  /** `undefined` where no memory for it is to be had: the caller goes row by row. */
  static open(fragment: FilterFragment, memories: readonly WasmMemory[]): FilterRun | undefined {
    const scratch = Scratch.tryAcquire();
    if (scratch === undefined) return undefined;
    try {
      return new FilterRun(fragment, memories, scratch);
    } catch (error) {
      scratch.release();
      throw error;
    }
  }

  constructor(fragment: FilterFragment, memories: readonly WasmMemory[], scratch = Scratch.acquire()) {
    this.#scratch = scratch;
    this.#fragment = fragment;
    this.#memories = memories;
    this.#scratch.begin(fragment);
    const address = this.#scratch.allocate(ROWS_PER_PAGE * Uint16Array.BYTES_PER_ELEMENT);
    this.#scratch.setHeader(DATA, address);
    this.selection = new Uint16Array(this.#scratch.memory.buffer, address, ROWS_PER_PAGE);
  }

  /** Fills `selection`; returns how many rows it holds. They may still have to pass the fragment's `residual`. */
  page(page: KernelPage): number {
    return this.#kernel(page).page();
  }

  /** As `page`, without the selection. */
  count(page: KernelPage): number {
    return this.#kernel(page).count();
  }

  /** Gives the working memory, with the selection in it, to the next run. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#scratch.release();
  }

  #kernel(page: KernelPage): KernelExports {
    const memory = must(this.#memories[page.segment], 'a page names a segment that the run does not have');
    const kernel = this.#scratch.instance(this.#fragment.module, memory);
    this.#scratch.describe(this.#fragment, page);
    return kernel;
  }
}
