/**
 * Stores over the network, each with a client in a process of its own and a server in another. In each repetition every store does every operation
 * for the same time, in turn; the order of the stores turns with the repetition.
 */
import type { Deadline } from './deadline.ts';
import type { NetCalls, NetOperation, NetPart } from './net-client.ts';
import { Part } from './part.ts';

const STRETCH_MS = 700;
const WARM_UP_MS = 700;
const OPERATIONS: readonly NetOperation[] = ['get', 'put'];

export type NetRunInput = {
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

export function caseName(operation: NetOperation, loops: number): string {
  return `${operation}, ${loops} in flight`;
}

export async function runNet({ parts, loops, rows, reps, deadline, say }: NetRunInput): Promise<NetRates> {
  const clients: { readonly name: string; readonly part: Part<NetCalls> }[] = [];
  try {
    for (const [store, address] of parts) {
      const part = Part.start<NetCalls>(new URL('./net-client.ts', import.meta.url));
      clients.push({ part, name: await part.ask('open', store, address, rows) });
    }
    const tasks = loops.flatMap((count) => OPERATIONS.map((operation) => ({ operation, count })));
    const rates = new Map(
      tasks.map(({ operation, count }) => [
        caseName(operation, count),
        new Map(clients.map(({ name }) => [name, [] as number[]])),
      ]),
    );
    for (const { part } of clients)
      for (const { operation, count } of tasks) await part.ask('stretch', operation, count, WARM_UP_MS);
    for (let rep = 0; rep < reps; rep++) {
      for (const { operation, count } of tasks) {
        for (let i = 0; i < clients.length; i++) {
          const { name, part } = clients[(i + rep) % clients.length]!;
          const { calls, seconds } = await part.ask('stretch', operation, count, STRETCH_MS);
          rates
            .get(caseName(operation, count))!
            .get(name)!
            .push(calls / seconds);
        }
      }
      deadline.check();
      say(`  repetition ${rep + 1} of ${reps}, ${deadline.elapsedSeconds().toFixed(0)} s`);
    }
    for (const { part } of clients) await part.ask('close');
    return rates;
  } finally {
    for (const { part } of clients) await part.stop();
  }
}
