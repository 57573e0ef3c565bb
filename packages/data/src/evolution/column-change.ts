import { isSameKind } from '../kind/same-kind.ts';
import type { ColumnSchema, Kind, KindName, TypeSchema } from '../type/schema.ts';
import { kindText } from './kind-text.ts';
import type { ColumnPair } from './pair-columns.ts';

/** Why a change is not made, and what to do instead; both are parts of a sentence. */
export interface Refusal {
  readonly why: string;
  readonly wayOut: string;
}

/** What a kind may become while rows are served: every value of the first has its equal in the second. */
const wider: ReadonlyMap<KindName, readonly KindName[]> = new Map([
  ['int16', ['int32', 'int64']],
  ['int32', ['int64']],
  ['float32', ['float64']],
]);

const ANOTHER_NAME = 'add a column under another name, copy the values, and drop this one in a later version';

/** Why a declared column cannot go on from the stored one, or begin; undefined where it can. */
export function refusalOf({ declared, stored, doubt }: ColumnPair, isFixed: boolean): Refusal | undefined {
  if (doubt !== undefined) return { why: doubt, wayOut: 'correct .from(), which names the column to go on from' };
  if (stored === undefined) return refusedAddition(declared);
  if (stored.role !== declared.role) return { why: 'who fills a column never changes', wayOut: ANOTHER_NAME };
  return (
    refusedKind(stored.kind, declared.kind) ??
    refusedAbsence(stored, declared) ??
    refusedFixed(stored, declared, isFixed)
  );
}

/** Whether the cells have to be written anew, or may lack a value from now on. */
export function isConverted(stored: ColumnSchema, declared: ColumnSchema): boolean {
  return !isSameKind(stored.kind, declared.kind) || stored.optional !== declared.optional;
}

/** Whether the column places or identifies rows. */
export function isFixedColumn(schema: TypeSchema, { ordinal }: ColumnSchema): boolean {
  return schema.key.includes(ordinal) || schema.routing === ordinal;
}

function refusedAddition({ role, optional, default: value }: ColumnSchema): Refusal | undefined {
  if (role === 'expiry' || optional || value !== undefined) return undefined;
  if (role !== 'data') return { why: 'rows that are stored have none', wayOut: 'declare a new type and copy the rows' };
  return {
    why: 'every row needs a value, and rows that are stored have none',
    wayOut: 'declare it .optional() or .default(value)',
  };
}

function refusedKind(from: Kind, to: Kind): Refusal | undefined {
  if (isSameKind(from, to) || wider.get(from.name)?.includes(to.name) === true) return undefined;
  if (from.name === 'enum' && to.name === 'enum') return refusedMembers(from.members, to.members);
  if (wider.get(to.name)?.includes(from.name) === true)
    return { why: 'stored values may not fit into the narrower kind', wayOut: ANOTHER_NAME };
  return { why: `${kindText(from)} does not become ${kindText(to)}`, wayOut: ANOTHER_NAME };
}

function refusedMembers(from: readonly string[], to: readonly string[]): Refusal | undefined {
  const lost = from.find((member) => !to.includes(member));
  if (lost !== undefined)
    return {
      why: `rows may hold the member ${JSON.stringify(lost)}`,
      wayOut: 'keep it in the list, or ' + ANOTHER_NAME,
    };
  if (from.every((member, position) => to[position] === member)) return undefined;
  return {
    why: 'members are stored, and compare, by their position',
    wayOut: 'keep the stored ones first, in their order, and add others at the end',
  };
}

function refusedAbsence(stored: ColumnSchema, declared: ColumnSchema): Refusal | undefined {
  if (!stored.optional || declared.optional) return undefined;
  return {
    why: 'rows may lack the value',
    wayOut: 'keep it optional, or add a column with a default under another name and copy the values',
  };
}

function refusedFixed(stored: ColumnSchema, declared: ColumnSchema, isFixed: boolean): Refusal | undefined {
  if (!isFixed || !isConverted(stored, declared)) return undefined;
  return {
    why: 'columns of the key and the routing column keep their kind',
    wayOut: 'declare a new type and copy the rows',
  };
}
