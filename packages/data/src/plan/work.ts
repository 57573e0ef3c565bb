/**
 * Work that may take longer than a turn: a generator that yields `undefined` where it can pause. Who drives it decides how
 * long to wait; `return()` ends it early and frees what it holds.
 */
export type Work<T> = Generator<undefined, T, undefined>;

/** The same, handing out batches of rows on the way. */
export type RowWork = Generator<object[] | undefined, void, undefined>;

/** Tells work when its turn is over. Asked every few hundred rows. */
export interface Slice {
  isOver(): boolean;
}

/** For callers that want all in one turn. */
export const WHOLE: Slice = { isOver: () => false };

/** Runs work to its end in this turn. */
export function finish<T>(work: Work<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
