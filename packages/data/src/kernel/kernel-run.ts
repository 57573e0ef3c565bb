import { must, type WasmMemory } from '@weft/base';
import { AggregatePartial, groupLimit } from '../evaluate/aggregate-partial.ts';
import { GROUPS_MAX } from '../evaluate/aggregate-shape.ts';
import type { KernelFragment } from './fragment.ts';
import { DATA, GROUPS, LIMIT, MASK, SHIFT, START } from './header.ts';
import type { KernelPage } from './page.ts';
import { readRecords } from './read-records.ts';
import { EXTREME_LANES, neutral } from './record.ts';
import { type KernelExports, Scratch } from './scratch.ts';

/**
 * One run of an aggregate kernel over pages, in any order of pages. Each page takes some 10 to 100 µs.
 *
 *     const run = new KernelRun(fragment, memories);
 *     try { for (const page of pages) run.page(page); partial.merge(run.partial()); } finally { run.close(); }
 */
export class KernelRun {
  readonly #fragment: KernelFragment;
  readonly #memories: readonly WasmMemory[];
  readonly #groupsMax: number;
  readonly #scratch: Scratch;
  #capacity: number;
  #closed = false;
  /** Records that `drain` has read. */
  #drained = 0;

  /** `undefined` where no memory for it is to be had: the caller goes row by row. */
  static open(fragment: KernelFragment, memories: readonly WasmMemory[]): KernelRun | undefined {
    const scratch = Scratch.tryAcquire();
    if (scratch === undefined) return undefined;
    try {
      return new KernelRun(fragment, memories, GROUPS_MAX, scratch);
    } catch (error) {
      scratch.release();
      throw error;
    }
  }

  /** `memories` are the shared segments that pages name by index. */
  constructor(
    fragment: KernelFragment,
    memories: readonly WasmMemory[],
    groupsMax: number = GROUPS_MAX,
    scratch = Scratch.acquire(),
  ) {
    this.#scratch = scratch;
    this.#fragment = fragment;
    this.#memories = memories;
    this.#groupsMax = groupsMax;
    this.#capacity = fragment.records;
    this.#scratch.begin(fragment);
    this.#makeRecords();
  }

  /** Ordinals of the columns that a page must give the addresses of, in this order. */
  get inputs(): readonly number[] {
    return this.#fragment.inputs;
  }

  /** Adds the page's rows that match. Pages of strings as heap references are the naive evaluator's. Throws GROUP_LIMIT. */
  page(page: KernelPage): void {
    const scratch = this.#scratch;
    const memory = must(this.#memories[page.segment], 'a page names a segment that the run does not have');
    const kernel = scratch.instance(this.#fragment.module, memory);
    scratch.describe(this.#fragment, page);
    for (;;) {
      const next = kernel.page();
      if (next >= page.rows) return;
      this.#growTable(kernel);
      scratch.setHeader(START, next);
    }
  }

  /** What the pages add up to: all of `drain` at once. */
  partial(): AggregatePartial {
    const partial = new AggregatePartial(this.#fragment.aggregate, this.#groupsMax);
    this.drain(partial, Infinity);
    return partial;
  }

  /**
   * After the last page and before `close`: adds the next `recordsMax` records to the partial, at some 0.5 µs each, and
   * returns whether there are more. With a million groups that is too much for one turn. Throws GROUP_LIMIT.
   */
  drain(partial: AggregatePartial, recordsMax: number): boolean {
    const records = this.#capacity + (this.#fragment.groups?.mode === 'hash' ? 1 : 0);
    const from = this.#drained;
    this.#drained = Math.min(records, from + recordsMax);
    const { memory } = this.#scratch;
    const address = this.#scratch.header(DATA);
    readRecords({ fragment: this.#fragment, memory, address, records, partial }, from, this.#drained);
    return this.#drained < records;
  }

  /** Gives the working memory to the next run. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#scratch.release();
  }

  #makeRecords(): void {
    const { groups, record } = this.#fragment;
    if (groups?.mode === 'hash') return this.#makeTable();
    const address = this.#scratch.allocate(this.#capacity * record.bytes);
    this.#scratch.setHeader(DATA, address);
    if (groups === undefined) this.#writeNeutrals(address);
  }

  #writeNeutrals(address: number): void {
    const view = new DataView(this.#scratch.memory.buffer);
    for (const { field, offset } of this.#fragment.record.fields) {
      if (field.what !== 'min' && field.what !== 'max') continue;
      const start = neutral(field);
      for (let lane = 0; lane < EXTREME_LANES; lane++) {
        const at = address + offset + lane * 8;
        if (typeof start === 'bigint') view.setBigInt64(at, start, true);
        else view.setFloat64(at, start, true);
      }
    }
  }

  /** A zeroed table, with one more record behind it for absent keys. */
  #makeTable(): void {
    const scratch = this.#scratch;
    scratch.setHeader(DATA, scratch.allocate((this.#capacity + 1) * this.#fragment.record.bytes));
    scratch.setHeader(MASK, this.#capacity - 1);
    scratch.setHeader(SHIFT, 64 - Math.log2(this.#capacity));
    scratch.setHeader(LIMIT, Math.min(this.#capacity / 2, this.#groupsMax));
  }

  #growTable(kernel: KernelExports): void {
    const old = this.#scratch.header(DATA);
    const capacity = this.#capacity;
    if (this.#scratch.header(GROUPS) >= this.#groupsMax) throw groupLimit(this.#fragment.aggregate, this.#groupsMax);
    this.#capacity *= 2;
    this.#makeTable();
    kernel.rehash(old, capacity);
  }
}
