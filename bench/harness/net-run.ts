/**
 * Stores over the network, each with a client in a process of its own and a server in another. In each repetition every store does every operation
 * for the same time, in turn; the order of the stores turns with the repetition.
 */
import type { Deadline } from './deadline.ts';
import { watchFlushes } from './flushes.ts';
import type { NetCalls, NetOperation, NetPart } from './net-client.ts';
import { Part } from './part.ts';

const STRETCH_MS = 700;
const WARM_UP_MS = 700;

export type NetRunInput = {
  readonly operations: readonly NetOperation[];
  /** Where flushes of the disk are counted. */
  readonly flushesOf?: string;
  /** The stores and where their servers are. */
  readonly parts: readonly (readonly [part: NetPart, address: string])[];
  /** Calls at a time. */
  readonly loops: readonly number[];
  readonly rows: number;
  readonly reps: number;
  readonly deadline: Deadline;
  readonly say: (line: string) => void;
};

/** `get, 64 in flight` → store → calls a second, one per repetition. */
export type NetRates = ReadonlyMap<string, ReadonlyMap<string, number[]>>;
export type NetRun = {
  readonly rates: NetRates;
  /** The same of flushes of the disk; none where nobody counts them. */
  readonly flushes: NetRates;
};

function caseName(operation: NetOperation, loops: number): string {
  return `${operation}, ${loops} in flight`;
}

export async function runNet(input: NetRunInput): Promise<NetRun> {
  const { parts, operations, loops, rows, reps, deadline, say } = input;
  const clients: Client[] = [];
  try {
    for (const [store, address] of parts) {
      const part = Part.start<NetCalls>(new URL('./net-client.ts', import.meta.url));
      clients.push({ part, name: await part.ask('open', store, address, rows) });
    }
    const tasks = loops.flatMap((count) => operations.map((operation) => ({ operation, count })));
    const run = { rates: emptyRates(tasks, clients), flushes: emptyRates(tasks, clients) };
    for (const { part } of clients)
      for (const { operation, count } of tasks) await part.ask('stretch', operation, count, WARM_UP_MS);
    for (let rep = 0; rep < reps; rep++) {
      for (const task of tasks)
        for (let i = 0; i < clients.length; i++) await measure(run, clients[(i + rep) % clients.length]!, task, input);
      deadline.check();
      say(`  repetition ${rep + 1} of ${reps}, ${deadline.elapsedSeconds().toFixed(0)} s`);
    }
    for (const { part } of clients) await part.ask('verify');
    for (const { part } of clients) await part.ask('close');
    return run;
  } finally {
    for (const { part } of clients) await part.stop();
  }
}

interface Client {
  readonly name: string;
  readonly part: Part<NetCalls>;
}
interface Task {
  readonly operation: NetOperation;
  readonly count: number;
}

function emptyRates(tasks: readonly Task[], clients: readonly Client[]): NetRates {
  return new Map(
    tasks.map(({ operation, count }) => [
      caseName(operation, count),
      new Map(clients.map(({ name }) => [name, [] as number[]])),
    ]),
  );
}

async function measure(run: NetRun, { name, part }: Client, task: Task, input: NetRunInput): Promise<void> {
  const label = caseName(task.operation, task.count);
  const flushed = input.flushesOf === undefined ? undefined : watchFlushes(input.flushesOf);
  const { calls, seconds } = await part.ask('stretch', task.operation, task.count, STRETCH_MS);
  run.rates
    .get(label)!
    .get(name)!
    .push(calls / seconds);
  const flushes = flushed?.();
  if (flushes !== undefined)
    run.flushes
      .get(label)!
      .get(name)!
      .push(flushes / seconds);
}
