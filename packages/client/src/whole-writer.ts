import { WeftError } from '@weft/base';
import { WHOLE, type AnyType, type Slice, type Source, type UndoableWrites, type Work } from '@weft/data';
import type { WriteManyResult } from './api.ts';
import { rowObject } from './arguments.ts';
import type { ManyTarget, ManyWriter } from './many-writer.ts';
import { HeldKeys } from './held-keys.ts';
import { heldUnitsOf } from './held-units.ts';
import { notWhole, rowFailed } from './partly-done.ts';
import type { StagedRow } from './router.ts';
import { keyOfInput } from './row-key.ts';
import { RowSteps } from './row-steps.ts';

/** Rows that `writeMany` with `onError: 'all'` holds back until the last one is checked. */
export const WRITE_ALL_ROWS_MAX = 100_000;
/** What these may hold together: UTF-16 units of text, bytes of all else that is long. */
export const WRITE_ALL_UNITS_MAX = 64 * 1024 * 1024;
/** Rows that are written in one turn, so that nobody ever sees a part of them: some 0.5 ms. */
export const WRITE_AT_ONCE_ROWS = 500;
/** What these may hold together at most. */
const WRITE_AT_ONCE_UNITS = 262_144;

/**
 * Writes all rows of a call or none. All are checked before the first is written. What only the table can know (a value of a unique
 * index that another row has, memory that is used up) may still refuse a row; those before it are taken back then.
 *
 * Up to WRITE_AT_ONCE_ROWS are written in one turn. More take several, so that others see some of them before the last one is there,
 * and what others do to a row meanwhile stays.
 */
export class WholeWriter implements ManyWriter {
  readonly #target: ManyTarget;
  readonly #steps: RowSteps;
  readonly #unitsOf: (row: StagedRow['values']) => number;
  readonly #held: StagedRow[] = [];
  readonly #keys: HeldKeys | undefined;
  readonly #logs = new Map<Source, UndoableWrites>();
  #units = 0;
  #written = 0;
  #inserted = 0;

  constructor(target: ManyTarget) {
    const { type, router, onConflict } = target;
    this.#target = target;
    this.#steps = new RowSteps(type.schema);
    this.#unitsOf = heldUnitsOf(type.schema);
    this.#keys = onConflict === 'fail' ? new HeldKeys(router.keyCode) : undefined;
  }

  take(row: unknown): boolean {
    const { type, router, ttl } = this.#target;
    const index = this.#held.length;
    if (index === WRITE_ALL_ROWS_MAX)
      throw allTooLarge(type, `takes WRITE_ALL_ROWS_MAX, ${WRITE_ALL_ROWS_MAX}, rows at most`);
    try {
      const staged = router.stage(rowObject(type, row), undefined, ttl);
      this.#keys?.add(staged, router.sourceOf(staged.slot), index);
      this.#hold(staged);
      return this.#steps.isFull(staged.values);
    } catch (error) {
      throw rowFailed(error, index, keyOfInput(router.keyCode, row)?.text);
    }
  }

  *finish(slice: Slice, check: () => void): Work<WriteManyResult> {
    const isAtOnce = this.#held.length <= WRITE_AT_ONCE_ROWS && this.#units <= WRITE_AT_ONCE_UNITS;
    if (isAtOnce && slice.isOver()) yield;
    const pace = isAtOnce ? WHOLE : slice;
    try {
      check();
      // Later on others may wait for this call's own writes; one turn is in nobody's way.
      while (pace !== WHOLE && this.#target.router.isHeldBack) {
        yield;
        check();
      }
      for (const row of this.#held) {
        this.#write(row);
        if (!this.#steps.isFull(row.values) || !pace.isOver()) continue;
        yield;
        check();
      }
    } catch (error) {
      this.#written = yield* this.#takeBack(pace);
      throw error;
    } finally {
      for (const log of this.#logs.values()) log.end();
    }
    return { written: this.#written, inserted: this.#inserted, replaced: this.#written - this.#inserted };
  }

  failed(error: unknown): unknown {
    return notWhole(error, this.#written);
  }

  #hold(row: StagedRow): void {
    this.#units += this.#unitsOf(row.values);
    if (this.#units > WRITE_ALL_UNITS_MAX)
      throw allTooLarge(
        this.#target.type,
        `takes rows of WRITE_ALL_UNITS_MAX, ${WRITE_ALL_UNITS_MAX}, characters and bytes at most`,
      );
    this.#held.push(row);
  }

  #write({ values, slot }: StagedRow): void {
    try {
      if (this.#logOf(slot).write(values, slot, this.#target.onConflict)) this.#inserted++;
      this.#written++;
    } catch (error) {
      const { keyCode } = this.#target.router;
      const isKnown = keyCode.columns[0]!.role !== 'hiddenKey';
      throw rowFailed(error, this.#written, isKnown ? keyCode.describe(keyCode.of(values)) : undefined);
    }
  }

  #logOf(slot: number): UndoableWrites {
    const source = this.#target.router.sourceOf(slot);
    let log = this.#logs.get(source);
    if (log === undefined) {
      log = source.undoable();
      this.#logs.set(source, log);
    }
    return log;
  }

  /** Undoes what is written, the last row first. How many rows stay. */
  *#takeBack(slice: Slice): Work<number> {
    let kept = 0;
    for (let at = this.#written - 1; at >= 0; at--) {
      const { slot, values } = this.#held[at]!;
      if (!this.#logOf(slot).undo()) kept++;
      if (this.#steps.isFull(values) && slice.isOver()) yield;
    }
    return kept;
  }
}

export function allTooLarge({ name }: AnyType, bound: string): WeftError {
  return new WeftError(
    'BATCH_TOO_LARGE',
    `${name}.writeMany with onError: 'all' holds all rows back until the last is checked, and ${bound}.`,
    { details: { type: name } },
  );
}
