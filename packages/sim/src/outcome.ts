import type { Violation } from './check/history.ts';

/** What became of a run. */
export interface Outcome {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** Of all that happened. */
  readonly hash: string;
  /** Calls that were checked. */
  readonly calls: number;
  /** Faults that happened, by kind. */
  readonly faults: ReadonlyMap<string, number>;
  /** Virtual time that passed. */
  readonly virtualMs: number;
  readonly events: number;
  readonly trace: readonly string[] | undefined;
}
