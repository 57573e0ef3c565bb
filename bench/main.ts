/**
 * `npm run bench -- <suite> [--json] [--rows N] [--reps N]`: one suite against its peers.
 * Exit code 0 where every must is met, 1 where one is missed or a store answered wrongly,
 * 2 for a usage error.
 */
import { startDeadline } from './harness/deadline.ts';
import { ensurePeers } from './harness/install.ts';
import { describeMachine } from './harness/machine.ts';
import { parseOptions, RESULT_REPS_MIN, type Options } from './harness/options.ts';
import { formatReport } from './harness/report.ts';
import { answerLine, keepResult, type Result } from './harness/results.ts';
import type { Suite } from './harness/suite.ts';

/** Loaded when asked for, since their peers may not be installed yet. */
const SUITES: Readonly<Record<string, () => Promise<Suite>>> = {
  durable: async () => (await import('./suites/durable.ts')).runDurableSuite,
  connections: async () => (await import('./suites/connections.ts')).runConnections,
  'durable-net': async () => (await import('./suites/durable-net.ts')).runDurableNet,
  evolve: async () => (await import('./suites/evolve.ts')).runEvolve,
  embedded: async () => (await import('./suites/embedded.ts')).runEmbedded,
  fanout: async () => (await import('./suites/fanout.ts')).runFanout,
  import: async () => (await import('./suites/import.ts')).runImport,
  kv: async () => (await import('./suites/kv.ts')).runKv,
  'kv-typed': async () => (await import('./suites/kv-typed.ts')).runKvTyped,
  'log-cost': async () => (await import('./suites/log-cost.ts')).runLogCost,
  recover: async () => (await import('./suites/recover.ts')).runRecover,
  load: async () => (await import('./suites/load.ts')).runLoad,
  memory: async () => (await import('./suites/memory.ts')).runMemory,
  'mixed-load': async () => (await import('./suites/mixed-load.ts')).runMixedLoad,
  overload: async () => (await import('./suites/overload.ts')).runOverload,
  'subscribe-local': async () => (await import('./suites/subscribe-local.ts')).runSubscribeLocal,
};

const RESULTS = new URL('results/', import.meta.url);

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(args, Object.keys(SUITES));
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
  try {
    const result = await run(options);
    print(result, options);
    return result.cases.every(({ met }) => met) ? 0 : 1;
  } catch (error) {
    console.error(error);
    return 1;
  }
}

async function run({ suite: name, rows, reps }: Options): Promise<Result> {
  const machine = describeMachine(import.meta.dirname);
  ensurePeers(say);
  const suite = await SUITES[name]!();
  const deadline = startDeadline();
  const answer = await suite({ rows, reps, deadline, say });
  return { suite: name, machine, reps, elapsedSeconds: deadline.elapsedSeconds(), ...answer };
}

function print(result: Result, { json, rows, reps }: Options): void {
  const trial = rows !== undefined || reps < RESULT_REPS_MIN;
  const kept = trial
    ? 'A trial (--rows, or fewer than five repetitions): not kept.'
    : `Kept as bench/results/${keepResult(RESULTS, result)}.`;
  for (const line of [...formatReport(result), kept]) (json ? console.error : console.log)(line);
  if (json) console.log(answerLine(result));
}

function say(line: string): void {
  console.error(line);
}
