/** Positions are made once for each declaration; declarations are frozen and few. */
const positionsOf = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

/** Member → position in the declaration, which is its cell and its rank. */
export function enumPositions(members: readonly string[]): ReadonlyMap<string, number> {
  const known = positionsOf.get(members);
  if (known !== undefined) return known;
  const positions = new Map(members.map((member, position) => [member, position]));
  positionsOf.set(members, positions);
  return positions;
}
