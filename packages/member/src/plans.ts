import type { AnyType, Predicate, Where } from '@weft/data';

/**
 * What a caller of this process would have given for a predicate that came over the network: so it goes through all the checks of a caller's, whoever
 * sent it.
 */
export function whereOf(predicate: unknown): Where<AnyType> | undefined {
  if (predicate === undefined) return undefined;
  return (row: Refs) => conditionOf(row, predicate as Predicate);
}

// The builder's own types are of one declaration; here it is any, and what it refuses it refuses.
// oxlint-disable-next-line no-explicit-any
type Refs = any;
type Condition = Refs;

function conditionOf(row: Refs, predicate: Predicate): Condition {
  switch (predicate.op) {
    case 'and':
    case 'or': {
      const [first, ...others] = predicate.args.map((arg) => conditionOf(row, arg));
      return others.reduce((all, other) => all[predicate.op](other), first);
    }
    case 'not':
      return conditionOf(row, predicate.arg).not();
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
      return row[predicate.column][predicate.op](predicate.value);
    default:
      throw new Error(`no condition for ${predicate.op} yet`);
  }
}
