import { assert, equalsUtf8, readUtf8, utf8Length, WeftError, writeUtf8 } from '@weft/base';
import { orderOf, UNIT_BYTES } from './arena.ts';
import { unitsOf, type TableMemory } from './page-run.ts';

/** Bytes of an ordinary heap page; a value that would fill more than half of one gets pages of its own. */
export const HEAP_PAGE_BYTES = 65_536;
const HEAP_PAGE_ORDER = orderOf(HEAP_PAGE_BYTES);
const OFFSET_BITS = 16;
const OFFSET_MASK = (1 << OFFSET_BITS) - 1;
/** Bytes that a value may begin with: its length. */
export const HEAP_HEADER_BYTES_MAX = 4;
/** Pages of one heap at most: as many as a ref can name. */
export const HEAP_PAGES_MAX = 1 << 16;

/**
 * Values of variable length: text, bytes, json, arrays.
 *
 * A value is written at the end of the current page, and changed only where no snapshot can see it; a *ref* names it: page number in the high
 * 16 bits, byte offset in the low 16. It begins with its length (LEB128, 1 to 4 bytes). A page whose values have all been
 * released goes back to the arena; a page with few left is emptied by the table's compaction (see `Table.compactStep`).
 * Snapshots need no copies: what they can reach is never overwritten.
 */
export class Heap {
  /** By page number; `undefined` where a page was freed. */
  readonly pages: (Uint8Array<SharedArrayBuffer> | undefined)[];
  readonly #units: number[] = [];
  /** Bytes of values written to each page, and of those not released since. */
  readonly #used: number[] = [];
  readonly #live: number[] = [];
  readonly #orders: number[] = [];
  readonly #born: number[] = [];
  readonly #freeNumbers: number[] = [];
  readonly #memory: TableMemory;
  #current = -1;
  #end = HEAP_PAGE_BYTES;
  #pageBytes = 0;
  #liveBytes = 0;
  #usedBytes = 0;

  /** `from`: the heap whose present a snapshot keeps; the copy is only read. */
  constructor(memory: TableMemory, from?: Heap) {
    this.#memory = memory;
    this.pages = from?.pages.slice() ?? [];
  }

  freeze(): Heap {
    return new Heap(this.#memory, this);
  }

  /** Where the pages lie, for a reader in another thread. */
  describe(): HeapPages {
    return {
      units: unitsOf(this.#memory.arena, this.pages),
      orders: Uint8Array.from(this.pages, (page) => (page === undefined ? 0 : orderOf(page.length))),
    };
  }

  /** Sees the pages of another thread's heap. Afterwards this one is only read. */
  adopt({ units, orders }: HeapPages): void {
    for (const [number, unit] of units.entries())
      this.pages.push(unit === 0 ? undefined : this.#memory.arena.bytes(unit, orders[number]));
  }

  /** What the heap is made of now, for a copy elsewhere. The page that is being filled is written on, behind its bytes. */
  image(): HeapImage {
    return { pages: this.pages.slice(), used: this.#used.slice(), live: this.#live.slice(), current: this.#current };
  }

  /** Puts a page of such a copy into a heap that has none there. `pageBytes`: the size that the page had. */
  restorePage(number: number, bytes: Uint8Array, { pageBytes, live }: { pageBytes: number; live: number }): void {
    while (this.pages.length < number) this.#addHole();
    assert(this.pages.length === number, 'pages of a heap come back in order');
    const order = orderOf(pageBytes);
    this.#place(number, this.#memory.epochs.take(1 << order), order);
    this.pages[number]!.set(bytes);
    this.#account(number, bytes.length);
    this.#live[number] -= bytes.length - live;
    this.#liveBytes -= bytes.length - live;
  }

  /** After the last page: the one that was being filled is filled on. */
  restored(current: number): void {
    this.#current = current;
    this.#end = current < 0 ? HEAP_PAGE_BYTES : this.#used[current];
  }

  #addHole(): void {
    const number = this.pages.length;
    this.pages.push(undefined);
    this.#units[number] = this.#orders[number] = this.#born[number] = this.#used[number] = this.#live[number] = 0;
    this.#freeNumbers.push(number);
  }

  /** Bytes of the pages. */
  get bytes(): number {
    return this.#pageBytes;
  }

  /** Bytes of the values that are alive. */
  get liveBytes(): number {
    return this.#liveBytes;
  }

  /** Bytes of values, alive or released, in pages that exist. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Pages that may still be added: a ref has numbers for no more. */
  get pagesLeft(): number {
    return HEAP_PAGES_MAX - this.pages.length + this.#freeNumbers.length;
  }

  /** Whether a value of so many bytes still goes on the page that is being filled. */
  fits(bytes: number): boolean {
    return this.#end + HEAP_HEADER_BYTES_MAX + bytes <= HEAP_PAGE_BYTES;
  }

  /** Makes sure that so many pages may be added. Asked before a change begins, so that it never fails in the middle. Throws MEMORY_LIMIT. */
  require(pages: number): void {
    if (this.pagesLeft >= pages) return;
    throw new WeftError(
      'MEMORY_LIMIT',
      `The long values of one table and partition fill ${HEAP_PAGES_MAX} pages, as many as there may be.`,
      {
        hint: 'Use more partitions, or delete rows.',
      },
    );
  }

  /** Stores text as UTF-8. The text is well-formed. */
  putText(text: string): number {
    const length = text.length;
    if (length > 127) return this.#putLongText(text);
    const ref = this.#take(length + 1);
    const page = this.pages[ref >>> OFFSET_BITS]!;
    const at = (ref & OFFSET_MASK) + 1;
    page[at - 1] = length;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) {
        this.#untake(length + 1);
        return this.#putLongText(text);
      }
      page[at + i] = code;
    }
    return ref;
  }

  putBytes(bytes: Uint8Array): number {
    const { ref, page, at } = this.#open(bytes.length);
    page.set(bytes, at);
    return ref;
  }

  /** Whether a value of so many bytes goes where this one is: it is no longer, and no snapshot can see it. */
  canOverwrite(ref: number, bytes: number): boolean {
    const number = ref >>> OFFSET_BITS;
    if (this.#memory.epochs.isReachable(this.#born[number])) return false;
    return headerLength(bytes) + bytes <= this.#bytesAt(number, ref & OFFSET_MASK);
  }

  /** Stores text in place of a value: where that was, if it can be. The ref, a new one where it could not be. */
  replaceText(ref: number, text: string): number {
    const bytes = utf8Length(text);
    if (this.canOverwrite(ref, bytes)) {
      const { page, at } = this.#overwrite(ref, bytes);
      writeUtf8(page, at, text);
      return ref;
    }
    const moved = this.putText(text);
    this.release(ref);
    return moved;
  }

  /** The same for bytes. */
  replaceBytes(ref: number, bytes: Uint8Array): number {
    if (this.canOverwrite(ref, bytes.length)) {
      const { page, at } = this.#overwrite(ref, bytes.length);
      page.set(bytes, at);
      return ref;
    }
    const moved = this.putBytes(bytes);
    this.release(ref);
    return moved;
  }

  text(ref: number): string {
    const page = this.pages[ref >>> OFFSET_BITS]!;
    const at = ref & OFFSET_MASK;
    const length = page[at];
    return length < 128
      ? readUtf8(page, at + 1, length)
      : readUtf8(page, at + headerBytes(page, at), longLength(page, at));
  }

  equalsText(ref: number, text: string): boolean {
    const page = this.pages[ref >>> OFFSET_BITS]!;
    const at = ref & OFFSET_MASK;
    const length = page[at];
    if (length < 128) return equalsUtf8(page, at + 1, length, text);
    return equalsUtf8(page, at + headerBytes(page, at), longLength(page, at), text);
  }

  /** The bytes in place: valid until the value is released; copy what is kept. */
  view(ref: number): Uint8Array {
    const page = this.pages[ref >>> OFFSET_BITS]!;
    const start = (ref & OFFSET_MASK) + headerBytes(page, ref & OFFSET_MASK);
    return page.subarray(start, start + longLength(page, ref & OFFSET_MASK));
  }

  /** Order of two values by their bytes, which for text is its order by code point. */
  compare(a: number, b: number): number {
    const pageA = this.pages[a >>> OFFSET_BITS]!;
    const pageB = this.pages[b >>> OFFSET_BITS]!;
    const startA = (a & OFFSET_MASK) + headerBytes(pageA, a & OFFSET_MASK);
    const startB = (b & OFFSET_MASK) + headerBytes(pageB, b & OFFSET_MASK);
    const lengthA = longLength(pageA, a & OFFSET_MASK);
    const lengthB = longLength(pageB, b & OFFSET_MASK);
    const shorter = Math.min(lengthA, lengthB);
    for (let i = 0; i < shorter; i++) {
      const order = pageA[startA + i] - pageB[startB + i];
      if (order !== 0) return order;
    }
    return lengthA - lengthB;
  }

  /** Reads a byte of the value, so that its cache line is on its way. A row that holds none may name a page that is gone. */
  touch(ref: number): number {
    const page = this.pages[ref >>> OFFSET_BITS];
    return page === undefined ? 0 : page[ref & OFFSET_MASK];
  }

  lengthOf(ref: number): number {
    return longLength(this.pages[ref >>> OFFSET_BITS]!, ref & OFFSET_MASK);
  }

  /** Lets a value go. */
  release(ref: number): void {
    const number = ref >>> OFFSET_BITS;
    const at = ref & OFFSET_MASK;
    const bytes = this.#bytesAt(number, at);
    const live = this.#live[number] - bytes;
    assert(live >= 0, 'a value is released once');
    this.#live[number] = live;
    this.#liveBytes -= bytes;
    if (live === 0 && number !== this.#current) this.#drop(number);
  }

  /** Copies a value to the end of the heap and releases the old one. */
  move(ref: number): number {
    const moved = this.putBytes(this.view(ref));
    this.release(ref);
    return moved;
  }

  /** Whether this share or more, a third unless said otherwise, of what was written to the page has been released. */
  isSparse(page: number, share = 1 / 3): boolean {
    return page !== this.#current && this.pages[page] !== undefined && this.releasedShareOf(page) >= share;
  }

  /** The share of what was written to a page that has been released. */
  releasedShareOf(page: number): number {
    return 1 - this.#live[page] / this.#used[page];
  }

  /** Bytes of the values on a page that are alive. */
  liveBytesOf(page: number): number {
    return this.#live[page];
  }

  clear(): void {
    const { epochs } = this.#memory;
    for (let number = 0; number < this.pages.length; number++)
      if (this.pages[number] !== undefined)
        epochs.retireMany(this.#units[number], 1 << this.#orders[number], this.#born[number]);
    this.#pageBytes = this.#usedBytes = 0;
    for (const list of [this.pages, this.#units, this.#used, this.#live, this.#orders, this.#born, this.#freeNumbers])
      list.length = 0;
    this.#current = -1;
    this.#end = HEAP_PAGE_BYTES;
    this.#liveBytes = 0;
  }

  #putLongText(text: string): number {
    const { ref, page, at } = this.#open(utf8Length(text));
    writeUtf8(page, at, text);
    return ref;
  }

  /** Room for a value of `length` bytes with its header written. */
  #open(length: number): { ref: number; page: Uint8Array; at: number } {
    const ref = this.#take(headerLength(length) + length);
    return { ref, ...this.#begin(ref, length) };
  }

  /** The same where a value is that is no shorter. */
  #overwrite(ref: number, length: number): { page: Uint8Array; at: number } {
    const number = ref >>> OFFSET_BITS;
    const released = this.#bytesAt(number, ref & OFFSET_MASK) - headerLength(length) - length;
    this.#live[number] -= released;
    this.#liveBytes -= released;
    this.#own(number);
    return this.#begin(ref, length);
  }

  /** Gives a page that no snapshot reaches, and that is about to be overwritten, another view: see `Epochs.mark`. */
  #own(number: number): void {
    const { arena, epochs } = this.#memory;
    if (this.#born[number] > epochs.newest) return;
    this.#born[number] = epochs.current;
    this.pages[number] = arena.bytes(this.#units[number], this.#orders[number]);
  }

  /** Writes the header of a value. */
  #begin(ref: number, length: number): { page: Uint8Array; at: number } {
    const page = this.pages[ref >>> OFFSET_BITS]!;
    let at = ref & OFFSET_MASK;
    let rest = length;
    for (let i = 1; i < headerLength(length); i++, rest >>>= 7) page[at++] = (rest & 127) | 128;
    page[at++] = rest;
    return { page, at };
  }

  /** Bytes of a value with its header. */
  #bytesAt(number: number, at: number): number {
    const page = this.pages[number]!;
    return headerBytes(page, at) + longLength(page, at);
  }

  #take(bytes: number): number {
    const at = this.#end;
    if (at + bytes > HEAP_PAGE_BYTES) return this.#takeFromNewPage(bytes);
    this.#end = at + bytes;
    this.#account(this.#current, bytes);
    return ((this.#current << OFFSET_BITS) | at) >>> 0;
  }

  #takeFromNewPage(bytes: number): number {
    const large = bytes > HEAP_PAGE_BYTES / 2;
    const number = this.#addPage(large ? orderOf(bytes) : HEAP_PAGE_ORDER);
    if (!large) {
      const previous = this.#current;
      this.#current = number;
      this.#end = bytes;
      if (previous >= 0 && this.#live[previous] === 0) this.#drop(previous);
    }
    this.#account(number, bytes);
    return (number << OFFSET_BITS) >>> 0;
  }

  /** Gives back the last bytes taken from the current page. */
  #untake(bytes: number): void {
    this.#end -= bytes;
    this.#account(this.#current, -bytes);
  }

  #account(number: number, bytes: number): void {
    this.#used[number] += bytes;
    this.#live[number] += bytes;
    this.#liveBytes += bytes;
    this.#usedBytes += bytes;
  }

  #addPage(order: number): number {
    this.require(1);
    const unit = this.#memory.epochs.take(1 << order);
    const number = this.#freeNumbers.pop() ?? this.pages.length;
    this.#place(number, unit, order);
    return number;
  }

  #place(number: number, unit: number, order: number): void {
    const { arena, epochs } = this.#memory;
    this.pages[number] = arena.bytes(unit, order);
    this.#units[number] = unit;
    this.#orders[number] = order;
    this.#born[number] = epochs.current;
    this.#used[number] = this.#live[number] = 0;
    this.#pageBytes += UNIT_BYTES << order;
  }

  #drop(number: number): void {
    const order = this.#orders[number];
    this.#memory.epochs.retire(this.#units[number], 1 << order, this.#born[number]);
    this.#pageBytes -= UNIT_BYTES << order;
    this.#usedBytes -= this.#used[number];
    this.pages[number] = undefined;
    this.#units[number] = 0;
    this.#freeNumbers.push(number);
  }
}

/** A heap as it was at one moment. */
export interface HeapImage {
  /** By number; `undefined` where there is none. */
  readonly pages: readonly (Uint8Array<SharedArrayBuffer> | undefined)[];
  /** Bytes from its beginning that hold values of each page, alive or not, and those of values that are alive. */
  readonly used: readonly number[];
  readonly live: readonly number[];
  /** The page that is being filled, −1 where there is none. */
  readonly current: number;
}

/** Units and orders of a heap's pages by number, unit 0 where there is none. Can be posted to another thread. */
export interface HeapPages {
  readonly units: Int32Array;
  readonly orders: Uint8Array;
}

/** Bytes of the header of a value that is so long. */
function headerLength(length: number): number {
  return length < 1 << 7 ? 1 : length < 1 << 14 ? 2 : length < 1 << 21 ? 3 : 4;
}

function headerBytes(page: Uint8Array, at: number): number {
  return page[at] < 128 ? 1 : page[at + 1] < 128 ? 2 : page[at + 2] < 128 ? 3 : 4;
}

function longLength(page: Uint8Array, at: number): number {
  let length = 0;
  for (let i = 0, shift = 0; i < 4; i++, shift += 7) {
    const byte = page[at + i];
    length |= (byte & 127) << shift;
    if (byte < 128) break;
  }
  return length;
}
