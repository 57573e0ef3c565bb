import { must } from '@weft/base';
import { UNIT_BYTES, type Arena } from './arena.ts';
import type { Epochs } from './epochs.ts';

/** The typed arrays that pages are seen through. */
export type PageView =
  | Uint8Array<SharedArrayBuffer>
  | Uint16Array<SharedArrayBuffer>
  | Int16Array<SharedArrayBuffer>
  | Int32Array<SharedArrayBuffer>
  | Uint32Array<SharedArrayBuffer>
  | Float32Array<SharedArrayBuffer>
  | Float64Array<SharedArrayBuffer>
  | BigInt64Array<SharedArrayBuffer>;

export interface PageViewConstructor<V extends PageView> {
  new (buffer: SharedArrayBuffer, byteOffset: number, length: number): V;
  readonly BYTES_PER_ELEMENT: number;
}

/** The memory of a table: where its blocks come from and which snapshots watch them. */
export interface TableMemory {
  readonly arena: Arena;
  readonly epochs: Epochs;
}

/**
 * A run of pages seen as one kind of typed array; it may have holes. Pages are equally large, but where `add` is told another
 * size. All copying on write happens in `own`.
 */
export class PageRun<V extends PageView> {
  /** By page number; `undefined` is a hole. */
  readonly views: (V | undefined)[] = [];
  /** Unit of each page, 0 for a hole. */
  readonly units: number[] = [];
  /** Epoch in which each page was born. */
  readonly born: number[] = [];
  readonly #memory: TableMemory;
  readonly #View: PageViewConstructor<V>;
  /** Bytes of an ordinary page. */
  readonly pageBytes: number;
  #bytes = 0;

  /** `pageBytes`: a multiple of UNIT_BYTES. */
  constructor(memory: TableMemory, View: PageViewConstructor<V>, pageBytes: number) {
    this.#memory = memory;
    this.#View = View;
    this.pageBytes = pageBytes;
  }

  /** Bytes of the pages that exist. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Puts a new page at `page`, where there is none. Its contents are undefined. `bytes`: a multiple of UNIT_BYTES. */
  add(page: number, near: number, bytes: number = this.pageBytes): V {
    while (this.views.length <= page) this.#extend();
    const unit = this.#memory.epochs.take(bytes / UNIT_BYTES, near);
    this.#bytes += bytes;
    return this.#place(page, unit, bytes);
  }

  /** The page for writing: copied first if a snapshot can reach it. */
  own(page: number): V {
    const view = must(this.views[page], 'a page that is written exists');
    const { arena, epochs } = this.#memory;
    const born = this.born[page];
    if (born > epochs.newest) return view;
    const unit = this.units[page];
    const bytes = view.byteLength;
    // Nobody reads it but the writer: it stays where it is, under a new view, so that who kept the old one knows (`Epochs.mark`).
    if (!epochs.isReachable(born)) return this.#place(page, unit, bytes);
    const copy = this.#place(page, epochs.take(bytes / UNIT_BYTES, arena.segmentOf(unit)), bytes);
    copy.set(view as never);
    epochs.retire(unit, bytes / UNIT_BYTES, born);
    epochs.copiedBytes += bytes;
    return copy;
  }

  /** Takes the page out; nothing happens where there is none. */
  remove(page: number): void {
    const view = this.views[page];
    if (view === undefined) return;
    const bytes = view.byteLength;
    this.#memory.epochs.retire(this.units[page], bytes / UNIT_BYTES, this.born[page]);
    this.views[page] = undefined;
    this.units[page] = 0;
    this.#bytes -= bytes;
  }

  clear(): void {
    // Others hold these arrays, so they are emptied, not replaced.
    const [views, units, born] = [this.views.splice(0), this.units.splice(0), this.born.splice(0)];
    this.#memory.epochs.retirePages({ views, units, born }, this.#bytes);
    this.#bytes = 0;
  }

  /**
   * Sees pages that another thread writes, by their units. Afterwards the run is only read. `bytesOf`: the size of each page,
   * where they are not ordinary ones.
   */
  adopt(units: Int32Array, bytesOf?: Int32Array): void {
    for (const [page, unit] of units.entries()) {
      this.#extend();
      if (unit === 0) continue;
      const bytes = bytesOf?.[page] ?? this.pageBytes;
      this.#place(page, unit, bytes);
      this.#bytes += bytes;
    }
  }

  /** The views as they are now, for a snapshot. */
  freeze(): (V | undefined)[] {
    return this.views.slice();
  }

  /** The units of views that `freeze` kept, 0 for a hole: what `adopt` takes. */
  unitsOf(views: readonly (V | undefined)[]): Int32Array {
    return unitsOf(this.#memory.arena, views);
  }

  #extend(): void {
    this.views.push(undefined);
    this.units.push(0);
    this.born.push(0);
  }

  #place(page: number, unit: number, bytes: number): V {
    const { arena, epochs } = this.#memory;
    const view = new this.#View(arena.buffer(unit), arena.address(unit), bytes / this.#View.BYTES_PER_ELEMENT);
    this.views[page] = view;
    this.units[page] = unit;
    this.born[page] = epochs.current;
    return view;
  }
}

/** The unit that each view begins at, 0 for a hole. */
export function unitsOf(arena: Arena, views: readonly (PageView | undefined)[]): Int32Array {
  return Int32Array.from(views, (view) => (view === undefined ? 0 : arena.unitOf(view)));
}
