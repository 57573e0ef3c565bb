/** What the `evolve` suite measures, and how much it must be. */
import { judge, type JudgedCase } from '../harness/case.ts';

/** Longest turn of our own work. */
export const TURN_MS_MAX = 2;
const KEPT_MUST = 0.8;
const KEPT_AIM = 0.95;

/** One figure of each per repetition. */
export type EvolveRun = {
  /** The longest turn without collections of garbage, and as it was. */
  readonly longestOwnMs: readonly number[];
  readonly longestMs: readonly number[];
  /** Writes a second before the evolution and while it ran. */
  readonly before: readonly number[];
  readonly during: readonly number[];
};

export function evolveCases({ longestOwnMs, longestMs, before, during }: EvolveRun, label: string): JudgedCase[] {
  const bound = longestOwnMs.map(() => perSecond(TURN_MS_MAX));
  const peerName = `bound of ${TURN_MS_MAX} ms`;
  return [
    judge({ name: `longest turn, ${label}`, peerName, ours: longestOwnMs.map(perSecond), theirs: bound, must: 1 }),
    judge({
      name: `longest turn with collections, ${label}`,
      peerName,
      ours: longestMs.map(perSecond),
      theirs: bound,
      must: 0,
    }),
    judge({
      name: `writes kept, ${label}`,
      peerName: 'writes before',
      ours: during,
      theirs: before,
      must: KEPT_MUST,
      aim: KEPT_AIM,
    }),
  ];
}

/** Turns of this length that a second holds: a rate, as all figures of a case are. */
function perSecond(ms: number): number {
  return 1000 / ms;
}
