/** One page as kernels see it. Addresses are bytes within the segment. */
export interface KernelPage {
  /** Index into the memories of the run. */
  readonly segment: number;
  /** Rows in use, 0 to ROWS_PER_PAGE; later ones are not looked at. */
  readonly rows: number;
  /** The live bitmap, BITMAP_BYTES long. */
  readonly live: number;
  /** Per input of the fragment: its cells, a run for ROWS_PER_PAGE rows whatever `rows` says. */
  readonly cells: readonly number[];
  /** Per input: its null bitmap, BITMAP_BYTES long, or 0 where the page has no absent value. */
  readonly nulls: readonly number[];
  /** Per input: whether this page of a string column holds dictionary codes. Not looked at for other kinds. */
  readonly dictionary: readonly boolean[];
}

/** The dictionary of a string column: codes 0 to length − 1, each of one string. It may grow, never change. */
export interface DictionaryView {
  readonly length: number;
  /** −1 where the string is not in it. */
  codeOf(text: string): number;
  get(code: number): string;
}

/** The dictionary of a string column by ordinal; `undefined` where it has none, and kernels cannot read the column. */
export type Dictionaries = (ordinal: number) => DictionaryView | undefined;
