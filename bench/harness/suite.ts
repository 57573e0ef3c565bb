import type { JudgedCase } from './case.ts';
import type { Deadline } from './deadline.ts';

export type SuiteInput = {
  /** Rows of the only table size to run, where the caller asked for one. */
  readonly rows: number | undefined;
  readonly reps: number;
  readonly deadline: Deadline;
  /** Progress, for people. */
  readonly say: (line: string) => void;
};

export type SuiteAnswer = {
  readonly cases: readonly JudgedCase[];
  /** Every rate of every repetition, for whoever doubts a median. */
  readonly rates: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  /** Cores busy with other work, one figure per repetition. */
  readonly otherCores: readonly number[];
  /** What a reader of the table must know. */
  readonly notes: readonly string[];
};

export type Suite = (input: SuiteInput) => Promise<SuiteAnswer>;
