import { assert, type Turns } from '@weft/base';
import { BITMAP_BYTES, type Column, type Slice, type Work } from '@weft/data';
import type { Table } from '../table/table.ts';
import { rebuildIndexes } from './rebuild-indexes.ts';
import { readJson, type PageSource } from './page-source.ts';
import {
  isOfSchema,
  zoneOf,
  type HeapEntry,
  type LiveEntry,
  type PageEntry,
  type StoredColumn,
  type StoredTable,
} from './stored-table.ts';

/** How a restoration goes on. */
export interface RestorePace {
  readonly turns: Turns;
  readonly slice: Slice;
  /** Told of bytes as they come in. */
  readonly onBytes?: (bytes: number) => void;
}

/** Pages that are read ahead of the one that is put in its place: 1 MiB, of ordinary ones. */
const READ_AHEAD = 16;

/**
 * Fills an empty table of the same declaration with what was kept of another: pages first, as they are, then its indexes, from the rows.
 * Nobody may use the table meanwhile. After a failure it is to be thrown away. Throws MEMORY_LIMIT, and what `read` throws.
 */
export async function restoreTable(
  table: Table,
  stored: StoredTable,
  source: PageSource,
  pace: RestorePace,
): Promise<void> {
  await restorePages(table, stored, source, pace);
  await run(rebuildIndexes(table, pace.slice), pace);
}

/** The same without indexes: rows can be scanned, not found. */
export async function restorePages(
  table: Table,
  stored: StoredTable,
  source: PageSource,
  pace: RestorePace,
): Promise<void> {
  assert(table.live.rowCount === 0, 'a table that is restored is empty');
  assert(isOfSchema(stored, table.schema), 'a table is restored by the declaration that it was stored by');
  const restorer = new Restorer(table, source, pace);
  await restorer.live(stored);
  await restorer.heap(stored);
  for (const [ordinal, column] of stored.columns.entries()) await restorer.column(table.columns[ordinal], column);
}

type Page = readonly [name: string, bytes: number];

/** What page an entry names. */
function pageOf(entry: HeapEntry | PageEntry): Page | null {
  return entry === null ? null : [entry[0], entry[1]];
}

async function run(work: Work<void>, { turns }: RestorePace): Promise<void> {
  while (work.next().done !== true) await turns.next();
}

class Restorer {
  readonly #table: Table;
  readonly #source: PageSource;
  readonly #pace: RestorePace;
  /** Where pages lie from their read until they are put in their places: memory that is used again is not cleared first. */
  readonly #buffers: Uint8Array[] = [];

  constructor(table: Table, source: PageSource, pace: RestorePace) {
    this.#table = table;
    this.#source = source;
    this.#pace = pace;
  }

  async live({ live, rowCount }: StoredTable): Promise<void> {
    const to = this.#table.live;
    await this.#pages<LiveEntry>(
      live,
      (entry) => (entry === null ? null : [entry, BITMAP_BYTES]),
      (page, _, bits) => to.restorePage(page, this.#near, bits),
    );
    to.restored(rowCount);
  }

  async heap({ heap: { lists, current } }: StoredTable): Promise<void> {
    const to = this.#table.heap;
    await this.#pages<HeapEntry>(lists, pageOf, (number, entry, bytes) => {
      if (entry !== null) to.restorePage(number, bytes!, { pageBytes: entry[2], live: entry[3] });
    });
    to.restored(current);
  }

  async column(to: Column, { lists, codes }: StoredColumn): Promise<void> {
    to.restoreCodes(codes);
    for (const name of codes?.lists ?? []) to.restoreTexts((await readJson(this.#source, name)) as string[]);
    await this.#pages<PageEntry>(lists, pageOf, (page, entry, bytes) => {
      if (entry === null) return;
      const cells = entry[3] === 1 ? bytes!.subarray(0, -BITMAP_BYTES) : bytes!;
      const nulls = entry[3] === 1 ? bytes!.subarray(-BITMAP_BYTES) : undefined;
      to.restorePage(page, this.#near, { form: entry[2], cells, nulls, zone: zoneOf(entry) });
    });
    to.restored();
  }

  /** Pages of a table come to the newest segment, as they would if they were added. */
  get #near(): number {
    return this.#table.parts.memory.arena.segments.length - 1;
  }

  /** Puts the pages that lists name in their places, in order, while the next ones are read. */
  async #pages<E>(
    lists: readonly string[],
    pageOf: (entry: E) => Page | null,
    put: (at: number, entry: E, bytes: Uint8Array | undefined) => void,
  ): Promise<void> {
    let first = 0;
    for (const list of lists) {
      const entries = (await readJson(this.#source, list)) as E[];
      let at = 0;
      for await (const bytes of this.#inOrder(entries.map((entry) => pageOf(entry)))) {
        put(first + at, entries[at], bytes);
        at++;
        if (this.#pace.slice.isOver()) await this.#pace.turns.next();
      }
      first += at;
    }
  }

  /** The page that was read so many before lay there, and has its place by now. */
  #buffer(at: number, bytes: number): Uint8Array {
    const known = this.#buffers[at % READ_AHEAD];
    if (known !== undefined && known.length >= bytes) return known;
    return (this.#buffers[at % READ_AHEAD] = new Uint8Array(bytes));
  }

  async *#inOrder(pages: readonly (Page | null)[]): AsyncGenerator<Uint8Array | undefined> {
    const ahead: (Promise<Uint8Array> | undefined)[] = [];
    const begin = (at: number): void => {
      const page = pages[at];
      const read =
        page === null || page === undefined ? undefined : this.#source.read(...page, this.#buffer(at, page[1]));
      // Awaited below; when an earlier one fails first, nobody looks at this one any more.
      read?.catch(() => undefined);
      ahead.push(read);
    };
    for (let at = 0; at < pages.length; at++) {
      while (ahead.length < Math.min(READ_AHEAD, pages.length - at)) begin(at + ahead.length);
      const bytes = await ahead.shift();
      if (bytes !== undefined) this.#pace.onBytes?.(bytes.length);
      yield bytes;
    }
  }
}
