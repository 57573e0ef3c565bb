import { SeededRandom } from '../seeded-random.ts';
import { SPAN_MS, type PlannedFault } from './faults.ts';

/** A job that is put into the queue, or taken out of it at once. */
export interface PlannedJob {
  readonly id: number;
  readonly pauseMs: number;
  readonly isAlone: boolean;
  readonly timeoutMs: number;
  readonly verb: 'put' | 'take';
  readonly lane: number;
  /** That a take waits for a job. */
  readonly waitMs: number;
}

/** A client that works jobs off. */
export interface PlannedWorker {
  readonly client: number;
  readonly leaseMs: number;
  readonly prefetch: number;
  /** Mean time that it holds a job. */
  readonly holdMs: number;
  /** How likely it acknowledges a job, and gives it back; else it forgets that it has one. */
  readonly ackShare: number;
  readonly nackShare: number;
  /** For how long nobody is given what it gives back, at most. */
  readonly delayMs: number;
  /** How likely it renews the lease of a job while it holds it, again and again. */
  readonly renewShare: number;
  /** A job that was handed out so often is a dead letter: the same for all workers of a run. */
  readonly maxTries: number;
  /** Whether dead letters go elsewhere. */
  readonly buries: boolean;
}

/** So often that no job becomes a dead letter. */
const TRIES_MAX = 10_000;

/** Ids of jobs, apart from those of other calls. */
const FIRST_ID = 200_000;
const JOBS_MAX = 20;

/** Of each client; none in most runs. */
export function jobsOf(seed: number, clients: number): PlannedJob[][] {
  const random = new SeededRandom(seed, 'jobs');
  const count = random.chance(0.3) ? 4 + random.below(JOBS_MAX) : 0;
  const takeShare = random.pick([0, 0.2]);
  let id = FIRST_ID;
  return Array.from({ length: clients }, () =>
    Array.from({ length: count }, () => ({
      id: ++id,
      pauseMs: random.delayMs(SPAN_MS / JOBS_MAX),
      isAlone: random.chance(0.3),
      timeoutMs: random.pick([500, 5000]),
      verb: random.chance(takeShare) ? ('take' as const) : ('put' as const),
      lane: random.below(5),
      waitMs: random.pick([0, 100]),
    })),
  );
}

/** Delays are kept by the wall clock of the host's machine: where that is set they may be of any length, and there are none. */
export function workersOf(
  seed: number,
  jobs: readonly (readonly PlannedJob[])[],
  faults: readonly PlannedFault[],
): PlannedWorker[] {
  const delayMs = faults.some((fault) => fault.kind === 'clock' && fault.client === undefined) ? 0 : 200;
  const random = new SeededRandom(seed, 'workers');
  const leases = new SeededRandom(seed, 'leases');
  if (jobs.flat().length === 0) return [];
  const letters = { maxTries: leases.pick([TRIES_MAX, 1, 2, 3]), buries: leases.chance(0.5) };
  return jobs
    .map((_, client) => ({
      client,
      leaseMs: random.pick([100, 400, 1500]),
      prefetch: random.pick([1, 10]),
      holdMs: random.pick([1, 30, 200]),
      ackShare: random.pick([0.5, 0.9]),
      nackShare: random.pick([0, 0.08]),
      delayMs,
      renewShare: leases.pick([0, 0.5]),
      ...letters,
    }))
    .filter(() => random.chance(0.7));
}
