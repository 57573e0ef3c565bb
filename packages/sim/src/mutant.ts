import { Member, type MemberOptions } from '@weft/member';

/** Mistakes that are made on purpose, to see that the checkers find them. */
export const MUTANTS = ['forgetful-sessions', 'lying-disk', 'early-answers'] as const;
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
