import type { Violation } from './check/history.ts';
import type { Mutant } from './mutant.ts';

/** Which promise each mutant breaks: the check that must find it, whatever others do. */
export const MUTANT_CHECKS: Readonly<Record<Mutant, Violation['check']>> = {
  'forgetful-sessions': 'exactly-once',
  'lying-disk': 'durability',
  'early-answers': 'durability',
  'wall-deadlines': 'deadline',
  'loose-transactions': 'atomicity',
  'forgetful-subscriptions': 'events',
  'short-leases': 'lease',
  'late-acks': 'exactly-once',
  'idle-renewals': 'lease',
  'extra-tries': 'letters',
  'one-address': 'liveness',
  'forgetful-commits': 'groups',
  'eager-commits': 'groups',
};
