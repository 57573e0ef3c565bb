import type { Plan } from './load/plan.ts';
import type { Outcome } from './outcome.ts';

/** Runs that looking for a smaller plan may take. */
export const RUNS_MAX = 400;

/**
 * A smaller plan that breaks the same promise: calls and faults are left out, in halves first and then one by one, and the weather gets calm, as long as it
 * still fails (Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002).
 */
export async function shrink(plan: Plan, run: (plan: Plan) => Promise<Outcome>): Promise<Plan> {
  const check = (await run(plan)).violations[0]?.check;
  if (check === undefined) return plan;
  let best = plan;
  let runs = 0;
  const tryOut = async (smaller: Plan): Promise<boolean> => {
    if (smaller === best || runs++ >= RUNS_MAX) return false;
    const { violations } = await run(smaller);
    if (!violations.some((violation) => violation.check === check)) return false;
    best = smaller;
    return true;
  };
  for (let before: Plan | undefined; before !== best;) {
    before = best;
    await tryOut(calm(best));
    await shorten(best.faults, leaveOut, async (faults) => tryOut({ ...best, faults }));
    await shorten(best.followers, leaveOut, async (followers) => tryOut({ ...best, followers }));
    await shorten(best.members, leaveOut, async (members) => tryOut({ ...best, members }));
    await shorten(best.workers, leaveOut, async (workers) => tryOut({ ...best, workers }));
    for (const client of best.jobs.keys())
      await shorten(best.jobs[client]!, leaveStepsOut, async (jobs) =>
        tryOut({ ...best, jobs: withPart(best.jobs, client, jobs) }),
      );
    for (const client of best.clients.keys())
      await shorten(best.clients[client]!, leaveStepsOut, async (calls) =>
        tryOut({ ...best, clients: withPart(best.clients, client, calls) }),
      );
    for (const client of best.transfers.keys())
      await shorten(best.transfers[client]!, leaveStepsOut, async (transfers) =>
        tryOut({ ...best, transfers: withPart(best.transfers, client, transfers) }),
      );
  }
  return best;
}

function withPart<T>(parts: readonly (readonly T[])[], at: number, part: readonly T[]): readonly (readonly T[])[] {
  return parts.map((of, place) => (place === at ? part : of));
}

/** Nothing is slow, lost or in pieces by chance; the same plan where nothing was. */
function calm(plan: Plan): Plan {
  const { slowShare, splitShare, lostDialShare } = plan.net;
  if (slowShare + splitShare + lostDialShare === 0) return plan;
  return { ...plan, net: { ...plan.net, slowShare: 0, splitShare: 0, lostDialShare: 0 } };
}

type LeaveOut<T> = (all: readonly T[], at: number, count: number) => readonly T[];

function leaveOut<T>(all: readonly T[], at: number, count: number): readonly T[] {
  return [...all.slice(0, at), ...all.slice(at + count)];
}

/** Those behind are made when they were made before. */
function leaveStepsOut<T extends { readonly pauseMs: number }>(
  steps: readonly T[],
  at: number,
  count: number,
): readonly T[] {
  const pauseMs = steps.slice(at, at + count + 1).reduce((sum, step) => sum + step.pauseMs, 0);
  return leaveOut(steps, at, count).map((step, place) => (place === at ? { ...step, pauseMs } : step));
}

/** Leaves out parts of a list, ever smaller ones, where `tryOut` says that it may. */
async function shorten<T>(
  all: readonly T[],
  without: LeaveOut<T>,
  tryOut: (rest: readonly T[]) => Promise<boolean>,
): Promise<void> {
  let rest = all;
  for (let size = rest.length; size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < rest.length;) {
      const smaller = without(rest, at, size);
      if (await tryOut(smaller)) rest = smaller;
      else at += size;
    }
  }
}
