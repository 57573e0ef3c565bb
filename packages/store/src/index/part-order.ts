import type { Slice, Work } from '@weft/data';
import { spread } from './hash-segment.ts';

/** Rows that are sorted together, at most: 32 MiB beside the index, for as long as it lasts. */
const ROUND_ROWS_MAX = 1 << 21;
/** Rows of the index that a part has about: some 400 KiB of segments, which stay in the processor's cache while its rows come. */
const PART_ROWS = 1 << 15;
const PARTS_MAX = 1024;
const ROWS_PER_LOOK = 1024;
/** Rows that come at once, at most. */
export const ROWS_AT_ONCE_MAX = 256;

export interface PartOrderOptions {
  /** How many rows will come. */
  readonly rows: number;
  /** How many the index has then. */
  readonly indexRows: number;
}

/**
 * Brings many rows to a hash index. As they come, each is a miss in the processor's caches, and in its table of pages (320 ns a row of an index of
 * 100 MB); so they are gathered, sorted by the part of the index that they belong to (a counting sort by the highest bits of the hash), and visited part by
 * part (60 ns).
 */
export class PartOrder {
  readonly #visit: (hash: number, row: number) => void;
  readonly #shift: number;
  readonly #counts: Int32Array;
  readonly #hashes: Int32Array;
  readonly #rows: Int32Array;
  #sorted: { readonly hashes: Int32Array; readonly rows: Int32Array } | undefined;
  readonly #round: number;
  #count = 0;

  constructor({ rows, indexRows }: PartOrderOptions, visit: (hash: number, row: number) => void) {
    const bits = Math.min(Math.log2(PARTS_MAX), Math.max(1, Math.ceil(Math.log2(indexRows / PART_ROWS))));
    this.#round = Math.min(ROUND_ROWS_MAX, rows);
    const room = this.#round + ROWS_AT_ONCE_MAX;
    this.#visit = visit;
    this.#shift = 32 - bits;
    this.#counts = new Int32Array(2 ** bits + 1);
    this.#hashes = new Int32Array(room);
    this.#rows = new Int32Array(room);
  }

  /** Takes rows with their hashes, ROWS_AT_ONCE_MAX at most; whether it is full, and is to be flushed before the next come. */
  add(hashes: Int32Array, rows: Int32Array): boolean {
    let at = this.#count;
    for (let i = 0; i < rows.length; i++, at++) {
      this.#hashes[at] = hashes[i];
      this.#rows[at] = rows[i];
      this.#counts[(spread(hashes[i]) >>> this.#shift) + 1]++;
    }
    this.#count = at;
    return at >= this.#round;
  }

  /** Visits all that was taken. */
  *flush(slice: Slice): Work<void> {
    const { hashes, rows } = yield* this.#sort(slice);
    for (let from = 0; from < this.#count; from += ROWS_PER_LOOK) {
      const end = Math.min(this.#count, from + ROWS_PER_LOOK);
      for (let i = from; i < end; i++) this.#visit(hashes[i], rows[i]);
      if (slice.isOver()) yield;
    }
    this.#count = 0;
    this.#counts.fill(0);
  }

  *#sort(slice: Slice): Work<{ readonly hashes: Int32Array; readonly rows: Int32Array }> {
    const ends = this.#counts;
    for (let part = 1; part < ends.length; part++) ends[part] += ends[part - 1];
    const to = (this.#sorted ??= {
      hashes: new Int32Array(this.#rows.length),
      rows: new Int32Array(this.#rows.length),
    });
    for (let from = 0; from < this.#count; from += ROWS_PER_LOOK) {
      const end = Math.min(this.#count, from + ROWS_PER_LOOK);
      for (let i = from; i < end; i++) {
        const place = ends[spread(this.#hashes[i]) >>> this.#shift]++;
        to.hashes[place] = this.#hashes[i];
        to.rows[place] = this.#rows[i];
      }
      if (slice.isOver()) yield;
    }
    return to;
  }
}
