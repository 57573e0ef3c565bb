/** Tells the code that runs for a callback, over all its awaits, from other code. */
export interface Scope {
  /** Whether the present code runs for a callback of `run`. */
  readonly isInside: boolean;
  run<T>(callback: () => T): T;
}
