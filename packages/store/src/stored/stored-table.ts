import type { CodesImage, PageForm, TypeSchema, ZoneImage } from '@weft/data';

/**
 * A table as of one moment, as plain data that names its pages by their content.
 *
 *     table ─► lists, one or more for each column, the heap, the live rows ─► pages
 *
 * Table and lists are JSON, kept like pages under the names of their content. So a part that nobody has written since the snapshot before
 * is named again, not written again.
 */
export interface StoredTable {
  readonly type: string;
  readonly fingerprint: string;
  readonly partition: number;
  /** Position of the partition's log that the rows are as of. */
  readonly lsn: number;
  readonly rows: number;
  /** One past the highest place of a row. */
  readonly rowCount: number;
  readonly pages: number;
  /** Of all pages, those of the heap included. */
  readonly bytes: number;
  /** Names of lists of LiveEntry. */
  readonly live: readonly string[];
  /** Names of lists of HeapEntry. */
  readonly heap: { readonly lists: readonly string[]; readonly current: number };
  /** By ordinal. */
  readonly columns: readonly StoredColumn[];
}

export interface StoredColumn {
  /** Names of lists of PageEntry. */
  readonly lists: readonly string[];
  /** The dictionary, of text that has one; `lists` of texts by code. */
  readonly codes?: Omit<CodesImage, 'texts'> & { readonly lists: readonly string[] };
}

/** A bitmap of live rows by page; null is a hole. */
export type LiveEntry = string | null;

/** A page of the heap: name, bytes that are kept, those of the page, of which they are the first, and those of values that are alive. */
export type HeapEntry = readonly [name: string, bytes: number, pageBytes: number, live: number] | null;

/** A page of a column: name, bytes that are kept, form, whether a bitmap of absent values follows the cells, how many rows lack one, bounds. */
export type PageEntry =
  | readonly [
      name: string,
      bytes: number,
      form: PageForm,
      hasNulls: 0 | 1,
      absent: number,
      min: BoundJson,
      max: BoundJson,
    ]
  | null;

/** JSON has no infinities. */
type BoundJson = number | '+' | '-';

/** Entries of one list, at most: some 0.1 ms to write as JSON. */
export const LIST_ENTRIES_MAX = 1024;

export function boundJson(bound: number): BoundJson {
  return bound === Infinity ? '+' : bound === -Infinity ? '-' : bound;
}

export function zoneOf([, , , , absent, min, max]: NonNullable<PageEntry>): ZoneImage {
  return { absent, min: boundOf(min), max: boundOf(max) };
}

function boundOf(bound: BoundJson): number {
  return bound === '+' ? Infinity : bound === '-' ? -Infinity : bound;
}

/** Names of the pages that a list is of. */
export function pagesOfList(entries: readonly unknown[]): string[] {
  return (entries as readonly (LiveEntry | HeapEntry | PageEntry)[]).flatMap((entry) =>
    entry === null ? [] : typeof entry === 'string' ? [entry] : [entry[0]],
  );
}

/** Whether a table's declaration is the one that its rows were stored by. */
export function isOfSchema({ type, fingerprint }: StoredTable, schema: TypeSchema): boolean {
  return type === schema.name && fingerprint === schema.fingerprint;
}
