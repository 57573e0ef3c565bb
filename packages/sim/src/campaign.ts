import { MemoryPool } from './host/memory-pool.ts';
import { planOf, type Plan } from './load/plan.ts';
import type { Mutant } from './mutant.ts';
import type { Outcome } from './outcome.ts';
import { runPlan } from './run-plan.ts';

/** One of so many seeds is run twice: both runs must be the same. */
const REPEATED_EVERY = 100;

/** What many runs came to. */
export interface Summary {
  readonly seeds: number;
  /** What was checked, by kind. */
  readonly operations: ReadonlyMap<string, number>;
  /** Faults that happened, by kind. */
  readonly faults: ReadonlyMap<string, number>;
  /** What the network did to bytes and connections, by kind. */
  readonly network: ReadonlyMap<string, number>;
  readonly virtualMs: number;
  /** Those that broke a promise. */
  readonly failed: readonly Outcome[];
}

export interface CampaignOptions {
  /** The first. */
  readonly from: number;
  readonly seeds: number;
  /** Asked before each run. */
  readonly isTimeUp: () => boolean;
  readonly mutant?: Mutant | undefined;
  /** Whether a seed that broke a promise is the last. */
  readonly isEnough?: (outcome: Outcome) => boolean;
}

/** Runs one seed after the other. */
export async function runSeeds(options: CampaignOptions): Promise<Summary> {
  const pool = new MemoryPool();
  const faults = new Map<string, number>();
  const network = new Map<string, number>();
  const failed: Outcome[] = [];
  const operations = new Map<string, number>();
  const sum = { seeds: 0, virtualMs: 0 };
  for (let seed = options.from; seed < options.from + options.seeds && !options.isTimeUp(); seed++) {
    const outcome = await runSeed(planOf(seed), pool, options.mutant, seed % REPEATED_EVERY === 0);
    sum.seeds++;
    sum.virtualMs += outcome.virtualMs;
    addCounts(operations, outcome.operations);
    addCounts(faults, outcome.faults);
    addCounts(network, outcome.network);
    if (outcome.violations.length === 0) continue;
    failed.push(outcome);
    if (options.isEnough?.(outcome) === true) break;
  }
  return { ...sum, operations, faults, network, failed };
}

function addCounts(sums: Map<string, number>, more: ReadonlyMap<string, number>): void {
  for (const [kind, count] of more) sums.set(kind, (sums.get(kind) ?? 0) + count);
}

async function runSeed(plan: Plan, pool: MemoryPool, mutant: Mutant | undefined, isTwice: boolean): Promise<Outcome> {
  const outcome = await runPlan(plan, { pool, mutant });
  if (!isTwice) return outcome;
  const { hash } = await runPlan(plan, { pool, mutant });
  if (hash === outcome.hash) return outcome;
  const text = `two runs of the seed differ: ${outcome.hash} and ${hash}`;
  return { ...outcome, violations: [...outcome.violations, { check: 'determinism', text }] };
}
