/**
 * What a caller of this process would have given for a plan that came over the network: so it goes through all the checks of a caller's, whoever sent it, and
 * whatever is wrong with it is an ordinary error.
 */
import { WeftError } from '@weft/base';
import { JSON_DEPTH_MAX, PREDICATE_TERMS_MAX, type AnyType, type Change, type Where } from '@weft/data';

/** Values that one step of a change is given in one go. */
const PUSHED_AT_ONCE = 1000;

// The builder's own types are of one declaration; here it is any, and what it refuses it refuses.
// oxlint-disable-next-line no-explicit-any
type Refs = any;
type Condition = Refs;
type Part = Readonly<Record<string, unknown>>;

/** Which rows; undefined for all. */
export function whereOf(predicate: unknown): Where<AnyType> | undefined {
  return predicate === undefined ? undefined : (row: Refs) => conditionOf(row, predicate);
}

/** The same for calls that change what matches: they were asked for all rows in so many words. */
export function targetOf(predicate: unknown): Where<AnyType> {
  return whereOf(predicate) ?? ({} as Where<AnyType>);
}

/** `orderBy`, `select`, `limit` and `offset` of a find. */
export function shapeOf(plan: unknown): object {
  const { select, orderBy, limit, offset } = partOf(plan, 'a find');
  return { select, orderBy: orderOf(orderBy), limit, offset };
}

/** The request of an aggregate. */
export function aggregateOf(plan: unknown): object {
  const { where, by, select, having, orderBy, limit } = partOf(plan, 'an aggregate');
  const outputs = listOf(select, 'the outputs of an aggregate').map((term) => {
    const { name, fn, column } = partOf(term, 'an output');
    return [String(name), column === undefined ? { fn } : { fn, column }] as const;
  });
  return {
    where: whereOf(where),
    by,
    select: Object.fromEntries(outputs),
    having: whereOf(having),
    orderBy: orderOf(orderBy),
    limit,
  };
}

/** The steps of a change. */
export function changeOf(steps: unknown): (builder: Change<AnyType>) => Change<AnyType> {
  const list = listOf(steps, 'a change');
  return (builder) => list.reduce<Refs>((chain, step) => addStep(chain, partOf(step, 'a step of a change')), builder);
}

function conditionOf(row: Refs, predicate: unknown): Condition {
  const part = partOf(predicate, 'a condition');
  const { op, column, path, value } = part;
  // What the value stands for that was asked for: a number beyond the column's range.
  if (part['asked'] !== undefined) return conditionOf(row, part['asked']);
  switch (op) {
    case 'and':
    case 'or':
      return joined(row, op, listOf(part['args'], 'the parts of a condition'));
    case 'not':
      return conditionOf(row, part['arg']).not();
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
    case 'startsWith':
    case 'endsWith':
    case 'contains':
      return placeOf(row, column, path)[op](value);
    case 'in':
      return placeOf(row, column, path).in(part['values']);
    case 'isNull':
      return placeOf(row, column, path).isNull();
    case 'has':
      return placeOf(row, column, undefined).has(value);
    default:
      throw invalid(`${typeof op === 'string' ? JSON.stringify(op.slice(0, 80)) : typeof op} is no condition`);
  }
}

function joined(row: Refs, op: 'and' | 'or', args: readonly unknown[]): Condition {
  if (args.length === 0 || args.length > PREDICATE_TERMS_MAX)
    throw invalid(`${op} joins 1 to PREDICATE_TERMS_MAX, ${PREDICATE_TERMS_MAX}, conditions, not ${args.length}`);
  const [first, ...others] = args.map((arg) => conditionOf(row, arg));
  return first[op](...others);
}

/** A column, or a place inside a json column. */
function placeOf(row: Refs, column: unknown, path: unknown): Refs {
  const ref = row[nameOf(column)];
  return path === undefined ? ref : ref.at(...pathOf(path));
}

function addStep(chain: Refs, { op, column, path, value, values }: Part): Refs {
  const name = nameOf(column);
  const place = path === undefined ? undefined : chain.at(name, ...pathOf(path));
  switch (op) {
    case 'set':
    case 'inc':
      return place === undefined ? chain[op](name, value) : place[op](value);
    case 'unset':
      return place === undefined ? chain.unset(name) : place.unset();
    case 'push':
      return pushed(chain, name, path, listOf(values, 'push'));
    case 'pull':
      return chain.pull(name, value);
    default:
      throw invalid('a step of a change is set, unset, inc, push or pull');
  }
}

function pushed(chain: Refs, name: string, path: unknown, values: readonly unknown[]): Refs {
  let rest = chain;
  for (let at = 0; at === 0 || at < values.length; at += PUSHED_AT_ONCE) {
    const some = values.slice(at, at + PUSHED_AT_ONCE);
    rest = path === undefined ? rest.push(name, ...some) : rest.at(name, ...pathOf(path)).push(...some);
  }
  return rest;
}

function orderOf(terms: unknown): object | undefined {
  if (terms === undefined) return undefined;
  return Object.fromEntries(
    listOf(terms, 'orderBy').map((term) => {
      const { column, direction } = partOf(term, 'a term of orderBy');
      return [nameOf(column), direction] as const;
    }),
  );
}

function pathOf(path: unknown): readonly unknown[] {
  const steps = listOf(path, 'a path');
  if (steps.length <= JSON_DEPTH_MAX) return steps;
  throw invalid(`a path of ${steps.length} steps is longer than JSON_DEPTH_MAX, ${JSON_DEPTH_MAX}`);
}

function partOf(value: unknown, what: string): Part {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Part;
  throw invalid(`${what} is an object`);
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw invalid(`${what} is a list`);
}

function nameOf(column: unknown): string {
  if (typeof column === 'string') return column;
  throw invalid('a column has a name');
}

function invalid(why: string): WeftError<'PREDICATE_INVALID'> {
  return new WeftError('PREDICATE_INVALID', `A request that came over the network is not in order: ${why}.`);
}
