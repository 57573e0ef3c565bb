import { atomicOf } from '../atomic-call.ts';
import { typeOfText } from '../evolution-source.ts';
import { named, spaceOf, type Verbs } from './verb.ts';

/** The verbs of the grid, of what of it this host has. */
export const gridVerbs: Verbs = {
  'grid.stats': { isRead: true, run: async ({ grid }) => grid.stats() },
  'grid.flush': { isRead: true, run: ({ grid }) => grid.flush() },
  'grid.evolve': { run: async ({ grid }, { schema }, limits) => grid.evolve(typeOfText(schema), limits) },
  'grid.atomic': {
    run: async (context, { writes }, limits) => context.grid.atomic(atomicOf(context, writes), named(context, limits)),
  },
  'grid.backup': { run: async ({ grid }, { directory }) => grid.backup(directory as string) },
  'grid.setMemory': { isRead: true, run: async ({ grid }, { size }) => grid.setMemory(size as never) },
  'grid.setQuota': {
    isRead: true,
    run: async (context, { size }) => context.grid.setQuota(spaceOf(context).type, size as never),
  },
};
