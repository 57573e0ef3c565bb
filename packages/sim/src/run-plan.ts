import type { Grid } from '@weft/client';
import type { MemberEvent } from '@weft/member';
import { checkCalls } from './check/check-calls.ts';
import { checkLedger } from './check/check-ledger.ts';
import { checkTransfers } from './check/check-transfers.ts';
import { checkJobs } from './check/check-jobs.ts';
import { checkRegisters } from './check/check-registers.ts';
import { checkFollowers } from './check/check-followers.ts';
import { checkGroup } from './check/check-group.ts';
import type { Violation } from './check/history.ts';
import { countsOf } from './counts.ts';
import type { MemoryPool } from './host/memory-pool.ts';
import { SimDisk } from './host/sim-disk.ts';
import { HOST_ADDRESSES, SimHost } from './host/sim-host.ts';
import type { Plan, PlannedCall } from './load/plan.ts';
import { Follower } from './load/follower.ts';
import { foundGroup, Group } from './load/group.ts';
import { GroupMember } from './load/group-member.ts';
import { isAlone } from './load/is-alone.ts';
import { Recorder } from './load/recorder.ts';
import { Worker } from './load/worker.ts';
import { SimClient, type ClientWork } from './load/sim-client.ts';
import { clientHostOf, memberOf, type Mutant } from './mutant.ts';
import { Nemesis } from './nemesis.ts';
import { Lane, type Path } from './net/lane.ts';
import { SimNet } from './net/sim-net.ts';
import type { Outcome } from './outcome.ts';
import { SeededRandom } from './seeded-random.ts';
import { registersOf } from './survivors.ts';
import { Scheduler, type RunEnd } from './time/scheduler.ts';
import { SimProcess } from './time/sim-process.ts';
import { Trace } from './trace.ts';

/** Virtual time that a run may take, and that everything may take once nothing fails any more. */
const RUN_MS_MAX = 120_000;
const CALM_MS_MAX = 60_000;
/** Why a host may end a connection on its own account: a cut that it was not told of. */
const SILENCES = ['the handshake took too long', 'nothing came for 30000 ms'];
/** Until then subscribers have heard of all that happened, once nothing happens any more; how often that is looked at. */
const TOLD_MS_MAX = 20_000;
/** The same of a group: a member that is gone without a word keeps its partitions for as long as its session. */
const GROUP_TOLD_MS_MAX = 80_000;
const TOLD_LOOK_MS = 100;
/** How long a take waits for a job before there is none: longer than leases and delays. */
const DRAIN_MS = 4000;
const EVENTS_MAX = 2_000_000;
/** Calls that are made when all is well again must be answered by then. */
const CALM_TIMEOUT_MS = 20_000;

export interface RunOptions {
  readonly pool: MemoryPool;
  readonly mutant?: Mutant | undefined;
  readonly keepsTrace?: boolean | undefined;
}

/** Runs a plan from its beginning to its end, in virtual time, and checks what came of it. */
export async function runPlan(plan: Plan, options: RunOptions): Promise<Outcome> {
  const run = new Run(plan, options);
  const strays: unknown[] = [];
  const onStray = (error: unknown): void => void strays.push(error);
  process.on('unhandledRejection', onStray);
  try {
    await run.all();
    // Node tells of rejections that nobody handles in the next turn.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off('unhandledRejection', onStray);
    options.pool.takeBack();
  }
  return run.outcome(strays);
}

class Run {
  readonly #plan: Plan;
  readonly #scheduler = new Scheduler();
  readonly #trace: Trace;
  readonly #recorder: Recorder;
  readonly #nemesis: Nemesis;
  readonly #host: SimHost;
  readonly #net: SimNet;
  readonly #paths: readonly Path[];
  readonly #clients: readonly SimClient[];
  readonly #followers: readonly Follower[];
  readonly #workers: readonly Worker[];
  readonly #group: Group;
  readonly #members: readonly GroupMember[];
  #hasDrained = false;
  readonly #violations: Violation[] = [];

  constructor(plan: Plan, { pool, mutant, keepsTrace }: RunOptions) {
    const { seed, host: hostOptions } = plan;
    this.#plan = plan;
    const scheduler = this.#scheduler;
    const trace = (this.#trace = new Trace(keepsTrace));
    const recorder = (this.#recorder = new Recorder(scheduler, trace));
    const net = (this.#net = new SimNet(scheduler, new SeededRandom(seed, 'net'), trace, plan.net));
    const disk = new SimDisk(scheduler, new SeededRandom(seed, 'disk'), plan.disk);
    const host = (this.#host = new SimHost({
      seed,
      scheduler,
      net,
      disk,
      pool,
      options: mutant === 'early-answers' ? { ...hostOptions, durability: 'async' } : hostOptions,
      isKept: plan.members.length > 0,
      memberOf: (options) => memberOf(options, mutant),
      log: (event) => this.#logged(event),
    }));
    const paths = (this.#paths = [...plan.clients, []].map((_, client): Path => {
      const random = new SeededRandom(seed, `path ${client}`);
      return { there: new Lane(plan.net, random), back: new Lane(plan.net, random) };
    }));
    const moves = plan.faults.some(({ kind }) => kind === 'move') && mutant !== 'one-address';
    const addresses = moves ? HOST_ADDRESSES : HOST_ADDRESSES.slice(0, 1);
    this.#clients = paths.map((path, number) => {
      const process = new SimProcess(`client ${number}`, scheduler, new SeededRandom(seed, `client ${number}`));
      const host = clientHostOf(process, mutant);
      const sessionCalls = sessionCallsOf(plan, number);
      return new SimClient({ number, process, host, net, path, addresses, sessionCalls, recorder });
    });
    this.#workers = plan.workers.map((planned) => {
      const client = this.#clients[planned.client]!;
      return new Worker({ planned, process: client.process, gridOf: () => client.grid, recorder });
    });
    this.#followers = plan.followers.map((planned) => {
      const client = this.#clients[planned.client]!;
      const note = (text: string): void => recorder.note(text);
      const { process } = client;
      return new Follower({ planned, process, gridOf: () => client.grid, segments: recorder.segments, note });
    });
    const group = (this.#group = new Group(recorder));
    this.#members = plan.members.map((planned) => {
      const client = this.#clients[planned.client]!;
      const note = (text: string): void => recorder.note(text);
      return new GroupMember({ planned, process: client.process, gridOf: () => client.grid, group, note });
    });
    const mayLose = hostOptions.durability === 'async';
    const clients = this.#clients;
    const onReady = (grid: Grid): void => {
      // From here on: one that lost what makes it a grid would not start at all.
      if (mutant === 'lying-disk') disk.lie();
      if (plan.members.length > 0) foundGroup(grid);
    };
    this.#nemesis = new Nemesis({ scheduler, trace, net, disk, host, paths, clients, recorder, mayLose, onReady });
  }

  /** Calls under faults; then, when all is well, calls that must be answered; then what is on the disk after a stop in order. */
  async all(): Promise<void> {
    const nemesis = this.#nemesis;
    nemesis.start();
    nemesis.plan(this.#plan.faults);
    const standing = this.#standing.map((each) => each.run());
    const { transfers, jobs } = this.#plan;
    const load = this.#plan.clients.map((calls, at) =>
      this.#drive(this.#clients[at]!, { calls, transfers: transfers[at], jobs: jobs[at] }),
    );
    if (!(await this.#until('the calls', [...load], RUN_MS_MAX, () => nemesis.isOver))) return;
    nemesis.heal();
    const last = this.#clients.map((client, at) => this.#drive(client, { calls: this.#lastCalls(at) }));
    if (!(await this.#until('calls on a healthy host', last, CALM_MS_MAX, () => this.#host.isUp))) return;
    const toldMs = this.#members.length === 0 ? TOLD_MS_MAX : GROUP_TOLD_MS_MAX;
    if (!(await this.#until('all events', [this.#allTold()], toldMs))) return;
    for (const each of this.#standing) each.stop();
    await this.#until('the end of subscriptions and consumers', standing, CALM_MS_MAX);
    if (jobs.flat().length > 0) this.#hasDrained = await this.#until('all jobs', [this.#drainJobs()], CALM_MS_MAX);
    await this.#until('a stop in order', [nemesis.stop()], CALM_MS_MAX);
    nemesis.start();
    await this.#until('the last start', [], CALM_MS_MAX, () => this.#host.isUp);
    await this.#until('the end', [...this.#clients.map((client) => client.close()), nemesis.stop()], CALM_MS_MAX);
  }

  /** Whoever goes on until it is told to stop. */
  get #standing(): readonly (Follower | Worker | GroupMember)[] {
    return [...this.#followers, ...this.#workers, ...this.#members];
  }

  /** Takes all that there are, and looks for those that nobody can take any more. */
  async #drainJobs(): Promise<void> {
    const client = this.#clients.at(-1)!;
    await client.drainJobs(DRAIN_MS);
    await client.readLetters();
  }

  /** Jobs that nobody was given in the end. */
  #stuck(): Violation[] {
    const letters = new Set(this.#recorder.letters?.map(({ job }) => job));
    const left = this.#hasDrained ? [...(this.#recorder.starts.at(-1)?.jobs ?? [])] : [];
    return left
      .filter((id) => !letters.has(id))
      .map((id) => ({ check: 'liveness', text: `job ${id} is there, and nobody is given it` }));
  }

  /** Resolves once all that subscribers have heard comes to what is there. */
  async #allTold(): Promise<void> {
    for (;;) {
      // A disk that was made to fail may take its host down still.
      const { grid } = this.#host;
      const rows = grid && registersOf(grid);
      const listeners = this.#members.length === 0 ? this.#followers : [...this.#followers, this.#group];
      if (rows !== undefined && listeners.every((each) => each.hasHeard(rows))) return;
      await new Promise<void>((resolve) => this.#scheduler.after(TOLD_LOOK_MS, resolve));
    }
  }

  outcome(strays: readonly unknown[]): Outcome {
    const { calls, starts, segments, deliveries, letters } = this.#recorder;
    const triesMax = this.#plan.workers[0]?.maxTries ?? Infinity;
    const history = { calls, starts, deliveries, letters, triesMax };
    const violations = [
      ...this.#violations,
      ...this.#nemesis.violations,
      ...strays.map((error): Violation => ({ check: 'error', text: `nobody handled: ${textOf(error)}` })),
      ...checkCalls(calls),
      ...checkRegisters(history),
      ...checkLedger(history),
      ...checkTransfers(history),
      ...checkFollowers(segments),
      ...checkGroup(this.#group.memberships, isAlone(this.#plan)),
      ...checkJobs(history),
      ...this.#stuck(),
    ];
    for (const { check, text } of violations) this.#trace.note(this.#scheduler.nowMs, `${check}: ${text}`);
    return {
      seed: this.#plan.seed,
      violations,
      hash: this.#trace.hash,
      operations: countsOf(this.#recorder, this.#group.memberships),
      faults: this.#nemesis.faults,
      network: this.#net.counts(this.#paths),
      virtualMs: this.#scheduler.nowMs,
      events: this.#scheduler.events,
      trace: this.#trace.lines,
    };
  }

  async #drive(client: SimClient, work: ClientWork): Promise<void> {
    if (!client.isConnected) await client.connect();
    await client.run(work);
  }

  /** Each client reads something, and the last, which comes only now, reads everything. */
  #lastCalls(client: number): PlannedCall[] {
    const keys = new Set(this.#plan.clients.flat().flatMap((call) => (call.verb === 'append' ? [] : call.key)));
    const wanted = client === this.#clients.length - 1 ? [...keys] : [...keys].slice(0, 1);
    return wanted.map((key, at) => ({
      id: -(client * 100 + at + 1),
      pauseMs: 0,
      isAlone: true,
      timeoutMs: CALM_TIMEOUT_MS,
      verb: 'get',
      key,
    }));
  }

  async #until(name: string, work: Promise<unknown>[], forMs: number, isReady = (): boolean => true): Promise<boolean> {
    let left = work.length;
    for (const each of work) {
      each.then(
        () => left--,
        (error: unknown) => {
          left--;
          this.#violations.push({ check: 'error', text: `${name}: ${textOf(error)}` });
        },
      );
    }
    const untilMs = this.#scheduler.nowMs + forMs;
    const end: RunEnd = await this.#scheduler.run(() => left === 0 && isReady(), { untilMs, eventsMax: EVENTS_MAX });
    if (end !== 'done') this.#violations.push({ check: 'liveness', text: `${name}: ${end} after ${forMs} ms` });
    return end === 'done';
  }

  /** What a member says of connections that it ends on its own account is a mistake of one side: nobody here sends rubbish. */
  #logged({ level, message, cause }: MemberEvent): void {
    this.#trace.note(this.#scheduler.nowMs, `host ${level}: ${message}`);
    if (level === 'info' || SILENCES.some((end) => message.endsWith(end))) return;
    const text = `the host says: ${message}${cause === undefined ? '' : ` ${textOf(cause)}`}`;
    this.#violations.push({ check: 'error', text });
  }
}

/** What a client keeps open is opened anew in each session: it takes numbers of its own, or there would be no end of sessions. */
function sessionCallsOf({ sessionCalls, followers, workers, members }: Plan, number: number): Plan['sessionCalls'] {
  if (sessionCalls === undefined) return undefined;
  const open = [...followers, ...workers, ...members].filter(({ client }) => client === number).length;
  return [sessionCalls[0] + open, sessionCalls[1]];
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
