export { runSeeds, type CampaignOptions, type Summary } from './campaign.ts';
export { MemoryPool } from './host/memory-pool.ts';
export { planOf, type Plan } from './load/plan.ts';
export { MUTANTS, type Mutant } from './mutant.ts';
export type { Outcome } from './outcome.ts';
export { runPlan, type RunOptions } from './run-plan.ts';
export { shrink } from './shrink.ts';
