/** A client that hears of all changes of the registers. */
export interface PlannedFollower {
  readonly client: number;
  /** Events that may wait for it. */
  readonly buffer: number;
  /** Mean time that it takes for an event. */
  readonly eventMs: number;
}
