import { ROW_BITS } from '@weft/data';
import type { PartitionLog } from '@weft/log';
import { NO_ROW } from '../index/key-probe.ts';
import type { Expiry } from './expiry.ts';

/** Expired rows that one step removes, and one record tells of: some 0.1 ms. */
export const EXPIRED_PER_STEP = 32;
/** Pages whose rows one step looks at in vain. */
const PAGES_PER_STEP = 4;

export interface SweeperParts {
  readonly expiry: Expiry;
  readonly log: PartitionLog;
  /** Removes a row, without the housekeeping of a write. */
  readonly remove: (row: number) => void;
  /** The housekeeping of a removal. Rows may move. */
  readonly afterRemoval: () => void;
}

/** What one step did. */
export interface SweepStep {
  readonly removed: number;
  /** Pages that were looked at. */
  readonly pages: number;
  /** Whether rows may be left that have expired. */
  readonly isOpen: boolean;
}

/**
 * Removes rows that have expired, page after page, a few in each step. Nobody sees them any more: this gives their memory back and tells
 * the log.
 */
export class Sweeper {
  readonly #parts: SweeperParts;
  /** Where to go on. Rows before it, on the same page, are looked at again in the end. */
  #row = 0;

  constructor(parts: SweeperParts) {
    this.#parts = parts;
  }

  /** The next step, a turn of its own: what belongs to a write goes with each removal. */
  step(): SweepStep {
    const { log, afterRemoval } = this.#parts;
    return log.isOn ? log.group({}, () => this.#step(NO_ROW, afterRemoval)) : this.#step(NO_ROW, afterRemoval);
  }

  /** The same within a write to `except`, which stays, as does every row in its place. How many rows went. */
  stepWithin(except: number): number {
    return this.#step(except, () => undefined).removed;
  }

  #step(except: number, afterRemoval: () => void): SweepStep {
    const { expiry, remove } = this.#parts;
    const nowMs = expiry.nowMs();
    let removed = 0;
    for (let pages = 0; pages < PAGES_PER_STEP; pages++) {
      const page = expiry.nextDue(this.#row >>> ROW_BITS, nowMs);
      if (page < 0) return { removed, pages, isOpen: false };
      if (page !== this.#row >>> ROW_BITS) this.#row = page << ROW_BITS;
      const end = (page + 1) << ROW_BITS;
      for (;;) {
        this.#row = expiry.nextExpired(this.#row, nowMs);
        if (this.#row === end) break;
        const row = this.#row++;
        if (row !== except) {
          remove(row);
          afterRemoval();
          removed++;
        }
        if (removed === EXPIRED_PER_STEP) return { removed, pages: pages + 1, isOpen: true };
        if (this.#row === end) break;
      }
      expiry.settle(page);
    }
    return { removed, pages: PAGES_PER_STEP, isOpen: true };
  }
}
