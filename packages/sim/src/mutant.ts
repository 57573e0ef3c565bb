import type { AtomicWrite, AtomicWrites, Grid, Host, Transaction } from '@weft/client';
import { Member, type MemberOptions } from '@weft/member';
import type { SimProcess } from './time/sim-process.ts';

/** Mistakes that are made on purpose, to see that the checkers find them. */
export const MUTANTS = [
  'forgetful-sessions',
  'lying-disk',
  'early-answers',
  'wall-deadlines',
  'loose-transactions',
] as const;
export type Mutant = (typeof MUTANTS)[number];

/**
 * A host that says it remembers every session, and has forgotten what it did: what a client sends again after a cut, or after a restart, is done again.
 */
export class ForgetfulMember extends Member {
  override session(name: string | undefined): ReturnType<Member['session']> {
    return { ...super.session(undefined), isResumed: name !== undefined };
  }
}

/** A grid whose transactions and batches are the single verbs, one after the other. */
function looseGrid(grid: Grid): Grid {
  const transaction = async (callback: (tx: Transaction) => unknown): Promise<unknown> =>
    callback({ attempt: 1, space: (type) => grid.space(type) as never });
  const atomic = async (make: (b: AtomicWrites) => readonly AtomicWrite<unknown>[]): Promise<unknown[]> => {
    const answers: unknown[] = [];
    const single = (run: () => Promise<unknown>): AtomicWrite<never> => run as never;
    const writes = make({
      write: (type, row, options) => single(() => grid.space(type).write(row, options)),
      update: (type, key, patch, options) => single(() => grid.space(type).update(key, patch, options)),
      delete: (type, key) => single(() => grid.space(type).delete(key)),
    });
    for (const write of writes) answers.push(await (write as unknown as () => Promise<unknown>)());
    return answers;
  };
  const loose: Record<PropertyKey, unknown> = { transaction, atomic };
  return new Proxy(grid, {
    get(target, name) {
      const value = loose[name] ?? Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

export function memberOf(options: MemberOptions, mutant: Mutant | undefined): Member {
  if (mutant === 'forgetful-sessions') return new ForgetfulMember(options);
  return new Member(mutant === 'loose-transactions' ? { ...options, grid: looseGrid(options.grid) } : options);
}

/** What a client's grid is given of its process; by mistake, a clock for deadlines that somebody can set. */
export function clientHostOf(process: SimProcess, mutant: Mutant | undefined): Host {
  if (mutant !== 'wall-deadlines') return process;
  const { clock, timers, turns, random } = process;
  const wallMs = (): number => clock.wallMs();
  return { clock: { monotonicMs: wallMs, wallMs }, timers, turns, random };
}
