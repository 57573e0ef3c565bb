import type { Violation } from './check/history.ts';

/** What became of a run. */
export interface Outcome {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** Of all that happened. */
  readonly hash: string;
  /** What was checked, by kind. */
  readonly operations: ReadonlyMap<string, number>;
  /** Faults that happened, by kind. */
  readonly faults: ReadonlyMap<string, number>;
  /** What the network did to bytes and connections, by kind. */
  readonly network: ReadonlyMap<string, number>;
  /** Virtual time that passed. */
  readonly virtualMs: number;
  readonly events: number;
  readonly trace: readonly string[] | undefined;
}
