import { must, type WasmMemory } from '@weft/base';
import { AggregatePartial, groupLimit } from '../evaluate/aggregate-partial.ts';
import { GROUPS_MAX } from '../evaluate/aggregate-shape.ts';
import type { KernelFragment } from './fragment.ts';
import { GroupSegments } from './group-segments.ts';
import { DATA, ROWS, START } from './header.ts';
import type { KernelPage } from './page.ts';
import { readRecords, type RecordSpan, RECORDS_PER_SPAN } from './read-records.ts';
import { EXTREME_LANES, neutral } from './record.ts';
import { type KernelExports, Scratch } from './scratch.ts';

/** Rows of one step where groups are hashed: each may miss the cache in a table of a million groups, some 0.2 ms together. */
const HASHED_ROWS_PER_STEP = 1024;
/** Segments of groups divided in one step: some 10 µs each. */
export const DIVIDED_PER_STEP = 8;

/**
 * One run of an aggregate kernel over pages, in any order of pages.
 *
 *     const run = new KernelRun(fragment, memories);
 *     try {
 *       for (const page of pages) for (run.open(page); run.step(partial); ) pause();
 *       while (run.drain(partial)) pause();
 *     } finally { run.close(); }
 */
export class KernelRun {
  readonly #fragment: KernelFragment;
  readonly #memories: readonly WasmMemory[];
  readonly #groupsMax: number;
  readonly #scratch: Scratch;
  /** Where records begin in the scratch: all behind is theirs. */
  readonly #recordsAt: number;
  #segments: GroupSegments | undefined;
  #closed = false;
  #page: KernelPage | undefined;
  /** Of pages that are not done in steps. */
  #partial: AggregatePartial | undefined;
  /** Portions of records that `drain` has still to read, the first last. */
  #undrained: RecordSpan[] | undefined;

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
    this.#scratch.begin(fragment);
    this.#recordsAt = this.#scratch.end;
    this.#makeRecords();
  }

  /** Ordinals of the columns that a page must give the addresses of, in this order. */
  get inputs(): readonly number[] {
    return this.#fragment.inputs;
  }

  /** Begins a page; `step` adds its rows. Pages of strings as heap references are the naive evaluator's. */
  open(page: KernelPage): void {
    this.#page = page;
    this.#scratch.describe(this.#fragment, page);
  }

  /**
   * Adds some more of the page's rows that match, in 0.1 to 0.5 ms; false at the end of the page. Groups go to `partial` early where
   * the kernel has no room for more. Throws GROUP_LIMIT.
   */
  step(partial: AggregatePartial): boolean {
    const page = must(this.#page, 'a page is open');
    const scratch = this.#scratch;
    if (this.#undrained !== undefined) return this.#drainToGoOn(partial);
    const memory = must(this.#memories[page.segment], 'a page names a segment that the run does not have');
    const kernel = scratch.instance(this.#fragment.module, memory);
    const end = this.#segments === undefined ? page.rows : scratch.header(START) + HASHED_ROWS_PER_STEP;
    scratch.setHeader(ROWS, Math.min(end, page.rows));
    for (let divided = 0; divided < DIVIDED_PER_STEP; divided++) {
      const next = kernel.page();
      scratch.setHeader(START, next);
      if (next === scratch.header(ROWS)) break;
      if (!this.#makeRoom(kernel)) break;
    }
    return scratch.header(START) < page.rows;
  }

  /** Adds all of the page's rows that match. Throws GROUP_LIMIT. */
  page(page: KernelPage): void {
    this.open(page);
    this.#partial ??= new AggregatePartial(this.#fragment.aggregate, this.#groupsMax);
    while (this.step(this.#partial));
  }

  /** What the pages that `page` was given add up to. */
  partial(): AggregatePartial {
    const partial = (this.#partial ??= new AggregatePartial(this.#fragment.aggregate, this.#groupsMax));
    while (this.drain(partial));
    return partial;
  }

  /**
   * After the last page and before `close`: adds some more of the records to the partial, in some 0.2 ms, and returns whether there
   * are more. Throws GROUP_LIMIT.
   */
  drain(partial: AggregatePartial): boolean {
    this.#undrained ??= this.#spans().reverse();
    const span = this.#undrained.pop();
    if (span !== undefined) readRecords(this.#fragment, this.#scratch.memory, span, partial);
    return this.#undrained.length > 0;
  }

  /** Gives the working memory to the next run. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#scratch.release();
  }

  #makeRecords(): void {
    const { groups, record, records } = this.#fragment;
    if (groups?.mode === 'hash') {
      this.#segments = new GroupSegments(this.#scratch, record.bytes);
      return;
    }
    const address = this.#scratch.allocate(records * record.bytes);
    this.#scratch.setHeader(DATA, address);
    if (groups === undefined) this.#writeNeutrals(address);
  }

  #makeRoom(kernel: KernelExports): boolean {
    const segments = must(this.#segments, 'only hashed groups stop a call');
    if (segments.count > this.#groupsMax) throw groupLimit(this.#fragment.aggregate, this.#groupsMax);
    if (segments.makeRoom(kernel)) return true;
    this.#undrained = this.#spans().reverse();
    return false;
  }

  /** Empties the records into the partial, then begins with none. */
  #drainToGoOn(partial: AggregatePartial): true {
    if (this.drain(partial)) return true;
    this.#undrained = undefined;
    this.#scratch.truncate(this.#recordsAt);
    this.#makeRecords();
    return true;
  }

  #spans(): RecordSpan[] {
    if (this.#segments !== undefined) return this.#segments.spans();
    const { record, records } = this.#fragment;
    const spans: RecordSpan[] = [];
    for (let first = 0; first < records; first += RECORDS_PER_SPAN) {
      const address = this.#scratch.header(DATA) + first * record.bytes;
      spans.push({ address, first, count: Math.min(RECORDS_PER_SPAN, records - first) });
    }
    return spans;
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
}
