import { ROW_BITS, ROWS_PER_PAGE, type LiveRows } from '@weft/data';

/** Rows moved with each write, some microseconds each: what deletes spread out goes together again nearly as fast. */
const MOVES_PER_WRITE = 2;
/** It begins once fewer places than this share are taken … */
const FILL_MIN = 1 / 2;
/** … and there are so many pages that some could go. */
const PAGES_MIN = 4;

/**
 * Empties pages with few rows: their rows move, a few with each write, to places in other pages, so that the page gives its memory back.
 * One page at a time, the one with the fewest rows.
 *
 * A row's number changes only within a write, whose position (lsn) tells later views of the index from earlier snapshots. Whoever
 * keeps numbers of live rows from one write to another holds the rows meanwhile.
 */
export class RowCompaction {
  readonly #live: LiveRows;
  readonly #move: (from: number, to: number) => void;
  readonly #mayMove: (from: number) => boolean;
  #holds = 0;
  /** Where to look next in the page that is being emptied. */
  #row = 0;
  /** Rows moved since the table began. */
  moved = 0;

  /**
   * `move` moves a row to a free place; `mayMove`: whether it may move now, and memory is left for the copies that snapshots want
   * of the pages moved to, and for rewriting those that its texts do not suit.
   */
  constructor({
    live,
    move,
    mayMove,
  }: {
    live: LiveRows;
    move: (from: number, to: number) => void;
    mayMove: (from: number) => boolean;
  }) {
    this.#live = live;
    this.#move = move;
    this.#mayMove = mayMove;
  }

  /** Rows keep their numbers until what this returns is called, once. */
  hold(): () => void {
    this.#holds++;
    return () => {
      this.#holds--;
    };
  }

  /** The page that is being emptied takes rows again. */
  stop(): void {
    this.#live.drain(-1);
  }

  /** Moves up to MOVES_PER_WRITE rows, where there is anything to gain; not `except`, which was just written. */
  step(except: number): void {
    if (this.#holds > 0 || (this.#live.drained < 0 && !this.#begin(except))) return;
    for (let moves = 0; moves < MOVES_PER_WRITE; moves++) {
      const from = this.#nextRow(except);
      // New rows need the page's places where none may move.
      const to = from === except || !this.#mayMove(from) ? -1 : this.#live.next();
      // But for the row that was written the page is empty, or no other has places.
      if (to < 0) return this.stop();
      this.#move(from, to);
      this.moved++;
      // Its last row has gone, and the page with it.
      if (this.#live.drained < 0) return;
    }
  }

  #begin(except: number): boolean {
    const { count, capacity } = this.#live;
    if (capacity < PAGES_MIN << ROW_BITS || count >= capacity * FILL_MIN) return false;
    const page = this.#live.sparsestPage(except >> ROW_BITS);
    if (page < 0 || this.#live.countIn(page) >= ROWS_PER_PAGE * FILL_MIN) return false;
    this.#live.drain(page);
    this.#row = page << ROW_BITS;
    return true;
  }

  /** The next row of the page that is being emptied, which has some; `except` where it has no other. */
  #nextRow(except: number): number {
    const end = (this.#live.drained + 1) << ROW_BITS;
    for (; this.#row < end; this.#row += 8) {
      const held = this.#live.ofEight(this.#row) & ~(this.#row === (except & ~7) ? 1 << (except & 7) : 0);
      if (held !== 0) return this.#row + 31 - Math.clz32(held & -held);
    }
    return except;
  }
}
