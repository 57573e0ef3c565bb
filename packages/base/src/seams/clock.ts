/** The two clocks of a process. Pure packages get one passed in; the simulator passes a false one. */
export interface Clock {
  /** Milliseconds with fraction from an arbitrary start; never runs backwards. For durations and deadlines. */
  monotonicMs(): number;
  /** Milliseconds since 1970-01-01 UTC. For values that people see; may jump. */
  wallMs(): number;
}
