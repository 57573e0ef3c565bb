import { WeftError } from '@weft/base';

import { shown } from '../type/refusal.ts';
import type { Predicate } from './predicate.ts';

/**
 * What a builder such as `r => r.qty.gt(5)` returns: a condition that can be combined and is otherwise opaque.
 * Combine with `and`, `or` and `not`; JavaScript's `&&`, `||` and `!` would silently drop one side.
 */
export class Condition {
  readonly '~predicate': Predicate;

  constructor(predicate: Predicate) {
    this['~predicate'] = predicate;
  }

  /**
   * Both, or all, must hold.
   * @example r => r.symbol.startsWith('AC').and(r.qty.gt(5), r.qty.lt(10))
   */
  and(...others: readonly Condition[]): Condition {
    return combined('and', this, others);
  }

  /**
   * One of them must hold.
   * @example r => r.status.eq('new').or(r.retries.gt(3))
   */
  or(...others: readonly Condition[]): Condition {
    return combined('or', this, others);
  }

  /**
   * It must not hold. As in SQL, a comparison with an absent value is neither true nor false, and neither is its `not`.
   * @example r => r.status.eq('new').not()
   */
  not(): Condition {
    return new Condition({ op: 'not', arg: this['~predicate'] });
  }
}

/** The predicate of a condition. Throws PREDICATE_INVALID for anything else. */
export function predicateOf(condition: unknown, where: string): Predicate {
  if (condition instanceof Condition) return condition['~predicate'];
  throw new WeftError(
    'PREDICATE_INVALID',
    `${where} must be a condition such as r.qty.gt(5), not ${shown(condition)}; combine conditions with .and(), .or() and .not().`,
  );
}

// A chain a.and(b).and(c) becomes one `and` of three, so that long chains stay shallow.
function combined(op: 'and' | 'or', first: Condition, others: readonly Condition[]): Condition {
  if (others.length === 0) return first;
  const predicates = [first, ...others].map((condition) => predicateOf(condition, `the argument of .${op}()`));
  const args = predicates.flatMap((predicate) => (predicate.op === op ? predicate.args : [predicate]));
  return new Condition({ op, args });
}
