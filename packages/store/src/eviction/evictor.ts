import type { Heap, LiveRows } from '@weft/data';
import type { EvictionLog, EvictReason } from './eviction-log.ts';
import { NO_ROW } from '../index/key-probe.ts';
import type { Victims } from './victims.ts';

/** Rows that one write makes go, but for one that needs more room than theirs: below a millisecond. */
const EVICTED_PER_WRITE_MAX = 32;
/** A write without room waits for this many passes of compaction, some 10 ms for 100,000 rows each, before rows go instead: they free no page at once either. */
const SWEEPS_PER_WRITE_MAX = 2;
/** Steps between two looks whether there is room. */
const COMPACTIONS_PER_LOOK = 8;
/** While memory is short, so many places of rows are kept free for new ones … */
const PLACES_SLACK = 2048;
/** … and this share of the heap is let go of, so that compaction finds pages worth emptying. */
const HEAP_SLACK_SHARE = 1 / 8;
const HEAP_SLACK_BYTES_MIN = 1 << 18;

/** What an evictor needs of its table. */
export interface EvictorParts {
  readonly victims: Victims;
  readonly live: LiveRows;
  readonly heap: Heap;
  readonly log: EvictionLog;
  /** Rows that the table may have. */
  readonly rowsMax: number;
  /** Removes a row, without the housekeeping of a write. */
  readonly remove: (row: number) => void;
  /** Removes some rows that have expired, but not `except`; false where there was none. */
  readonly sweep: (except: number) => boolean;
  /** Rows that a step of compaction looks at. */
  readonly rowsPerStep: number;
  /** Moves some values, so that heap pages empty; false where there is nothing to gain. */
  readonly compact: () => boolean;
  /** Gives up what open snapshots hold; false where none is open. */
  readonly dropSnapshots: () => boolean;
  /** Whether so little memory is left that rows should begin to go. */
  isShort(): boolean;
}

/**
 * Makes rows of a cache go, so that it stays inside its memory and its number of rows.
 *
 * Memory of a row that went is of use at once as a place for another row, but its long values only once compaction has emptied
 * their page. So rows begin to go while there is still some memory: a few with each write, until there are places, and
 * released values enough for compaction to live on. Past that no row goes for memory.
 */
export class Evictor {
  readonly #parts: EvictorParts;

  constructor(parts: EvictorParts) {
    this.#parts = parts;
  }

  get bytes(): number {
    return this.#parts.victims.bytes;
  }

  /** Takes note of a new row. */
  add(row: number): void {
    this.#parts.victims.add(row);
  }

  /** Takes note that a row was read or changed. */
  use(row: number): void {
    this.#parts.victims.use(row);
  }

  removePage(page: number): void {
    this.#parts.victims.removePage(page);
  }

  clear(): void {
    this.#parts.victims.clear();
  }

  /** Before a row is added. Where the bound was lowered, several go with each write. */
  keepRowsMax(): void {
    const { live, rowsMax } = this.#parts;
    for (let gone = 0; live.count >= rowsMax && gone < EVICTED_PER_WRITE_MAX; gone++) this.#evict(NO_ROW, 'rows');
  }

  /**
   * Before a write that has no room: rows go until it has, or none is left but `except`. The turn is long only where a value is
   * larger than those of EVICTED_PER_WRITE_MAX rows.
   */
  makeRoom(hasRoom: () => boolean, except: number): void {
    const { live, compact, dropSnapshots } = this.#parts;
    const stepsMax = COMPACTIONS_PER_LOOK + (SWEEPS_PER_WRITE_MAX * live.rowCount) / this.#parts.rowsPerStep;
    for (let gone = 0, steps = 0; !hasRoom();) {
      if (gone === EVICTED_PER_WRITE_MAX) live.openHoles();
      if (gone >= EVICTED_PER_WRITE_MAX && dropSnapshots()) continue;
      if (steps < stepsMax && this.#hasHeapSlack() && compact()) {
        for (steps++; steps % COMPACTIONS_PER_LOOK !== 0 && compact();) steps++;
        continue;
      }
      // Where many must go, asking takes longer than what is asked for.
      for (let more = gone < EVICTED_PER_WRITE_MAX ? 1 : EVICTED_PER_WRITE_MAX; more > 0; more--, gone++)
        if (!this.#evict(except, 'memory')) return;
    }
  }

  /** After a write to `row`: some rows go where memory is getting short. */
  keepSlack(row: number): void {
    if (!this.#parts.isShort()) return;
    for (let gone = 0; gone < EVICTED_PER_WRITE_MAX && !this.#hasSlack(); gone++)
      if (!this.#evict(row, 'memory')) return;
    this.#parts.compact();
  }

  #evict(except: number, reason: EvictReason): boolean {
    const { victims, log, remove, sweep } = this.#parts;
    // Nobody sees these any more.
    if (sweep(except)) return true;
    const row = victims.next(except);
    if (row === NO_ROW) return false;
    log.add(reason);
    remove(row);
    return true;
  }

  #hasSlack(): boolean {
    const { live } = this.#parts;
    return live.capacity - live.count >= PLACES_SLACK && this.#hasHeapSlack();
  }

  #hasHeapSlack(): boolean {
    const { usedBytes, liveBytes } = this.#parts.heap;
    return (
      usedBytes - liveBytes >= Math.max(HEAP_SLACK_BYTES_MIN, usedBytes * HEAP_SLACK_SHARE) ||
      usedBytes < HEAP_SLACK_BYTES_MIN
    );
  }
}
