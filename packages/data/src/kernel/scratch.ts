import { assert, must, type WasmMemory, type WasmModule, WeftError } from '@weft/base';
import type { Fragment } from './fragment.ts';
import { INPUT_BYTES, INPUTS, LANE_MASKS, laneMasks, LIVE, ROWS, START } from './header.ts';
import type { KernelPage } from './page.ts';
import { kernelWasm } from './wasm/host.ts';

/** Memories that wait for their next run: each reserves gigabytes of addresses, so they are not made per query. */
const SPARES_MAX = 4;
/** Scratches in use at a time, at most: what runs beyond goes row by row. */
export const SCRATCHES_MAX = 256;
/** A spare that has grown beyond this is dropped. */
const SPARE_BYTES_MAX = 16 << 20;
const WASM_PAGE_BYTES = 65_536;
/** Room is added in steps of 1 MiB at least: each makes all views anew. */
const GROWTH_PAGES_MIN = 16;
const ALIGNMENT = 64;

/** What kernels export. `divide` only where groups are hashed, `count` only of filters. */
export interface KernelExports {
  page(): number;
  count(): number;
  divide(from: number, lower: number, upper: number, depth: number): void;
}

const spares: Scratch[] = [];
let inUse = 0;

function create(): Scratch | undefined {
  try {
    return new Scratch();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The private memory of one run: header, constants, then space that is handed out in order. */
export class Scratch {
  readonly memory = new kernelWasm.Memory({ initial: 2 });
  /** Instances over this memory, by segment and module. */
  readonly #instances = new WeakMap<WasmMemory, WeakMap<WasmModule, KernelExports>>();
  #words = new Uint32Array(this.memory.buffer);
  #end = 0;
  /** Everything from here on is still as the engine made it, zero. */
  #fresh = 0;

  /**
   * A scratch for one run, which gives it back with `release`; `undefined` where SCRATCHES_MAX are in use or the process has no
   * more addresses for one.
   */
  static tryAcquire(): Scratch | undefined {
    if (inUse === SCRATCHES_MAX) return undefined;
    const scratch = spares.pop() ?? create();
    if (scratch !== undefined) inUse++;
    return scratch;
  }

  /** The same for callers that have no other way. */
  static acquire(): Scratch {
    return must(Scratch.tryAcquire(), 'a kernel run can be opened');
  }

  release(): void {
    inUse--;
    if (spares.length < SPARES_MAX && this.memory.buffer.byteLength <= SPARE_BYTES_MAX) spares.push(this);
  }

  /** Writes lane masks and constants; what a run before left is forgotten. */
  begin({ columns, constants }: Fragment): void {
    this.#end = 0;
    this.allocate(constants.endOf(columns.length));
    const bytes = new Uint8Array(this.memory.buffer);
    bytes.set(new Uint8Array(laneMasks().buffer), LANE_MASKS);
    constants.write(bytes, columns.length);
  }

  /** Zeroed bytes behind all others, aligned to a cache line. Throws MEMORY_LIMIT where 4 GiB are used up. */
  allocate(bytes: number): number {
    const address = Math.ceil(this.#end / ALIGNMENT) * ALIGNMENT;
    const missing = address + bytes - this.memory.buffer.byteLength;
    if (missing > 0) this.#grow(Math.max(Math.ceil(missing / WASM_PAGE_BYTES), GROWTH_PAGES_MIN));
    this.#end = address + bytes;
    const used = Math.min(this.#fresh, this.#end) - address;
    if (used > 0) new Uint8Array(this.memory.buffer, address, used).fill(0);
    this.#fresh = Math.max(this.#fresh, this.#end);
    return address;
  }

  /** Where the next bytes are handed out. */
  get end(): number {
    return this.#end;
  }

  /** Forgets all that was handed out from here on. */
  truncate(end: number): void {
    this.#end = end;
  }

  /** Copies bytes and leaves zeroes where they were. The two places do not overlap. */
  move(to: number, from: number, bytes: number): void {
    const all = new Uint8Array(this.memory.buffer);
    all.copyWithin(to, from, from + bytes);
    all.fill(0, from, from + bytes);
  }

  header(at: number): number {
    return this.#words[at >>> 2];
  }

  setHeader(at: number, value: number): void {
    this.#words[at >>> 2] = value;
  }

  /** Writes the page into the header. */
  describe({ columns }: Fragment, page: KernelPage): void {
    const words = this.#words;
    words[ROWS >>> 2] = page.rows;
    words[LIVE >>> 2] = page.live;
    words[START >>> 2] = 0;
    for (let input = 0; input < columns.length; input++) {
      assert(columns[input].dictionary === undefined || page.dictionary[input], 'kernels read strings by code only');
      const at = (INPUTS + input * INPUT_BYTES) >>> 2;
      words[at] = page.cells[input];
      words[at + 1] = page.nulls[input];
    }
  }

  /** The kernel over a segment and this memory. */
  instance(module: WasmModule, segment: WasmMemory): KernelExports {
    let byModule = this.#instances.get(segment);
    if (byModule === undefined) this.#instances.set(segment, (byModule = new WeakMap()));
    let exports = byModule.get(module);
    if (exports === undefined) {
      const imports = { weft: { segment, scratch: this.memory } };
      exports = new kernelWasm.Instance(module, imports).exports as unknown as KernelExports;
      byModule.set(module, exports);
    }
    return exports;
  }

  #grow(pages: number): void {
    try {
      this.memory.grow(pages);
    } catch (cause) {
      throw new WeftError('MEMORY_LIMIT', 'The working memory of an aggregate cannot grow: use fewer groups.', {
        cause,
      });
    }
    this.#words = new Uint32Array(this.memory.buffer);
  }
}
