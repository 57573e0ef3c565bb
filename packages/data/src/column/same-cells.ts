import { ENUM_U8_MAX } from '../kind/cell-of.ts';
import { isSameKind } from '../kind/same-kind.ts';
import type { ColumnSchema } from '../type/schema.ts';

/**
 * Whether the cells of a column mean the same under another declaration, so that they can stay where they are: the kind is
 * equal, or an enum that got members behind those it had and whose cells stay as wide; a required column may become optional.
 */
export function hasSameCells(from: ColumnSchema, to: ColumnSchema): boolean {
  if (from.role !== to.role || (from.optional && !to.optional)) return false;
  if (from.kind.name === 'enum' && to.kind.name === 'enum') return isGrown(from.kind.members, to.kind.members);
  return isSameKind(from.kind, to.kind);
}

function isGrown(from: readonly string[], to: readonly string[]): boolean {
  const isWide = from.length > ENUM_U8_MAX;
  return isWide === to.length > ENUM_U8_MAX && from.every((member, code) => to[code] === member);
}
