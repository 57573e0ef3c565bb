import { type EvolutionPlan, planEvolution, type PreparedEvolution, type TypeSchema, type Work } from '@weft/data';
import type { Call } from '../call.ts';
import { drive, type Pace } from '../drive.ts';
import type { TypeVersions } from './type-versions.ts';

/**
 * Takes a type over to another declaration: all partitions prepare one after the other, while everything goes on; when all are
 * ready, all go over in one turn. What stops it before that turn undoes the rest. Returns the differences that it made. Of
 * several calls for one type each begins when the one before has ended. `agree`: is called once all are ready, and waited for: where others hold
 * partitions of the type too, all may go over once all are ready everywhere.
 * Throws EVOLUTION_REFUSED, UNIQUE_VIOLATION, MEMORY_LIMIT, ABORTED, TIMEOUT, CLOSED.
 */
export function evolveType(
  versions: TypeVersions<unknown>,
  declared: TypeSchema,
  pace: Pace,
  call: Call,
  agree?: Agree,
): Promise<readonly string[]> {
  const earlier = versions.evolving;
  const run = async (): Promise<readonly string[]> => {
    if (earlier !== undefined) await endOf(earlier, call);
    return await evolve(versions, declared, pace, call, agree);
  };
  const result = run();
  const evolving = Promise.allSettled([earlier, result]).then(() => {
    if (versions.evolving === evolving) versions.evolving = undefined;
  });
  versions.evolving = evolving;
  return result;
}

/** Resolves once all that must be ready is, and rejects where it will not be. */
export type Agree = () => Promise<void>;

async function endOf(promise: Promise<void>, call: Call): Promise<void> {
  const waiter = call.waiter();
  try {
    await waiter.wait(promise);
  } finally {
    waiter.close();
  }
}

async function evolve(
  versions: TypeVersions<unknown>,
  declared: TypeSchema,
  pace: Pace,
  call: Call,
  agree: Agree | undefined,
): Promise<readonly string[]> {
  if (declared.fingerprint === versions.schema.fingerprint) return [];
  const plan = planEvolution(versions.schema, declared);
  const prepared: PreparedEvolution[] = [];
  try {
    for (const source of versions.sources)
      prepared.push(await drive(source.evolve(plan, { slice: pace.slice }), pace, call));
    if (agree !== undefined) await endOf(agree(), call);
    await drive(goOver(versions, plan, prepared), pace, call);
  } catch (error) {
    if (versions.schema !== plan.to) for (const part of prepared) part.abort();
    throw error;
  }
  return plan.changes;
}

/** Waits until all may go over, and then goes over with all of them in that very turn: nothing comes between. */
function* goOver(
  versions: TypeVersions<unknown>,
  plan: EvolutionPlan,
  prepared: readonly PreparedEvolution[],
): Work<void> {
  versions.gate.close();
  try {
    while (!allReady(prepared)) yield;
  } finally {
    versions.gate.open();
  }
  for (const part of prepared) part.commit();
  versions.commit(plan);
}

function allReady(prepared: readonly PreparedEvolution[]): boolean {
  for (const { failure } of prepared) if (failure !== undefined) throw failure as Error;
  return prepared.every((part) => part.isReady);
}
