import type { Plan, PlannedCall } from './load/plan.ts';
import type { Outcome } from './outcome.ts';

/** Runs that looking for a smaller plan may take. */
const RUNS_MAX = 400;

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
    if (runs++ >= RUNS_MAX) return false;
    const { violations } = await run(smaller);
    if (!violations.some((violation) => violation.check === check)) return false;
    best = smaller;
    return true;
  };
  for (let before: Plan | undefined; before !== best;) {
    before = best;
    await tryOut(calm(best));
    await shorten(best.faults, leaveOut, async (faults) => tryOut({ ...best, faults }));
    for (const client of best.clients.keys())
      await shorten(best.clients[client]!, leaveCallsOut, async (calls) => tryOut(withCalls(best, client, calls)));
  }
  return best;
}

function withCalls(plan: Plan, client: number, calls: readonly PlannedCall[]): Plan {
  return { ...plan, clients: plan.clients.map((of, at) => (at === client ? calls : of)) };
}

/** Nothing is slow, lost or in pieces by chance. */
function calm(plan: Plan): Plan {
  return { ...plan, net: { ...plan.net, slowShare: 0, splitShare: 0, lostDialShare: 0 } };
}

type LeaveOut<T> = (all: readonly T[], at: number, count: number) => readonly T[];

function leaveOut<T>(all: readonly T[], at: number, count: number): readonly T[] {
  return [...all.slice(0, at), ...all.slice(at + count)];
}

/** Those behind are made when they were made before. */
function leaveCallsOut(calls: readonly PlannedCall[], at: number, count: number): readonly PlannedCall[] {
  const pauseMs = calls.slice(at, at + count + 1).reduce((sum, call) => sum + call.pauseMs, 0);
  return leaveOut(calls, at, count).map((call, place) => (place === at ? { ...call, pauseMs } : call));
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
