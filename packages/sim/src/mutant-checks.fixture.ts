import type { Violation } from './check/history.ts';
import type { Mutant } from './mutant.ts';

interface MutantCheck {
  /** Which promise it breaks: the check that must find it, whatever others do. */
  readonly check: Violation['check'];
  /** The first of all seeds that showed it when this was written: where to look first. */
  readonly seed: number;
}

export const MUTANT_CHECKS: Readonly<Record<Mutant, MutantCheck>> = {
  'forgetful-sessions': { check: 'exactly-once', seed: 43 },
  'lying-disk': { check: 'durability', seed: 1 },
  'early-answers': { check: 'durability', seed: 4 },
  'wall-deadlines': { check: 'deadline', seed: 16 },
  'loose-transactions': { check: 'atomicity', seed: 5 },
  'forgetful-subscriptions': { check: 'events', seed: 7 },
  'short-leases': { check: 'lease', seed: 10 },
  'late-acks': { check: 'exactly-once', seed: 10 },
  'idle-renewals': { check: 'lease', seed: 5 },
  'extra-tries': { check: 'letters', seed: 2 },
  'one-address': { check: 'liveness', seed: 27 },
  'forgetful-commits': { check: 'groups', seed: 19 },
  'eager-commits': { check: 'groups', seed: 7 },
};
