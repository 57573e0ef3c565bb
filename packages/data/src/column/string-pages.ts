import { ROW_BITS, ROWS_PER_PAGE } from '../memory/layout.ts';
import type { PageForm } from './column-image.ts';
import { PageRun, type TableMemory } from '../memory/page-run.ts';

/** What cells of refs hold that were never written: rows may be there before a column that is added to a table has their values. */
export const NO_REF = 0xffff_ffff;

/** Where the pages of a string column lie; a page is in one of the three. Can be posted to another thread. */
export interface StringPageUnits {
  /** Pages of refs. */
  readonly cells: Int32Array;
  /** Pages of dictionary codes. */
  readonly codes: Int32Array;
  /** Pages of text, and how large each is. */
  readonly inline: { readonly units: Int32Array; readonly bytes: Int32Array };
}

/** Pages by number, `undefined` where there is none in this mode. */
export interface StringViews {
  readonly codes: readonly (Uint16Array<SharedArrayBuffer> | undefined)[];
  readonly refs: readonly (Uint32Array<SharedArrayBuffer> | undefined)[];
  readonly inline: readonly (Uint8Array<SharedArrayBuffer> | undefined)[];
}

/** The pages of a string column, in its three modes: see `StringColumn`. */
export class StringPages {
  readonly codes: PageRun<Uint16Array<SharedArrayBuffer>>;
  readonly refs: PageRun<Uint32Array<SharedArrayBuffer>>;
  readonly inline: PageRun<Uint8Array<SharedArrayBuffer>>;
  readonly #memory: TableMemory;

  constructor(memory: TableMemory) {
    this.#memory = memory;
    this.codes = new PageRun<Uint16Array<SharedArrayBuffer>>(memory, Uint16Array, ROWS_PER_PAGE * 2);
    this.refs = new PageRun<Uint32Array<SharedArrayBuffer>>(memory, Uint32Array, ROWS_PER_PAGE * 4);
    this.inline = new PageRun<Uint8Array<SharedArrayBuffer>>(memory, Uint8Array, ROWS_PER_PAGE);
  }

  get bytes(): number {
    return this.codes.bytes + this.refs.bytes + this.inline.bytes;
  }

  /** Adds a page of text in cells of `stride` bytes. */
  addInline(page: number, near: number, stride: number): Uint8Array<SharedArrayBuffer> {
    return this.inline.add(page, near, ROWS_PER_PAGE * stride);
  }

  /** Adds a page without codes that no row has been written to, as refs where `stride` is 0. */
  addText(page: number, near: number, stride: number): void {
    if (stride > 0) this.addInline(page, near, stride);
    else this.refs.add(page, near).fill(NO_REF);
  }

  /** Adds a page that comes back from a copy. */
  restore(page: number, near: number, form: PageForm, bytes: Uint8Array): void {
    const view =
      form === 'codes'
        ? this.codes.add(page, near)
        : form === 'refs'
          ? this.refs.add(page, near)
          : this.inline.add(page, near, bytes.length);
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(bytes);
  }

  remove(page: number): void {
    this.codes.remove(page);
    this.refs.remove(page);
    this.inline.remove(page);
  }

  clear(): void {
    this.codes.clear();
    this.refs.clear();
    this.inline.clear();
  }

  /** The page of a row for writing: cells that an open snapshot can see are copied first. So with the others. */
  ownCodes(row: number): Uint16Array {
    return this.#isShared(row, this.codes.born)
      ? this.codes.own(row >>> ROW_BITS)
      : this.codes.views[row >>> ROW_BITS]!;
  }

  ownRefs(row: number): Uint32Array {
    return this.#isShared(row, this.refs.born) ? this.refs.own(row >>> ROW_BITS) : this.refs.views[row >>> ROW_BITS]!;
  }

  ownInline(row: number): Uint8Array {
    return this.#isShared(row, this.inline.born)
      ? this.inline.own(row >>> ROW_BITS)
      : this.inline.views[row >>> ROW_BITS]!;
  }

  /** Where the pages of `views`, frozen or live, lie. */
  describe({ codes, refs, inline }: StringViews): StringPageUnits {
    return {
      cells: this.refs.unitsOf(refs),
      codes: this.codes.unitsOf(codes),
      inline: {
        units: this.inline.unitsOf(inline),
        bytes: Int32Array.from(inline, (view) => view?.byteLength ?? 0),
      },
    };
  }

  adopt({ cells, codes, inline }: StringPageUnits): void {
    this.refs.adopt(cells);
    this.codes.adopt(codes);
    this.inline.adopt(inline.units, inline.bytes);
  }

  #isShared(row: number, born: readonly number[]): boolean {
    const { epochs } = this.#memory;
    return row < epochs.frozenRows && born[row >>> ROW_BITS]! <= epochs.newest;
  }
}
