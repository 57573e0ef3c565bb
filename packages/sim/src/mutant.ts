import type { Host } from '@weft/client';
import { Member, type MemberOptions } from '@weft/member';
import type { SimProcess } from './time/sim-process.ts';

/** Mistakes that are made on purpose, to see that the checkers find them. */
export const MUTANTS = ['forgetful-sessions', 'lying-disk', 'early-answers', 'wall-deadlines'] as const;
export type Mutant = (typeof MUTANTS)[number];

/**
 * A host that says it remembers every session, and has forgotten what it did: what a client sends again after a cut, or after a restart, is done again.
 */
export class ForgetfulMember extends Member {
  override session(name: string | undefined): ReturnType<Member['session']> {
    return { ...super.session(undefined), isResumed: name !== undefined };
  }
}

export function memberOf(options: MemberOptions, mutant: Mutant | undefined): Member {
  return mutant === 'forgetful-sessions' ? new ForgetfulMember(options) : new Member(options);
}

/** What a client's grid is given of its process; by mistake, a clock for deadlines that somebody can set. */
export function clientHostOf(process: SimProcess, mutant: Mutant | undefined): Host {
  if (mutant !== 'wall-deadlines') return process;
  const { clock, timers, turns, random } = process;
  const wallMs = (): number => clock.wallMs();
  return { clock: { monotonicMs: wallMs, wallMs }, timers, turns, random };
}
