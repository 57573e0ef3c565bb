/** How long one piece of work may hold the event loop, in milliseconds. Half the promise of 2 ms: a slice is checked between pages. */
export const SLICE_MS = 1;

/** Lets long work give the event loop back. */
export interface Turns {
  /** Same clock as `Clock.monotonicMs`. */
  monotonicMs(): number;
  /** Resolves in a later turn of the event loop. Waiting jobs take turns in the order in which they asked. */
  next(): Promise<void>;
}
