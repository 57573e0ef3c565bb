/** How long one piece of work may hold the event loop, in milliseconds. Half the promise of 2 ms: a slice is checked between steps. */
export const SLICE_MS = 1;

/** Lets long work give the event loop back. */
export interface Turns {
  /** Milliseconds of long work in the present turn of the event loop, from when the first of it asked. */
  elapsedMs(): number;
  /**
   * Resolves in a later turn of the event loop. Waiting jobs get a turn each, in the order in which they asked. `events`: of changes on their way to those who wait
   * for them, which never rest where long work does.
   */
  next(what?: 'work' | 'events'): Promise<void>;
}
