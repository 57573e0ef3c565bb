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
  /** Epoch of the newest open snapshot, 0 when none is open. */
  newest = 0;
  /** Rows of the newest open snapshot: cells from here on may be written in place. 0 when none is open. */
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
    this.newest = epoch;
    this.frozenRows = rows;
    return epoch;
  }

  close(epoch: number): void {
    const at = this.#open.findIndex((snapshot) => snapshot.epoch === epoch);
    assert(at >= 0, 'a snapshot is closed once');
    this.#open.splice(at, 1);
    const newest = this.#open.at(-1);
    this.newest = newest?.epoch ?? 0;
    this.frozenRows = newest?.rows ?? 0;
    this.#release();
  }

  /** Takes a run of units out of use: at once if no open snapshot reaches it, else when the last of those closes. */
  retire(unit: number, units: number, born: number): void {
    if (born > this.newest) {
      this.#arena.giveRun(unit, units);
      this.quota.addPages(-units * UNIT_BYTES);
    } else this.#pin(unit, units, born);
  }

  /** The same for one of very many, such as all pages of a table: what is quick at a thousand would hold the thread at a million. */
  retireMany(unit: number, units: number, born: number): void {
    if (born > this.newest) this.#giveLater(unit, units);
    else this.#pin(unit, units, born);
  }

  /** The same for all pages of a run, `bytes` together, at a cost that hardly depends on their number while no snapshot is open. */
  retirePages({ views, units, born }: RetiredPages, bytes: number): void {
    if (this.newest === 0) {
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
