import { DECIMAL_PRECISION_MAX } from '../kind/limits.ts';
import type { ColumnSpec } from './column.ts';
import { shown, typeInvalid } from './refusal.ts';
import type { IndexSchema, Kind } from './schema.ts';

/** Columns of a type at most. */
export const COLUMNS_MAX = 1_000;

/** Members of an enum at most: a position fits 16 bits, and one is kept free. */
export const ENUM_MEMBERS_MAX = 65_535;

const indexKinds: readonly string[] = ['hash', 'ordered', 'unique'] satisfies IndexSchema['kind'][];

/** Throws TYPE_INVALID where the column asks for what its kind does not have. */
export function checkColumnSpec(where: string, spec: ColumnSpec): void {
  checkKind(where, spec.kind);
  for (const [position, kind] of spec.indexes.entries()) {
    checkIndexKind(where, kind);
    checkIndexable(where, spec.kind);
    if (spec.indexes.indexOf(kind) !== position) throw typeInvalid(where, `has two ${kind} indexes`);
  }
}

/** Throws TYPE_INVALID unless it is a kind of index. */
export function checkIndexKind(where: string, kind: unknown): asserts kind is IndexSchema['kind'] {
  if (typeof kind === 'string' && indexKinds.includes(kind)) return;
  throw typeInvalid(where, `${shown(kind)} is not a kind of index; there are 'hash', 'ordered' and 'unique'`);
}

/** Throws TYPE_INVALID where values of the kind have no hash and no order that an index could use. */
export function checkIndexable(where: string, kind: Kind): void {
  if (kind.name !== 'json' && kind.name !== 'array') return;
  throw typeInvalid(where, `a column of kind ${kind.name} cannot be indexed`);
}

function checkKind(where: string, kind: Kind): void {
  if (kind.name === 'decimal') checkDecimal(where, kind.precision, kind.scale);
  if (kind.name === 'enum') checkMembers(where, kind.members);
  if (kind.name === 'array') checkKind(where, kind.element);
}

function checkDecimal(where: string, precision: number, scale: number): void {
  if (!Number.isInteger(precision) || precision < 1 || precision > DECIMAL_PRECISION_MAX) {
    throw typeInvalid(
      where,
      `the precision of a decimal is 1 to ${DECIMAL_PRECISION_MAX} digits in all, not ${shown(precision)}`,
    );
  }
  if (!Number.isInteger(scale) || scale < 0 || scale > precision) {
    throw typeInvalid(where, `the scale of a decimal is 0 to its precision (${precision}), not ${shown(scale)}`);
  }
}

function checkMembers(where: string, members: readonly unknown[]): void {
  if (members.length === 0) throw typeInvalid(where, 'an enum needs at least one member');
  if (members.length > ENUM_MEMBERS_MAX) {
    throw typeInvalid(where, `${members.length} members are more than ENUM_MEMBERS_MAX, ${ENUM_MEMBERS_MAX}`);
  }
  const seen = new Set<unknown>();
  for (const member of members) {
    if (typeof member !== 'string' || member === '') {
      throw typeInvalid(where, `an enum's members are strings that are not empty, not ${shown(member)}`);
    }
    if (!member.isWellFormed()) throw typeInvalid(where, `the member ${shown(member)} is not well-formed Unicode`);
    if (seen.has(member)) throw typeInvalid(where, `the member ${shown(member)} is there twice`);
    seen.add(member);
  }
}
