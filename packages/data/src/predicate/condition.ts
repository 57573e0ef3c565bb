import { WeftError } from '@weft/base';

import { shown } from '../type/refusal.ts';
import type { Predicate } from './predicate.ts';

/** How deep conditions may nest: everything that walks a predicate goes down with it, and the stack ends some thousands deep. */
export const PREDICATE_DEPTH_MAX = 100;
/** Conditions that one `and` or `or` may join. Each further `.or()` of a chain copies those before, so that a chain costs their square. */
export const PREDICATE_TERMS_MAX = 10_000;

/**
 * What a builder such as `r => r.qty.gt(5)` returns: a condition that can be combined and is otherwise opaque.
 * Combine with `and`, `or` and `not`; JavaScript's `&&`, `||` and `!` would silently drop one side.
 */
export class Condition {
  readonly '~predicate': Predicate;
  readonly '~depth': number;

  /** Throws PREDICATE_INVALID past PREDICATE_DEPTH_MAX. */
  constructor(predicate: Predicate, depth = 1) {
    if (depth > PREDICATE_DEPTH_MAX) {
      throw new WeftError(
        'PREDICATE_INVALID',
        `the conditions nest deeper than PREDICATE_DEPTH_MAX, ${PREDICATE_DEPTH_MAX}; join more of them in one .and() or .or(), or use .in().`,
      );
    }
    this['~predicate'] = predicate;
    this['~depth'] = depth;
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
    return new Condition({ op: 'not', arg: this['~predicate'] }, this['~depth'] + 1);
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
  const args: Predicate[] = [];
  let depth = 0;
  for (const condition of [first, ...others]) {
    const predicate = predicateOf(condition, `the argument of .${op}()`);
    const isSame = predicate.op === op;
    depth = Math.max(depth, condition['~depth'] + (isSame ? 0 : 1));
    if (isSame) for (const arg of predicate.args) args.push(arg);
    else args.push(predicate);
  }
  if (args.length <= PREDICATE_TERMS_MAX) return new Condition({ op, args }, depth);
  throw new WeftError(
    'PREDICATE_INVALID',
    `.${op}() would join ${args.length} conditions, more than PREDICATE_TERMS_MAX, ${PREDICATE_TERMS_MAX}; use .in(), or ask in several parts.`,
  );
}
