import type { Kind } from '../type/schema.ts';

/** Whether two kinds are one: by name, and by what the declaration says beside it. */
export function isSameKind(a: Kind, b: Kind): boolean {
  if (a === b) return true;
  if (a.name === 'decimal' && b.name === 'decimal') return a.precision === b.precision && a.scale === b.scale;
  if (a.name === 'timestamp' && b.name === 'timestamp') return a.as === b.as;
  if (a.name === 'enum' && b.name === 'enum') return hasSameMembers(a.members, b.members);
  if (a.name === 'array' && b.name === 'array') return isSameKind(a.element, b.element);
  return a.name === b.name;
}

function hasSameMembers(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((member, code) => b[code] === member);
}
