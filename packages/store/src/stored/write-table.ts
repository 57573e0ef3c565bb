import type { ContentHash } from '@weft/base';
import { ROW_BITS, ROW_MASK, ROWS_PER_PAGE, type PageView, type Slice } from '@weft/data';
import {
  boundJson,
  LIST_ENTRIES_MAX,
  type HeapEntry,
  type LiveEntry,
  type PageEntry,
  type StoredColumn,
  type StoredTable,
} from './stored-table.ts';
import type { TableCut } from './table-cut.ts';

/** Something to keep, under the name of its content. The bytes are the taker's. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What is kept already, and how names are made. */
export interface PageTarget {
  readonly hash: ContentHash;
  /** Asked about everything that a table names: what it says it has is not handed out. */
  readonly has: (name: string) => boolean;
}

/** Hands out what is to be kept, one by one, and `undefined` where it pauses. */
export type PageWork<T> = Generator<NamedBytes | undefined, T, undefined>;

/** Texts of a list of a dictionary: some 256 KiB at most. */
const LIST_TEXTS_MAX = 512;

/**
 * Hands out everything of a table that the target does not have, page after page, and in the end the table as data. Only pages that
 * were written since they got a name are hashed. Throws SNAPSHOT_TOO_OLD where the snapshot is taken away meanwhile.
 */
export function* writeTable(cut: TableCut, partition: number, target: PageTarget, slice: Slice): PageWork<StoredTable> {
  const { schema, live, lsn } = cut.snapshot;
  const writer = new TableWriter(cut, target, slice);
  const parts = {
    live: yield* writer.live(),
    heap: { lists: yield* writer.heap(), current: cut.heap.current },
    columns: yield* writer.columns(),
  };
  return {
    type: schema.name,
    fingerprint: schema.fingerprint,
    partition,
    lsn,
    rows: live.count,
    rowCount: live.rowCount,
    pages: live.pageCount,
    bytes: writer.bytes,
    ...parts,
  };
}

/** Names bytes that are at hand, and hands them out where the target lacks them. */
export function* keep(bytes: Uint8Array<ArrayBuffer>, { hash, has }: PageTarget): PageWork<string> {
  const name = hash(bytes);
  if (!has(name)) yield { name, bytes };
  return name;
}

export function* keepJson(value: unknown, target: PageTarget): PageWork<string> {
  return yield* keep(new TextEncoder().encode(JSON.stringify(value)), target);
}

class TableWriter {
  /** Of the pages so far. */
  bytes = 0;
  readonly #cut: TableCut;
  readonly #target: PageTarget;
  readonly #slice: Slice;
  /** The page that is written on behind the snapshot's last row, −1 where there is none. */
  readonly #tail: number;

  constructor(cut: TableCut, target: PageTarget, slice: Slice) {
    this.#cut = cut;
    this.#target = target;
    this.#slice = slice;
    const { rowCount } = cut.snapshot.live;
    this.#tail = (rowCount & ROW_MASK) === 0 ? -1 : rowCount >>> ROW_BITS;
  }

  *live(): PageWork<string[]> {
    const { pages } = this.#cut.snapshot.live;
    return yield* this.#lists(pages.length, (page) => this.#livePage(pages[page]));
  }

  *#livePage(bits: Uint8Array<SharedArrayBuffer> | undefined): PageWork<LiveEntry> {
    return bits === undefined ? null : yield* this.#page(bits, undefined, { there: bits.byteLength });
  }

  *heap(): PageWork<string[]> {
    const { pages } = this.#cut.heap;
    return yield* this.#lists(pages.length, (number) => this.#heapPage(number));
  }

  *#heapPage(number: number): PageWork<HeapEntry> {
    const { pages, used, live, current } = this.#cut.heap;
    const page = pages[number];
    if (page === undefined) return null;
    const name = yield* this.#page(page, undefined, {
      there: used[number],
      kept: used[number],
      isSettled: number !== current,
    });
    return [name, used[number], page.byteLength, live[number]];
  }

  *columns(): PageWork<StoredColumn[]> {
    const columns: StoredColumn[] = [];
    for (let ordinal = 0; ordinal < this.#cut.snapshot.columns.length; ordinal++)
      columns.push(yield* this.#column(ordinal));
    return columns;
  }

  *#column(ordinal: number): PageWork<StoredColumn> {
    const { snapshot, codes } = this.#cut;
    const lists = yield* this.#lists(snapshot.live.pageCount, (page) => this.#columnPage(ordinal, page));
    const image = codes[ordinal];
    if (image === undefined) return { lists };
    const { texts, ...rest } = image;
    return { lists, codes: { ...rest, lists: yield* this.#texts(texts) } };
  }

  *#columnPage(ordinal: number, page: number): PageWork<PageEntry> {
    const image = this.#cut.snapshot.columns[ordinal].pageImage(page);
    if (image === undefined) return null;
    const { form, cells, nulls, zone } = image;
    const isTail = page === this.#tail;
    const rows = isTail ? this.#cut.snapshot.live.rowCount & ROW_MASK : ROWS_PER_PAGE;
    const name = yield* this.#page(cells, nulls, {
      there: (cells.byteLength / ROWS_PER_PAGE) * rows,
      isSettled: !isTail,
    });
    const bytes = cells.byteLength + (nulls?.byteLength ?? 0);
    return [name, bytes, form, nulls === undefined ? 0 : 1, zone.absent, boundJson(zone.min), boundJson(zone.max)];
  }

  *#texts(texts: readonly string[]): PageWork<string[]> {
    const lists: string[] = [];
    for (let from = 0; from < texts.length; from += LIST_TEXTS_MAX) {
      lists.push(yield* keepJson(texts.slice(from, from + LIST_TEXTS_MAX), this.#target));
      yield* this.#pause();
    }
    return lists;
  }

  /** Entries in lists, which are kept like pages. */
  *#lists(count: number, entryOf: (at: number) => PageWork<unknown>): PageWork<string[]> {
    const lists: string[] = [];
    for (let from = 0; from < count; from += LIST_ENTRIES_MAX) {
      const entries: unknown[] = [];
      for (let at = from; at < Math.min(count, from + LIST_ENTRIES_MAX); at++) {
        entries.push(yield* entryOf(at));
        yield* this.#pause();
      }
      lists.push(yield* keepJson(entries, this.#target));
    }
    return lists;
  }

  /** The name of a page with its bitmap. */
  *#page(
    cells: PageView,
    nulls: PageView | undefined,
    { there, kept = cells.byteLength, isSettled = true }: PageExtent,
  ): PageWork<string> {
    const { names } = this.#cut;
    this.bytes += kept + (nulls?.byteLength ?? 0);
    const known = isSettled ? names.of(cells, nulls) : undefined;
    if (known !== undefined && this.#target.has(known)) return known;
    const copy = copyOf(cells, nulls, there, kept);
    const name = known ?? this.#target.hash(copy);
    if (isSettled) names.set(cells, nulls, name);
    if (!this.#target.has(name)) yield { name, bytes: copy };
    // Whoever took the bytes may have come back turns later.
    this.#cut.snapshot.check();
    return name;
  }

  *#pause(): PageWork<void> {
    if (!this.#slice.isOver()) return;
    yield undefined;
    this.#cut.snapshot.check();
  }
}

interface PageExtent {
  /** Bytes at its beginning that the snapshot sees. */
  readonly there: number;
  /** Bytes that are kept, zeros behind what is there. */
  readonly kept?: number;
  /** Whether writes to it are noticed, so that its name can be remembered. */
  readonly isSettled?: boolean;
}

/** What the writer writes meanwhile, behind what is there, is not in it. */
function copyOf(cells: PageView, nulls: PageView | undefined, there: number, kept: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(kept + (nulls?.byteLength ?? 0));
  copy.set(new Uint8Array(cells.buffer, cells.byteOffset, there));
  if (nulls !== undefined) copy.set(nulls as Uint8Array, kept);
  return copy;
}
