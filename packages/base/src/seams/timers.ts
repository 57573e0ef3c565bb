/** Calls back later. */
export interface Timers {
  /** Calls `callback` once, no sooner than after `delayMs`; the returned function calls it off. Keeps no process alive. */
  after(delayMs: number, callback: () => void): () => void;
}
