import { must } from '@weft/base';
import { comparatorOf } from '../kind/compare.ts';
import { isSameKind } from '../kind/same-kind.ts';
import { finish, WHOLE, type Slice, type Work } from '../plan/work.ts';
import type { Predicate } from '../predicate/predicate.ts';
import type { Kind, TypeSchema } from '../type/schema.ts';
import { identityOf } from './identity.ts';
import { IdentityMap } from './identity-map.ts';

/** Values of an `in` beyond which it is made ready once and in slices, not by everyone who compiles the predicate. */
export const LIST_LENGTH_SHORT = 256;

/** The values of an `in`, made ready to be looked up. */
export interface ValueList {
  readonly identities: IdentityMap<true>;
  /** Whether an entry is absent. */
  readonly hasAbsent: boolean;
  /** First and last in the order of the kind; `undefined` where there is no value, or no order. */
  readonly least: unknown;
  readonly greatest: unknown;
}

/** Lists made ready, by the array in the predicate, which never changes. Each is of one column, and so of one kind. */
const ready = new WeakMap<readonly unknown[], { readonly kind: Kind; readonly list: ValueList }>();

/**
 * Makes the long lists of a predicate ready, so that compiling it takes no long turn afterwards: to be run before work over one
 * or several partitions begins.
 */
export function* prepareLists(schema: TypeSchema, where: Predicate | undefined, slice: Slice): Work<void> {
  if (where === undefined) return;
  if (where.op === 'not') yield* prepareLists(schema, where.arg, slice);
  else if (where.op === 'and' || where.op === 'or')
    for (const arg of where.args) yield* prepareLists(schema, arg, slice);
  else if (where.op === 'in' && where.values.length > LIST_LENGTH_SHORT) yield* prepareList(schema, where, slice);
}

function* prepareList(schema: TypeSchema, { column: name, values }: In, slice: Slice): Work<void> {
  const column = schema.columns.find((candidate) => candidate.name === name);
  const { kind } = must(column, `${schema.name} has no column ${name}: the predicate was not checked`);
  if (!isReadyFor(kind, values)) ready.set(values, { kind, list: yield* makeReady(kind, values, slice) });
}

/** Two declarations of a type have kinds that are alike and not one. */
function isReadyFor(kind: Kind, values: readonly unknown[]): boolean {
  const known = ready.get(values);
  return known !== undefined && isSameKind(known.kind, kind);
}

type In = Extract<Predicate, { op: 'in' }>;

/** The list made ready: at once where nobody has prepared it. Values inside json columns are json, whatever the path. */
export function valueList(kind: Kind, values: readonly unknown[]): ValueList {
  const known = ready.get(values);
  return known !== undefined && isSameKind(known.kind, kind) ? known.list : finish(makeReady(kind, values, WHOLE));
}

function* makeReady(kind: Kind, values: readonly unknown[], slice: Slice): Work<ValueList> {
  const identities = new IdentityMap<true>();
  const identity = identityOf(kind);
  const compare = kind.name === 'json' ? () => 0 : comparatorOf(kind);
  let hasAbsent = false;
  let least: unknown;
  let greatest: unknown;
  for (const [at, value] of values.entries()) {
    if (at % LIST_LENGTH_SHORT === 0 && at > 0 && slice.isOver()) yield;
    if (value === undefined || value === null) {
      hasAbsent = true;
      continue;
    }
    const sought = identity(value);
    if (identities.has(sought)) continue;
    identities.add(sought, true);
    if (least === undefined || compare(value, least) < 0) least = value;
    if (greatest === undefined || compare(value, greatest) > 0) greatest = value;
  }
  return kind.name === 'json'
    ? { identities, hasAbsent, least: undefined, greatest: undefined }
    : { identities, hasAbsent, least, greatest };
}
