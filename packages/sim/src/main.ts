/**
 * `npm run sim`: runs seeds until one of the bounds is met, and says what broke. Exit codes: 0 nothing broke, 1 a promise was broken, 2 the arguments are wrong.
 */
import { parseArgs } from 'node:util';
import { runSeeds, type Summary } from './campaign.ts';
import { MemoryPool } from './host/memory-pool.ts';
import { planOf, type Plan } from './load/plan.ts';
import { MUTANTS, type Mutant } from './mutant.ts';
import type { Outcome } from './outcome.ts';
import { runPlan } from './run-plan.ts';
import { shrink } from './shrink.ts';

const USAGE = `usage: npm run sim -- [--seeds N] [--seconds S] [--from SEED] [--seed SEED [--trace] [--shrink]] [--mutant NAME]

  --seeds N      runs so many seeds (1000)
  --seconds S    and no longer than that
  --from SEED    begins with this one (1)
  --seed SEED    runs one seed twice, prints both hashes of all that happened, and what broke
  --trace        prints all that happened
  --shrink       looks for a smaller run that breaks the same, and prints it
  --mutant NAME  makes a mistake on purpose: ${MUTANTS.join(', ')}
`;

const { values } = parse();
const mutant = mutantOf(values.mutant);
process.exitCode = values.seed === undefined ? await many() : await one(number('seed', values.seed));

async function many(): Promise<number> {
  const seconds = values.seconds === undefined ? Infinity : number('seconds', values.seconds);
  const startMs = performance.now();
  const summary = await runSeeds({
    from: number('from', values.from),
    seeds: number('seeds', values.seeds),
    isTimeUp: () => performance.now() - startMs >= seconds * 1000,
    mutant,
  });
  for (const outcome of summary.failed) report(outcome);
  print(summaryLine(summary, (performance.now() - startMs) / 1000));
  return summary.failed.length === 0 ? 0 : 1;
}

async function one(seed: number): Promise<number> {
  const pool = new MemoryPool();
  const plan = planOf(seed);
  const outcome = await runPlan(plan, { pool, mutant, keepsTrace: values.trace });
  for (const line of outcome.trace ?? []) print(line);
  const again = await runPlan(plan, { pool, mutant });
  print(`seed ${seed}: ${outcome.hash}, and again ${again.hash}`);
  report(outcome);
  if (values.shrink && outcome.violations.length > 0)
    await printShrunk(plan, (smaller) => runPlan(smaller, { pool, mutant }));
  return outcome.violations.length === 0 && outcome.hash === again.hash ? 0 : 1;
}

async function printShrunk(plan: Plan, run: (plan: Plan) => Promise<Outcome>): Promise<void> {
  const smaller = await shrink(plan, run);
  print(`the same is broken by ${smaller.clients.flat().length} calls and ${smaller.faults.length} faults:`);
  print(JSON.stringify(smaller));
  for (const { check, text } of (await run(smaller)).violations) print(`  ${check}: ${text}`);
}

function report({ seed, violations }: Outcome): void {
  for (const { check, text } of violations) print(`seed ${seed}: ${check}: ${text}`);
  if (violations.length > 0) print(`  again: npm run sim -- --seed ${seed} --shrink`);
}

function summaryLine({ seeds, operations, faults, network, virtualMs, failed }: Summary, seconds: number): string {
  const hours = (virtualMs / 3_600_000).toFixed(2);
  return (
    `${seeds} seeds, ${counted(operations, 'operations checked')}, ${counted(faults, 'faults')}, ${counted(network, 'pieces of bad weather')}, ${hours} hours of virtual time in ` +
    `${seconds.toFixed(0)} s: ${failed.length} seeds broke a promise`
  );
}

/** The sum, and what it is the sum of. */
function counted(counts: ReadonlyMap<string, number>, noun: string): string {
  const kinds = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([kind, count]) => `${count} ${kind}`);
  return `${[...counts.values()].reduce((sum, count) => sum + count, 0)} ${noun} (${kinds.join(', ')})`;
}

function parse() {
  try {
    return parseArgs({
      options: {
        seeds: { type: 'string', default: '1000' },
        seconds: { type: 'string' },
        from: { type: 'string', default: '1' },
        seed: { type: 'string' },
        trace: { type: 'boolean', default: false },
        shrink: { type: 'boolean', default: false },
        mutant: { type: 'string' },
      },
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function mutantOf(name: string | undefined): Mutant | undefined {
  if (name === undefined) return undefined;
  return MUTANTS.find((mutant) => mutant === name) ?? refuse(`--mutant is one of ${MUTANTS.join(', ')}`);
}

function number(option: string, text: string): number {
  const value = Number(text);
  return text !== '' && value >= 0 && Number.isFinite(value) ? value : refuse(`--${option} is a number, not ${text}`);
}

function refuse(message: string): never {
  process.stderr.write(`${message}\n${USAGE}`);
  process.exit(2);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
