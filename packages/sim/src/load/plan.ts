import { SeededRandom } from '../seeded-random.ts';
import type { DiskWeather } from '../host/sim-disk.ts';
import type { SimHostOptions } from '../host/sim-host.ts';
import type { NetWeather } from '../net/lane.ts';
import { transfersOf, type PlannedTransfer } from './transfers.ts';
import { jobsOf, workersOf, type PlannedJob, type PlannedWorker } from './jobs.ts';
import type { PlannedFollower } from './planned-follower.ts';
import { membersOf, type PlannedMember } from './group-members.ts';
import type { RegisterVerb } from './register-verb.ts';
import { faultsOf, movesOf, oddFaultsOf, SPAN_MS, type PlannedFault } from './faults.ts';

/** One call of a client. */
export type PlannedCall = {
  /** Of all of the run: what a write writes. */
  readonly id: number;
  readonly pauseMs: number;
  /** Whether all calls before it have ended first. */
  readonly isAlone: boolean;
  readonly timeoutMs: number;
  /** Whether it has an idempotency id, so that it may be sent again to a host that has forgotten its session. */
  readonly isNamed?: boolean;
} & (
  | { readonly verb: RegisterVerb; readonly key: string }
  | { readonly verb: 'append'; readonly lane: number; readonly paddingBytes: number }
);

/** All of a run: what its seed drew. Anything may be left out of it, so that what fails can shrink. */
export interface Plan {
  readonly seed: number;
  readonly host: SimHostOptions;
  readonly net: NetWeather;
  readonly disk: DiskWeather;
  /** Requests after which clients begin a new session; those that there are in the world where it is not said. */
  readonly sessionCalls?: readonly [number, number] | undefined;
  /** Calls of each client, in their order. */
  readonly clients: readonly (readonly PlannedCall[])[];
  /** Of each client, beside its calls. */
  readonly transfers: readonly (readonly PlannedTransfer[])[];
  /** Of each client, beside those. */
  readonly jobs: readonly (readonly PlannedJob[])[];
  readonly workers: readonly PlannedWorker[];
  readonly followers: readonly PlannedFollower[];
  /** Of the consumer group. */
  readonly members: readonly PlannedMember[];
  readonly faults: readonly PlannedFault[];
}

const CLIENTS_MAX = 4;
const CALLS_MAX = 60;

export function planOf(seed: number): Plan {
  const random = new SeededRandom(seed, 'plan');
  const clients = 1 + random.below(CLIENTS_MAX);
  const host = {
    durability: random.chance(0.6) ? 'sync' : 'async',
    partitions: 1 + random.below(3),
    snapshotEveryBytes: random.chance(0.5) ? 1 << 16 : 1 << 11,
  } as const;
  const jobs = jobsOf(seed, clients);
  const faults = [...faultsOf(seed, clients), ...oddFaultsOf(seed, clients), ...movesOf(seed)].toSorted(
    (a, b) => a.atMs - b.atMs,
  );
  return {
    seed,
    host,
    net: {
      delayMs: random.pick([0.05, 0.5, 5]),
      slowShare: random.pick([0, 0.02, 0.2]),
      slowMs: random.pick([20, 300]),
      splitShare: random.pick([0, 0.3]),
      lostDialShare: random.pick([0, 0.1]),
    },
    disk: { callMs: random.pick([0.02, 0.5]), syncMs: random.pick([0.5, 5, 20]) },
    sessionCalls: new SeededRandom(seed, 'sessions').pick([undefined, undefined, [5, 1e6], [40, 1e6]] as const),
    clients: callsOf(seed, clients),
    transfers: transfersOf(seed, clients),
    jobs,
    workers: workersOf(seed, jobs, faults),
    followers: followersOf(seed, clients, host.durability),
    members: membersOf(seed, clients, host.durability),
    faults,
  };
}

/** Of a disk that may lose the end of what was told, nobody can say what should be heard. */
function followersOf(seed: number, clients: number, durability: string): PlannedFollower[] {
  const random = new SeededRandom(seed, 'followers');
  if (durability !== 'sync' || random.chance(0.4)) return [];
  return Array.from({ length: clients }, (_, client) => ({
    client,
    buffer: random.pick([2, 1024]),
    eventMs: random.pick([0, 0, 5, 60]),
  })).filter(() => random.chance(0.5));
}

function callsOf(seed: number, clients: number): PlannedCall[][] {
  const random = new SeededRandom(seed, 'calls');
  const names = new SeededRandom(seed, 'names');
  const namedShare = names.pick([0, 0, 0.5]);
  const keys = 1 + random.below(4);
  const pauseMs = SPAN_MS / CALLS_MAX;
  const timeoutMs = random.pick([300, 2000, 20_000]);
  let id = 0;
  return Array.from({ length: clients }, (_, lane) => {
    const isLed = random.chance(0.4);
    return Array.from({ length: 10 + random.below(CALLS_MAX - 10) }, (): PlannedCall => {
      const common = {
        id: ++id,
        pauseMs: random.chance(0.3) ? 0 : random.delayMs(pauseMs),
        isAlone: random.chance(0.3),
        timeoutMs: random.chance(0.1) ? 50 : timeoutMs,
        ...(names.chance(namedShare) && { isNamed: true }),
      };
      if (random.chance(isLed ? 0.8 : 0.2))
        return { ...common, verb: 'append', lane, paddingBytes: random.chance(0.2) ? random.below(4000) : 0 };
      return { ...common, verb: random.pick(VERBS), key: `k${random.below(keys)}` };
    });
  });
}

/** As often as they stand here. */
const VERBS: readonly RegisterVerb[] = [
  'get',
  'get',
  'write',
  'write',
  'update',
  'update',
  'update',
  'swap',
  'insert',
  'delete',
];
