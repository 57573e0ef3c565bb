/** Calls back later. */
export interface Timers {
  /**
   * Calls `callback` once, no sooner than after `delayMs`; the returned function calls it off. Somebody waits for it, so it keeps
   * the process alive unless it is `idle`.
   */
  after(delayMs: number, callback: () => void, idle?: 'idle'): () => void;
}
