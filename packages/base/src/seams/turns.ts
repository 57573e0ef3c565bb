/** How long one piece of work may hold the event loop, in milliseconds. Half the promise of 2 ms: a slice is checked between steps. */
export const SLICE_MS = 1;

/** Lets long work give the event loop back. */
export interface Turns {
  /** Milliseconds of long work in the present turn of the event loop, from when the first of it asked. */
  elapsedMs(): number;
  /**
   * Resolves in a later turn of the event loop, in the order in which they asked: one job of `work` in each, and of `events` as many as are done in SLICE_MS.
   * These are changes on their way to those who wait for them, which never rest where long work does.
   */
  next(what?: 'work' | 'events'): Promise<void>;
}
