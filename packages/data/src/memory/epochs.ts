import { assert } from '@weft/base';
import { UNIT_BYTES, type Arena } from './arena.ts';
import type { GivenPages } from './given-later.ts';
import { MemoryQuota } from './memory-quota.ts';

/**
 * Which pages open snapshots can reach.
 *
 * Time is cut into epochs by the opening of snapshots. A page is born in an epoch and, when a copy takes its place, retired
 * in one. Snapshot e reaches the pages with born ≤ e < retired. So the writer may write a page in place when no open
 * snapshot is as young as the page (`newest < born`), and a retired page goes back to the arena when no open snapshot
 * lies between.
 */
export class Epochs {
  /** The current epoch: pages born now carry it. */
  current = 1;
  /** Pages born later are written without a question. Epoch of the newest open snapshot or of the mark, 0 where there is neither. */
  newest = 0;
  /** Cells of rows from here on are written without a question: neither an open snapshot nor the mark is about them. */
  frozenRows = 0;
  /** Bytes that only open snapshots still reach. */
  pinnedBytes = 0;

  /** Bytes of pages copied since the beginning, because a snapshot could reach them. */
  copiedBytes = 0;

  readonly #arena: Arena;
  /** Where the blocks are counted. */
  readonly quota: MemoryQuota;
  readonly #open: { epoch: number; rows: number }[] = [];
  #retired: Retired[] = [];
  #newestOpen = 0;
  /** See `mark`. */
  #mark = { epoch: 0, rows: 0 };

  constructor(arena: Arena, quota: MemoryQuota = new MemoryQuota('', arena.governor)) {
    this.#arena = arena;
    this.quota = quota;
  }

  /** A run of units for a page that is born now, as `Arena.takeRun`. */
  take(units: number, near?: number): number {
    const unit = this.#arena.takeRun(units, near);
    this.quota.addPages(units * UNIT_BYTES);
    return unit;
  }

  /** Epoch of the oldest open snapshot, Infinity when none is open. */
  get oldest(): number {
    return this.#open.length === 0 ? Infinity : this.#open[0]!.epoch;
  }

  /** Opens a snapshot of the present; `close` it with the returned epoch. */
  open(rows: number): number {
    const epoch = this.current++;
    this.#open.push({ epoch, rows });
    this.#guard();
    return epoch;
  }

  /**
   * From here on the first write to each page that is as old as this epoch is noticed, whether a snapshot is open or not: the page is
   * reborn (`PageRun.own`), and gets another view. So whoever has kept a page elsewhere knows it by its view, as long as that is
   * the same. Not on the page that row `rows` is on, nor behind it.
   */
  mark(epoch: number, rows: number): void {
    this.#mark = { epoch, rows };
    this.#guard();
  }

  /** Whether an open snapshot reaches a page of the present that was born then. */
  isReachable(born: number): boolean {
    return born <= this.#newestOpen;
  }

  /** Whether any snapshot is open. */
  get isAnyOpen(): boolean {
    return this.#open.length > 0;
  }

  close(epoch: number): void {
    const at = this.#open.findIndex((snapshot) => snapshot.epoch === epoch);
    assert(at >= 0, 'a snapshot is closed once');
    this.#open.splice(at, 1);
    this.#guard();
    this.#release();
  }

  #guard(): void {
    const newest = this.#open.at(-1);
    this.#newestOpen = newest?.epoch ?? 0;
    this.newest = Math.max(this.#newestOpen, this.#mark.epoch);
    this.frozenRows = Math.max(newest?.rows ?? 0, this.#mark.rows);
  }

  /** Takes a run of units out of use: at once if no open snapshot reaches it, else when the last of those closes. */
  retire(unit: number, units: number, born: number): void {
    if (!this.isReachable(born)) {
      this.#arena.giveRun(unit, units);
      this.quota.addPages(-units * UNIT_BYTES);
    } else this.#pin(unit, units, born);
  }

  /** The same for one of very many, such as all pages of a table: what is quick at a thousand would hold the thread at a million. */
  retireMany(unit: number, units: number, born: number): void {
    if (!this.isReachable(born)) this.#giveLater(unit, units);
    else this.#pin(unit, units, born);
  }

  /** The same for all pages of a run, `bytes` together, at a cost that hardly depends on their number while no snapshot is open. */
  retirePages({ views, units, born }: RetiredPages, bytes: number): void {
    if (!this.isAnyOpen) {
      this.#arena.givePagesLater({ views, units }, bytes);
      this.quota.addPages(-bytes);
      return;
    }
    for (const [page, view] of views.entries())
      if (view !== undefined) this.retireMany(units[page], view.byteLength / UNIT_BYTES, born[page]);
  }

  #pin(unit: number, units: number, born: number): void {
    this.#retired.push({ unit, units, born, retired: this.current });
    this.pinnedBytes += units * UNIT_BYTES;
  }

  #release(): void {
    if (this.#retired.length === 0) return;
    const kept: Retired[] = [];
    for (const run of this.#retired) {
      if (this.#open.some(({ epoch }) => run.born <= epoch && epoch < run.retired)) {
        kept.push(run);
        continue;
      }
      this.pinnedBytes -= run.units * UNIT_BYTES;
      this.#giveLater(run.unit, run.units);
    }
    this.#retired = kept;
  }

  #giveLater(unit: number, units: number): void {
    this.#arena.giveRunLater(unit, units);
    this.quota.addPages(-units * UNIT_BYTES);
  }
}

/** Pages of a run that is emptied, by their numbers; `undefined` is a hole. */
interface RetiredPages extends GivenPages {
  readonly born: readonly number[];
}

interface Retired {
  readonly unit: number;
  readonly units: number;
  readonly born: number;
  readonly retired: number;
}
